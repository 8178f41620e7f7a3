"""The server's part of an answer on Draw: with everything below it folded, and with everything unfolded."""

import asyncio
import time

import numpy as np
import numpy.typing as npt
import psutil

from model.data import load_mnist
from model.data.training_images import TrainingImages
from model.insight.neighbours import NEIGHBOURS_FILE, Neighbours
from model.insight.relevance import instead, relevance
from model.plan import Architecture
from model.reading import Classifier
from model.reading.epochs import TimeMachine
from model.run import PRETRAINED, RECORDED
from tests.bench.figures import megabytes, milliseconds, show
from tests.browser.server import RunningApp, app_in_new_folder
from tests.load.client import Tab
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw
from tests.pages.page import drawn, opened

DRAWN = 100
DIGITS = 50

LOOKS = ("microscope", "inside", "why", "neighbours")


def opened_up() -> None:
    """An answer from stroke to end, the whole page with all that can be unfolded, and what the looks are made of."""
    mnist = load_mnist()
    with app_in_new_folder() as app:
        answers, processor = asyncio.run(_answered(app))
    show(f"server's part of a drawn digit of two strokes, all folded, {DRAWN}", milliseconds(answers, digits=1))
    show("of its processor such a digit takes", f"{processor:.1f} ms")
    show("all of the page run anew, everything unfolded", _whole_page(*LOOKS))
    classifier, training = Classifier.load(PRETRAINED), TrainingImages.unpack()
    neighbours = Neighbours.load(PRETRAINED, classifier)
    images = mnist.x_test[:DIGITS].astype(np.float32) / np.float32(255)
    times = np.array([_seconds(image, classifier, neighbours, training) for image in images]) * 1000
    for what, column in zip(
        ("the ink that matters", "what would make it another digit", "eight neighbours"), times.T, strict=True
    ):
        show(f"{what}, {DIGITS} digits", milliseconds(column.tolist(), digits=1))
    machine = TimeMachine.load(RECORDED, Architecture())
    show("a step of the time machine", _steps(machine, images[:1]))
    show("the file of neighbours", megabytes((PRETRAINED / NEIGHBOURS_FILE).stat().st_size))


async def _answered(app: RunningApp) -> tuple[list[float], float]:
    """Milliseconds from each digit, told as by a browser, to the end of its answer; and of the server's processor."""
    digits = [drawing[-1] for drawing in messages() if len(drawing) == 2]
    server = psutil.Process(app.process.pid)
    async with Tab(app.url) as tab:
        await tab.open()
        await draw(tab, Tally(), digits[0])
        tally, before = Tally(), server.cpu_times()
        for number in range(DRAWN):
            await draw(tab, tally, digits[number % len(digits)])
    after = server.cpu_times()
    if not tally.is_clean:
        raise RuntimeError(f"a drawing was not answered rightly: {tally}")
    processor = sum(after[:2]) - sum(before[:2])
    return [seconds * 1000 for seconds in tally.answers], processor * 1000 / DRAWN


def _steps(machine: TimeMachine, images: npt.NDArray[np.float32]) -> str:
    times = []
    for position in range(len(machine.epochs)):
        began = time.perf_counter()
        machine.classifier(position).activations(images)
        times.append((time.perf_counter() - began) * 1000)
    return milliseconds(times, digits=1)


def _seconds(
    image: npt.NDArray[np.float32], classifier: Classifier, neighbours: Neighbours, training: TrainingImages
) -> tuple[float, float, float]:
    digit = classifier.read(image).digit
    began = time.perf_counter()
    relevance(classifier, image, digit)
    heated = time.perf_counter()
    instead(classifier, image, digit, (digit + 1) % 10)
    changed = time.perf_counter()
    neighbours.nearest(image, training)
    return heated - began, changed - heated, time.perf_counter() - changed


def _whole_page(*looks: str) -> str:
    """Each digit is told in the pen's name, and the page runs."""
    at = opened()
    for look in looks:
        at.session_state[f"look_{look}"] = True
    if "why" in looks:
        at.session_state["why_other"] = 9
    digits = [drawing[-1] for drawing in messages()]
    times = []
    for number in range(DRAWN + 1):
        began = time.perf_counter()
        drawn(at, digits[number % len(digits)].strokes)
        times.append((time.perf_counter() - began) * 1000)
        if at.exception or at.error:
            raise RuntimeError(f"the page failed: {at.exception}{at.error}")
    return milliseconds(times[1:], digits=1)
