"""Tests of `pages.parts.server.downloads`, with Streamlit's own manager of files."""

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager, MediaFileMetadata
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from pages.parts.server import downloads


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed."""
    seconds = [1000.0]
    monkeypatch.setattr("pages.parts.server.downloads.time.monotonic", lambda: seconds[0])
    monkeypatch.setattr(MediaFileMetadata, "mark_for_delete", downloads.not_at_once(MediaFileMetadata.mark_for_delete))
    return seconds


def made(manager: MediaFileManager) -> str:
    """The name of a file that a click has made."""
    button = manager.add_deferred(lambda: b"a file", "text/plain", "1.2", "file.txt")
    return manager.execute_deferred(button).rpartition("/")[2]


def test_a_download_outlasts_what_others_do_until_it_is_fetched(clock: list[float]) -> None:
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    file = made(manager)
    for _ in range(20):
        manager.remove_orphaned_files()
        clock[0] += 2
    kept = manager.read_file(file)
    assert kept
    assert kept.content == b"a file"


def test_a_minute_later_it_is_dropped(clock: list[float]) -> None:
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    file = made(manager)
    manager.remove_orphaned_files()
    clock[0] += downloads.SECONDS
    for _ in range(2):
        manager.remove_orphaned_files()
    assert manager.read_file(file) is None
