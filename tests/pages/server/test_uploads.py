"""Tests of `pages.parts.server.uploads`."""

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.parts.server import uploads
from pages.parts.server.uploads import FILES_OF_A_SESSION, Bound


@pytest.fixture
def manager() -> MemoryUploadedFileManager:
    manager = MemoryUploadedFileManager("/upload")
    vars(manager)["add_file"] = Bound(manager).add_file
    return manager


def put(manager: MemoryUploadedFileManager, session: str, *names: str, size: int = 10) -> None:
    for name in names:
        manager.add_file(session, UploadedFileRec(name, f"{name}.png", "image/png", bytes(size)))


def kept(manager: MemoryUploadedFileManager, session: str, *names: str) -> list[str]:
    return [file.file_id for file in manager.get_files(session, names)]


def test_the_newest_files_of_a_session_stay(manager: MemoryUploadedFileManager) -> None:
    names = [str(number) for number in range(FILES_OF_A_SESSION + 3)]
    put(manager, "one", "first")
    put(manager, "other", "first")
    put(manager, "one", *names)
    assert kept(manager, "one", "first", *names) == names[-FILES_OF_A_SESSION:]
    assert kept(manager, "other", "first") == ["first"]


def test_a_file_sent_again_counts_once(manager: MemoryUploadedFileManager) -> None:
    put(manager, "one", "a", *(["b"] * 20))
    assert kept(manager, "one", "a", "b") == ["a", "b"]


def test_above_the_bound_for_all_nothing_is_taken_until_a_session_has_gone(
    manager: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "BYTES_IN_ALL", 100)
    put(manager, "one", "a", size=60)
    put(manager, "other", "b", size=60)
    assert kept(manager, "other", "b") == []
    manager.remove_session_files("one")
    put(manager, "other", "b", size=60)
    assert kept(manager, "other", "b") == ["b"]
