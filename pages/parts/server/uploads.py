"""A bound on what a browser may leave in the server's memory.

Streamlit keeps every file that any client sends to its address for uploads until that client's session ends, each
within `server.maxUploadSize`, but as many as come. Here a session's oldest files make room for its newest, and a server
that holds too much in all takes no more.
"""

import threading

from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

FILES_OF_A_SESSION = 4
BYTES_IN_ALL = 150 * 2**20


def bound_uploads() -> None:
    """Put the bound in force for this server."""
    manager = runtime.get_instance().uploaded_file_mgr
    if isinstance(manager, MemoryUploadedFileManager):
        vars(manager)["add_file"] = Bound(manager).add_file


class Bound:
    """Stands before a manager's `add_file`, and remembers what came in which order."""

    def __init__(self, manager: MemoryUploadedFileManager) -> None:
        self._manager = manager
        self._add = manager.add_file
        self._lock = threading.Lock()
        self._sizes: dict[tuple[str, str], int] = {}

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Keep a file, and drop the session's oldest ones; above the bound for all, drop it."""
        with self._lock:
            self._forget_what_has_gone()
            self._sizes.pop((session_id, file.file_id), None)
            if sum(self._sizes.values()) + len(file.data) > BYTES_IN_ALL:
                return
            self._sizes[session_id, file.file_id] = len(file.data)
            self._add(session_id, file)
            own = [known for known in self._sizes if known[0] == session_id]
            for oldest in own[:-FILES_OF_A_SESSION]:
                self._manager.remove_file(*oldest)
                del self._sizes[oldest]

    def _forget_what_has_gone(self) -> None:
        for session_id, file_id in list(self._sizes):
            if not self._manager.get_files(session_id, [file_id]):
                del self._sizes[session_id, file_id]
