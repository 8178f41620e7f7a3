"""Tests of `pages.parts.server.tables`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

TOLD = """
import sys
from streamlit.components.v2.bidi_component.serialization import serialize_mixed_data
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from pages.parts.server.tables import expect_no_tables

expect_no_tables()
told = BidiComponent()
serialize_mixed_data({"strokes": [[18, 80, 80]], "picked": {"start": "0"}}, told)
assert told.json == '{"strokes": [[18, 80, 80]], "picked": {"start": "0"}}', told
assert "pandas" not in sys.modules

import pandas
serialize_mixed_data({"table": pandas.DataFrame({"a": [1]})}, told)
assert len(told.mixed.arrow_blobs) == 1, told
"""


DRAWN = """
import sys
from tests.pages.page import SEVEN, drawn, html, opened

at = drawn(opened(), SEVEN)
assert not at.exception
assert '<div class="digit">7</div>' in html(at)
assert "pandas" not in sys.modules
"""


# In an interpreter of its own, since other tests have imported pandas.
@pytest.mark.parametrize("program", [TOLD, DRAWN], ids=["a component", "the Draw page"])
def test_no_pandas_is_needed(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
