"""What many tests need: MNIST, and the networks that stand for the bundled and for a visitor's own."""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from itertools import zip_longest
from pathlib import Path

# Before NumPy is imported, here and in the processes that tests start: its threads wait for one another by spinning,
# and where other tests keep the processors busy, a product of two small matrices takes ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser

from model.data import Mnist, load_mnist
from model.run import PRETRAINED
from tests.browser.visitor import FOR_MANY_PAGES, chromium

# Before anything imports TensorFlow: it announces itself in many lines otherwise.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# A worker that gives way to the tests themselves would wait for their end.
os.environ["DIGITS_NICENESS"] = "0"
# One that looks for a run's neighbours takes several seconds of a processor for it, and the tests need both.
os.environ["DIGITS_SECONDS_OF_REST"] = "600"

Pixels = npt.NDArray[np.uint8]

# The files that take longest: those that mostly wait for servers and browsers, and those that keep a processor busy.
LONG_TO_WAIT = ("server", "browser")
LONG_TO_COMPUTE = (
    "model/pretrain",
    "model/training",
    "model/take_home/test_notebook.py",
    "model/insight/test_neighbours.py",
    "test_bench.py",
    "model/ink/test_preparation.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported stays: Python need not look through it for garbage, neither meanwhile nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Some processes share the tests, a file at a time: the long ones first, so that all end at about the same time.

    They come by turns of each sort, so that while one process waits another is likely to compute. The rest follows in
    its usual order.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    sorts = [
        [file for name in names for file in files if file.is_relative_to(Path(__file__).parent / name)]
        for names in (LONG_TO_WAIT, LONG_TO_COMPUTE)
    ]
    by_turns = [file for turn in zip_longest(*sorts) for file in turn if file]
    items[:] = [item for file in dict.fromkeys([*by_turns, *files]) for item in files[file]]


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    return load_mnist()


@pytest.fixture
def canvas() -> Callable[[Pixels], Pixels]:
    """Puts white ink, (h, w) uint8, on a black, opaque canvas (h, w, 4), as the drawing canvas does."""

    def paint(ink: Pixels) -> Pixels:
        rgba = np.repeat(ink[..., np.newaxis], 4, axis=2)
        rgba[..., 3] = 255
        return rgba

    return paint


@pytest.fixture
def finished_run(tmp_path: Path) -> Path:
    """The folder of a run, to be damaged by a test."""
    return Path(shutil.copytree(PRETRAINED, tmp_path / "run"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process: Playwright takes no second one beside it."""
    with chromium(FOR_MANY_PAGES) as browser:
        yield browser
