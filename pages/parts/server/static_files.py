"""Streamlit's own scripts and styles go to the browser packed, and are packed once.

A first visit asks for sixty files, 2.3 MB as they are and 0.7 MB packed. Streamlit leaves them as they are, since what
would pack them does so at every request, and a proxy may do it instead; here there may be none, and a school's line is
shared by a class.
"""

import gzip
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

KINDS = frozenset({".css", ".html", ".js", ".json", ".svg"})
SMALLEST = 1000  # bytes: less gains nothing
MOST_FILES = 1000  # that are kept packed, some 4 MB of all that Streamlit has


def pack_static_files() -> None:
    """Have Streamlit do so from now on; to be called once."""
    StaticFiles.file_response = packed(StaticFiles.file_response)  # type: ignore[method-assign]


def packed(respond: Callable[..., Response]) -> Callable[..., Response]:
    """Answers with the packed file where the browser takes one and asks for the whole file."""

    @wraps(respond)
    def respond_packed(self: StaticFiles, full_path: Any, stat_result: Any, scope: Any, *args: Any) -> Response:
        response = respond(self, full_path, stat_result, scope, *args)
        file = Path(full_path)
        if file.suffix not in KINDS or not isinstance(response, FileResponse):
            return response
        response.headers["Vary"] = "Accept-Encoding"
        asked = Headers(scope=scope)
        is_whole = scope["method"] == "GET" and "range" not in asked
        if not is_whole or "gzip" not in asked.get("accept-encoding", "") or stat_result.st_size < SMALLEST:
            return response
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        content = _packed(file, stat_result.st_mtime_ns)
        return Response(content, response.status_code, headers | {"Content-Encoding": "gzip"})

    return respond_packed


@lru_cache(maxsize=MOST_FILES)
def _packed(file: Path, changed: int) -> bytes:
    """Of the file as it was when it was changed last."""
    _ = changed
    return gzip.compress(file.read_bytes(), mtime=0)
