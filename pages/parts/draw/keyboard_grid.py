"""A grid of 28x28 cells to draw on with the keyboard: arrow keys move, the space bar inks; a mouse works as well."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from model.ink import CANVAS, FRAME
from pages.parts.scripts import joined

_GRID = "keyboard_grid"
_CELLS = "keyboard_cells"
_VERSION = "keyboard_version"
_HERE = Path(__file__).parent
# 784 bits, row by row, as hexadecimal digits.
_FORM = re.compile(r"[0-9a-f]{196}", re.ASCII)
EMPTY = "0" * 196


def keyboard_grid() -> npt.NDArray[np.uint8]:
    """The grid; returns what is drawn on it, enlarged to (280, 280, 4) uint8. What is no grid counts as before."""
    cells: str = st.session_state.get(_CELLS, EMPTY)
    result = _grid(
        key=_GRID,
        data={"cells": cells, "version": st.session_state.get(_VERSION, 0)},
        default={"cells": cells},
        on_cells_change=_keep,
    )
    if is_grid(result.cells):
        cells = st.session_state[_CELLS] = result.cells
    return pixels_of(cells)


def _keep() -> None:
    """Keep what is drawn as it is told: by the time that the page is run, the grid may have been left."""
    told = st.session_state.get(_GRID)
    if isinstance(told, dict) and is_grid(told.get("cells")):
        st.session_state[_CELLS] = told["cells"]


def cells_drawn() -> str:
    """What is on the grid, as text for a link."""
    cells: str = st.session_state.get(_CELLS, EMPTY)
    return cells


def put_cells(cells: str) -> None:
    """Show these cells in place of what is on the grid."""
    st.session_state[_CELLS] = cells
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1


def is_grid(cells: object) -> bool:
    """Whether this is a text of 784 cells, as a link or the browser has it."""
    return isinstance(cells, str) and _FORM.fullmatch(cells) is not None


def pixels_of(cells: str) -> npt.NDArray[np.uint8]:
    """The cells as a drawing, (280, 280, 4) uint8, white ink on black."""
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(cells), np.uint8)).reshape(FRAME, FRAME)
    times = CANVAS // FRAME
    return (bits * 255).repeat(times, axis=0).repeat(times, axis=1)


_grid = st.components.v2.component(
    "keyboard_grid",
    html=(_HERE / "keyboard_grid.html").read_text(),
    css=(_HERE / "keyboard_grid.css").read_text(),
    js=joined(_HERE.parent / "telling.js", _HERE / "keyboard_grid.js"),
)
