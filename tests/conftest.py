"""What many tests need: MNIST, and the networks that stand for the bundled and for a visitor's own."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

# Before NumPy is imported, here and in the processes that tests start: its threads wait for one another by spinning,
# and where other tests keep the processors busy, a product of two small matrices takes ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import pytest

from model.data import Mnist, load_mnist
from model.run import PRETRAINED

# Before anything imports TensorFlow: it announces itself in many lines otherwise.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# A worker that gives way to the tests themselves would wait for their end.
os.environ["DIGITS_NICENESS"] = "0"

Pixels = npt.NDArray[np.uint8]


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
