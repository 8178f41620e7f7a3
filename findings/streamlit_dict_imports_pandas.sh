#!/bin/sh
# Streamlit: telling a component a plain dict imports pandas.
#
# An app that shows no table never needs pandas, and Streamlit imports it only when it does: a bare page, text and HTML
# go without. But of each value in a component's data it asks whether it is a data frame. For text and numbers the
# answer comes at once; for a dict or a list, which might hold columns, the question itself imports pandas: hundreds of
# modules and tens of megabytes, while the first visitor waits for a component that is told its settings.
#
# Seen in Streamlit 1.67.0, with components of version 2.

. "$(dirname "$0")/helper"
environment here streamlit==1.67.0 pandas==3.1.1
cat >try.py <<'END_OF_PYTHON'
import sys

from streamlit.testing.v1 import AppTest


def page():
    import sys

    import streamlit as st

    component = st.components.v2.component("canvas", js="export default function () {}")
    st.html("<p>Text</p>")
    component(data={"width": 18, "colour": "white"}, key="flat")
    st.text("pandas" in sys.modules)
    component(data={"brush": {"width": 18, "colour": "white"}}, key="nested")
    st.text("pandas" in sys.modules)


flat, nested = (text.value for text in AppTest.from_function(page, default_timeout=600).run().text)
print("pandas is imported after text and flat data:", flat)
print("and after a dict in a dict:", nested)
sys.exit((flat, nested) != ("False", "True"))
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
