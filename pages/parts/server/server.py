"""What is put in order once in a server's life, when it is asked for its first page."""

import gc
import threading

from streamlit import runtime
from streamlit.logger import get_logger
from streamlit.runtime import Runtime

from pages.parts.server.connections import hold_nothing_back
from pages.parts.server.downloads import keep_downloads_a_while
from pages.parts.server.places import copy_places_quickly
from pages.parts.server.presented import present_plainly
from pages.parts.server.static_files import pack_static_files
from pages.parts.server.tables import expect_no_tables
from pages.parts.server.theme import remember_theme
from pages.parts.server.told import forget_nothing_told
from pages.parts.server.uploads import bound_uploads

_lock = threading.Lock()
_done = threading.Event()


def put_server_in_order() -> None:
    """Where there is no server, as in a test of one page, only what a page itself needs."""
    with _lock:
        if _done.is_set():
            return
        expect_no_tables()
        # A test of one page has a mock in the server's place.
        if runtime.exists() and type(runtime.get_instance()) is Runtime:
            hold_nothing_back()
            bound_uploads()
            forget_nothing_told()
            keep_downloads_a_while()
            pack_static_files()
            remember_theme()
            copy_places_quickly()
            present_plainly()
            # What `model` tells, such as who trained what, goes where Streamlit's own messages go.
            get_logger("model")
            # What is loaded now stays. Python's collector need not go through it time and again, for 25 ms each.
            gc.freeze()
            _done.set()
