"""Measurements of the model's rooms without a browser, and the size of the code."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.ink.pen import heard
from model.ink.preparation import prepare_ink
from model.ink.strokes import CANVAS, ink_of
from model.plan import FAST, Recipe
from model.plan.recipe import NOTEBOOK
from model.queue import State, TrainingJob, TrainingQueue
from model.reading import Classifier, Refusal
from model.run import PRETRAINED
from model.run.store import RunStore
from tests.bench.figures import milliseconds, show
from tests.drawn_digits import DRAWN_DIGITS
from tests.pages.page import stroked

ROOT = Path(__file__).parents[2]
CODE = ("*.py", "*.css", "*.js")

DIGITS_TO_TIME = 300
SECONDS_OF_REST = 10  # in which the worker finds the neighbours of the run before


def answer() -> None:
    """What an answer is made of: the ink, the preparation, the network and the second head."""
    classifier = Classifier.load(PRETRAINED)
    digits = [drawing for styles in DRAWN_DIGITS.values() for drawing in styles.values() if len(drawing) == 2]
    told = [stroked(digits[number % len(digits)]) for number in range(DIGITS_TO_TIME)]
    drawn = [heard(strokes) for strokes in told]
    inks = [ink_of(strokes) for strokes in drawn]
    prepared = [prepare_ink(ink) for ink in inks]
    show(f"what the pen told heard, {DIGITS_TO_TIME} digits of two strokes", _timed(heard, told))
    show(f"their ink, {CANVAS}×{CANVAS}", _timed(ink_of, drawn))
    show("prepare_ink()", _timed(prepare_ink, inks))
    show("Classifier.read()", _timed(classifier.read, [drawing.image for drawing in prepared]))
    show("Refusal.refuses()", _timed(Refusal.load().refuses, prepared))


def train() -> None:
    """The worker's quickness, and the Fast preset from Start to the finished run."""
    with queue_of_its_own() as queue:
        first = replace(FAST, images=500)
        show("Start to the first batch, the worker not yet running", f"{_seconds_to_first_batch(queue, first):.1f} s")
        time.sleep(SECONDS_OF_REST)
        show("the same, the worker running", f"{_seconds_to_first_batch(queue, first):.1f} s")
        for name, keep in {"Stop and keep": True, "Stop": False}.items():
            show(f"{name} to the end of the run", f"{_seconds_to_stop(queue, keep=keep):.1f} s")
        _measure(queue, "Fast", FAST)


def notebook() -> None:
    """The first epoch of the Notebook preset; the others take as long."""
    with queue_of_its_own() as queue:
        _measure(queue, "Notebook, first epoch", replace(NOTEBOOK, epochs=1))


def lines() -> None:
    """Lines that are not blank, by folder: Python, style and script."""
    total = 0
    for name, files in {
        "app.py": [ROOT / "app.py"],
        "pages": _code("pages", deep=False),
        "pages/parts": _code("pages/parts"),
        "model": _code("model"),
        "tests": _code("tests"),
    }.items():
        number = sum(1 for file in files for line in file.read_text().splitlines() if line.strip())
        total += number
        show(name, f"{number:,} lines in {len(files)} {'file' if len(files) == 1 else 'files'}")
    show("all", f"{total:,} lines")


def _timed(function: Callable[[Any], object], arguments: list[Any]) -> str:
    times = []
    for argument in arguments:
        began = time.perf_counter()
        function(argument)
        times.append((time.perf_counter() - began) * 1000)
    return milliseconds(times, digits=2)


@contextmanager
def queue_of_its_own() -> Iterator[TrainingQueue]:
    """A queue of its own, as the web process has one."""
    with tempfile.TemporaryDirectory() as folder:
        queue = TrainingQueue(RunStore(Path(folder)))
        try:
            yield queue
        finally:
            queue.close()


def _seconds_to_first_batch(queue: TrainingQueue, recipe: Recipe) -> float:
    began = time.perf_counter()
    job = queue.start(recipe)
    while not job.progress.batches_done and not job.progress.is_over:
        time.sleep(0.005)
    passed = time.perf_counter() - began
    wait(job)
    return passed


def _seconds_to_stop(queue: TrainingQueue, *, keep: bool) -> float:
    """Of the Notebook preset, in the middle of its first epoch."""
    job = queue.start(NOTEBOOK)
    while job.progress.batches_done < NOTEBOOK.batches // 4 and not job.progress.is_over:
        time.sleep(0.005)
    began = time.perf_counter()
    queue.stop(job, keep=keep)
    wait(job)
    return time.perf_counter() - began


def _measure(queue: TrainingQueue, name: str, recipe: Recipe) -> None:
    began = time.perf_counter()
    job = queue.start(recipe)
    wait(job)
    passed = time.perf_counter() - began
    run = job.progress.run
    if job.progress.state != State.FINISHED or run is None:
        raise RuntimeError(job.progress.sentence or job.progress.state)
    record = run.record
    trained = recipe.images * recipe.epochs
    show(f"{name}: Start to the finished run", f"{passed:.1f} s")
    show(f"{name}: training alone", f"{record.seconds:.1f} s, {trained / record.seconds:,.0f} images a second")
    show(f"{name}: test accuracy", f"{record.test.accuracy:.4f}")


def wait(job: TrainingJob) -> None:
    """Until the run is over."""
    while not job.progress.is_over:
        time.sleep(0.005)


def _code(folder: str, *, deep: bool = True) -> list[Path]:
    return [file for pattern in CODE for file in (ROOT / folder).glob(f"**/{pattern}" if deep else pattern)]
