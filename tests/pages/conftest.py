"""Pages run here as in the web process, which never imports Keras."""

from collections.abc import Iterator

import pytest
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(scope="session", autouse=True)
def keras_left_alone() -> Iterator[None]:
    """Other tests have imported Keras, and Streamlit would clear its session after every run of a page, in 0.2 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield
