"""What is wrong with a file that a page needs, as the sentence that it is."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from model.errors import UnusableFile


@contextmanager
def explained() -> Iterator[None]:
    """Show what is wrong with a file as the sentence that it is, in place of what needed the file."""
    try:
        yield
    except UnusableFile as error:
        st.error(str(error), icon=":material/error:")
