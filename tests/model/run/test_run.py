"""model.run and model.run.store: finished runs on disk, and what is made of damaged ones."""

import json
import os
import time
from pathlib import Path

import pytest

from model.errors import UnusableFile
from model.reading import Classifier
from model.run import PRETRAINED, Record, Run
from model.run.limits import Limits
from model.run.run import LITERT_FILE, RECORD_FILE
from model.run.store import FOLDER_VARIABLE, RunStore, watch_id


def write_nothing(folder: Path) -> None:
    (folder / "model.keras").write_bytes(b"keras")
    (folder / "model.tflite").write_bytes(b"litert")


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    record = Run.load(PRETRAINED).record
    run = Run.save(tmp_path / "copy", record, write_nothing)
    assert run.record == record
    assert Run.load(tmp_path / "copy") == run
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


@pytest.mark.parametrize("name", ["model.keras", "model.tflite", "run.json"])
def test_a_missing_file_gives_one_sentence(finished_run: Path, name: str) -> None:
    (finished_run / name).unlink()
    with pytest.raises(UnusableFile, match=rf"^This model cannot be used: {name} is missing[^\n]*\.$"):
        Run.load(finished_run)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"recipe": 3}'])
def test_a_damaged_record_gives_one_sentence(finished_run: Path, content: str) -> None:
    (finished_run / RECORD_FILE).write_text(content)
    with pytest.raises(UnusableFile, match=r"^This model cannot be used: its record[^\n]*\.$"):
        Run.load(finished_run)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seconds", "long"),
        ("seconds", None),
        ("test", {"loss": float("nan"), "accuracy": 0.5}),
        ("test", {"loss": "small", "accuracy": 0.5}),
        ("epochs", [{"training": {}, "test": {}, "seconds": 1}]),
        ("batch_losses", [1.0]),
        ("batch_losses", "many"),
        ("drawn_accuracy", "good"),
    ],
)
def test_a_record_with_something_else_in_a_numbers_place_gives_one_sentence(
    finished_run: Path, name: str, value: object
) -> None:
    record = json.loads((finished_run / RECORD_FILE).read_text())
    (finished_run / RECORD_FILE).write_text(json.dumps(record | {name: value}))
    with pytest.raises(UnusableFile, match=r"^This model cannot be used: its record[^\n]*\.$"):
        Run.load(finished_run)


@pytest.mark.parametrize("content", [b"", b"no network", b"\0" * 400_000])
def test_a_damaged_network_gives_one_sentence(finished_run: Path, content: bytes) -> None:
    (finished_run / LITERT_FILE).write_bytes(content)
    with pytest.raises(UnusableFile, match=r"^This model cannot answer[^\n]*\.$"):
        Classifier.load(finished_run)


def test_a_run_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    def full_disk(folder: Path) -> None:
        (folder / "model.keras").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        Run.save(tmp_path / "run", Run.load(PRETRAINED).record, full_disk)
    assert list(tmp_path.iterdir()) == []


def test_a_store_finds_what_it_kept(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id = store.new_id()
    assert store.find(run_id) is None
    Run.save(store.folder(run_id), Run.load(PRETRAINED).record, write_nothing)
    assert RunStore(tmp_path).find(run_id) is not None


@pytest.mark.parametrize("made_up", ["", "..", "../../etc", "a" * 21, "a" * 23, "x/" * 11, "\0" * 22, "é" * 22])
def test_a_made_up_id_leads_nowhere(tmp_path: Path, made_up: str) -> None:
    assert RunStore(tmp_path).find(made_up) is None


def test_ids_differ_and_cannot_be_guessed() -> None:
    ids = {RunStore().new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(run_id) for run_id in ids} == {22}  # 128 bits, six to a character


def test_a_damaged_run_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = RunStore(tmp_path)
    run_id = store.new_id()
    store.folder(run_id).mkdir()
    assert store.find(run_id) is None
    assert f"The run {run_id} was passed over: " in caplog.text


def test_the_oldest_runs_go_and_what_was_half_written(tmp_path: Path) -> None:
    store = RunStore(tmp_path, Limits(kept_runs=2, kept_days=100_000))
    ids = [store.new_id() for _ in range(4)]
    for age, run_id in enumerate(ids):
        store.folder(run_id).mkdir()
        os.utime(store.folder(run_id), (1_000_000 - age, 1_000_000 - age))
    abandoned, being_written = tmp_path / f"{ids[0]}.part", tmp_path / f"{ids[1]}.part"
    abandoned.mkdir()
    os.utime(abandoned, (1_000_000, 1_000_000))
    being_written.mkdir()
    somebodys = tmp_path / "photos"
    somebodys.mkdir()
    os.utime(somebodys, (1_000_000, 1_000_000))
    store.prune()
    assert {folder.name for folder in tmp_path.iterdir()} == {*ids[:2], being_written.name, somebodys.name}


@pytest.mark.parametrize("days", [1000, -1000])
def test_a_clock_that_jumps_removes_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    store = RunStore(tmp_path, Limits(kept_days=30))
    before, after = store.folder(store.new_id()), store.folder(store.new_id())
    before.mkdir()
    jumped = time.time() + days * 86_400
    monkeypatch.setattr(time, "time", lambda: jumped)
    after.mkdir()
    os.utime(after, (jumped, jumped))
    store.prune()
    assert before.is_dir()
    assert after.is_dir()


def test_a_folder_of_runs_that_cannot_be_read_is_a_line_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_: Path) -> None:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Path, "iterdir", gone)
    RunStore(tmp_path).prune()
    assert "The folder of runs cannot be read: " in caplog.text


def test_old_runs_go_and_those_that_the_disk_has_no_room_for(tmp_path: Path) -> None:
    store = RunStore(tmp_path, Limits(kept_days=3, kept_megabytes=0.0025))
    days = {store.new_id(): day for day in (1.0, 2.0, 2.5, 4.0)}
    for run_id, day in days.items():
        store.folder(run_id).mkdir()
        (store.folder(run_id) / "weights").write_bytes(bytes(1000))
        written = time.time() - day * 86_400
        os.utime(store.folder(run_id), (written, written))
    store.prune()
    assert {folder.name for folder in tmp_path.iterdir()} == set(list(days)[:2])


def test_the_watchers_id_follows_from_the_owners_and_not_the_other_way_round(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    owner_id = store.new_id()
    run_id = watch_id(owner_id)
    assert run_id == watch_id(owner_id) != owner_id
    assert watch_id(run_id) != owner_id
    Run.save(store.folder(run_id), Run.load(PRETRAINED).record, write_nothing)
    assert store.find(owner_id) is None
    store.delete(run_id)
    assert store.find(run_id) is not None
    store.delete(owner_id)
    assert store.find(run_id) is None


def test_an_environment_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "elsewhere"))
    run_id = RunStore().new_id()
    assert RunStore().folder(run_id) == tmp_path / "elsewhere" / run_id
