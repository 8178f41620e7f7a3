"""A file that is made at a click stays until the browser has had time to fetch it.

Streamlit keeps a download that is made at the click in nobody's name. Whenever any visitor's page has run, or a session
ends, it looks for files that nobody holds: the first such look marks this one, the second drops it, and then the
browser asks for a file that is gone, and nothing is downloaded. While a class draws, two looks take a moment.
"""

import time
from collections.abc import Callable
from functools import wraps

from streamlit.runtime.media_file_manager import MediaFileMetadata

SECONDS = 60.0  # that a file stays which nobody holds


def keep_downloads_a_while() -> None:
    """Have Streamlit do so from now on; to be called once."""
    MediaFileMetadata.mark_for_delete = not_at_once(MediaFileMetadata.mark_for_delete)  # type: ignore[method-assign]


def not_at_once(mark: Callable[..., None]) -> Callable[..., None]:
    """Marks a file that is to be dropped at the next look, from a minute after the first one on."""

    @wraps(mark)
    def marked(file: MediaFileMetadata) -> None:
        first: float = vars(file).setdefault("first_looked_at", time.monotonic())
        if time.monotonic() - first >= SECONDS:
            mark(file)

    return marked
