"""The Layers page: what shape the drawing takes on its way through the network, and what the parameters are made of."""

import streamlit as st

from pages.parts.frame import frame
from pages.parts.model_line import show_model_in_use
from pages.parts.session import explained, model_in_use
from pages.parts.shapes import show_shapes

frame("pages/layers.py")

st.title("Layers")

with explained():
    show_shapes(model_in_use().run.record.architecture)

st.markdown(
    "- **Height and width shrink** because a 3×3 window only fits where all nine of its pixels are inside the image: "
    "each convolution loses a border of one pixel on every side, and each max-pooling keeps one pixel of every 2×2.\n"
    "- **The channels are ours to choose:** the first argument of a convolution is its number of filters, and each "
    "filter writes one feature map, which is one channel of the output.\n"
    "- **Flatten stands before Dense** because a dense layer takes a vector: the last feature maps, 3×3 pixels in 128 "
    "channels, become one row of 1,152 numbers, from which ten units read the digit."
)

show_model_in_use()
