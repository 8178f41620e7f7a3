"""Pages run here as in the web process, which never imports Keras; each test has a queue and runs of its own."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner

from model.queue import TrainingQueue, training_queue
from model.run.limits import Limits
from model.run.store import RunStore
from pages.parts import models, train
from tests.runs import FAKE_WORKER

# What holds the server's queue by name is imported here: imported while a test's queue is in its place, it would keep
# that one.
_ = models, train


@pytest.fixture(scope="session", autouse=True)
def keras_left_alone() -> Iterator[None]:
    """Other tests have imported Keras, and Streamlit would clear its session after every run of a page, in 0.2 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def packages_read_once() -> Iterator[None]:
    """A server looks once, when it starts, which installed packages bring components; AppTest would for every test.

    That takes half a second where as many packages are installed as for these tests, and they stay what they are.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def unchanged_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest puts the page in the main module's place, and every process started later would begin by running it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def store(tmp_path: Path, limits: Limits) -> RunStore:
    return RunStore(tmp_path / "runs", limits)


@pytest.fixture(autouse=True)
def queue(store: RunStore, limits: Limits, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingQueue]:
    """A queue of the test's own in the server's place, whose worker only plays."""
    queue = TrainingQueue(store, FAKE_WORKER, limits)
    servers_own = training_queue
    for module in list(sys.modules.values()):
        if vars(module).get("training_queue") is servers_own:
            monkeypatch.setattr(module, "training_queue", queue)
    yield queue
    queue.close()


@pytest.fixture(autouse=True)
def no_runs_remembered() -> None:
    models._bundled_run.cache_clear()
    models._visitors_run.clear()
    models._classifier.cache_clear()
