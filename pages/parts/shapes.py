"""The table of layers: name, output shape and parameters of each, as the notebook's summary has them."""

import streamlit as st

from model.architecture import Architecture


def show_shapes(architecture: Architecture) -> None:
    rows = "".join(
        f"<tr><th scope='row'>{line.name} <small>{line.kind}</small></th>"
        f"<td>{line.output_shape}</td><td>{line.parameters:,}</td></tr>"
        for line in architecture.summary
    )
    with st.container(key="shapes"):
        st.html(
            "<table class='shapes'>"
            "<thead><tr><th scope='col'>Layer</th><th scope='col'>Output shape</th>"
            "<th scope='col'>Parameters</th></tr></thead>"
            f"<tbody>{rows}</tbody>"
            f"<tfoot><tr><th scope='row'>Total</th><td></td><td>{architecture.parameters:,}</td></tr></tfoot>"
            "</table>"
        )
