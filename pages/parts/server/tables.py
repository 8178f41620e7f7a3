"""Components are told plain things, and nobody looks for tables in them.

Streamlit asks of every dict and list that a component is told whether it is a table, for which it imports pandas: a
fifth of a second before the first canvas, and 40 MB. A table can be neither of them here.
"""

from typing import Any

from streamlit.components.v2.bidi_component import serialization
from streamlit.dataframe_util import is_dataframe_like


def expect_no_tables() -> None:
    """Let Streamlit look for tables only in what is neither a dict nor a list."""
    vars(serialization)["is_dataframe_like"] = _is_table


def _is_table(value: Any) -> bool:
    return not isinstance(value, dict | list) and is_dataframe_like(value)
