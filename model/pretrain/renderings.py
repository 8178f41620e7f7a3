"""Many drawings as images for the network, rendered on all processors; the same seed gives the same images anywhere.

Everything goes the way of a visitor's drawing: strokes, brush, canvas, `prepare`. No TensorFlow: the processes that
this module starts stay small.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from model.ink.drawn_digits import DrawnDigit, on_canvas
from model.ink.preparation import centre, crop, scale
from model.ink.strokes import BRUSH_WIDTHS, Drawing, render_ink
from model.ink.variation import varied
from model.plan import DIGITS
from model.pretrain.digit_styles import composed
from model.pretrain.non_digits import composed_non_digit

Images = npt.NDArray[np.uint8]
Report = Callable[[float], None]
"""Told the share that is done, from 0 to 1."""

DRAWINGS_PER_TASK = 100


def _silent(_: float) -> None:
    """For those who don't ask for reports."""


Item = TypeVar("Item")

# One more number in the seed of every drawing, so that the sets are independent of one another.
_DRAWN, _COMPOSED, _NON_DIGITS = 1, 2, 3


@dataclass(frozen=True)
class Labelled:
    """Images (n, 28, 28) and the digits (n,) on them, both uint8."""

    images: Images
    digits: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)


def image_of(drawing: Drawing, brush_width: float) -> Images:
    """What `prepare` makes of the drawing, (28, 28) uint8; without its steps for colour, as the ink is white."""
    return image_of_ink(render_ink(drawing, brush_width))


def image_of_ink(ink: Images) -> Images:
    """The same from the ink on, (h, w) uint8."""
    return centre(scale(crop(ink)))


def render_as_drawn(digits: Sequence[DrawnDigit], report: Report = _silent) -> Images:
    """Each digit where its writer put it, with each of the page's brushes: (n, 8, 28, 28)."""
    return _on_all_processors(_as_drawn, [(list(part),) for part in _parts(digits)], report)


def render_varied(digits: Sequence[DrawnDigit], copies: int, seed: int, report: Report = _silent) -> Labelled:
    """Each digit `copies` times, each time otherwise: elsewhere, in another size, hand and brush."""
    parts = _parts(list(enumerate(digits)))
    images = _on_all_processors(_varied, [(part, copies, seed) for part in parts], report)
    return Labelled(images, np.repeat([digit.label for digit in digits], copies).astype(np.uint8))


def render_composed(count: int, seed: int, report: Report = _silent) -> Labelled:
    """Digits composed in the styles of several countries, as many of each."""
    images = _on_all_processors(_composed, [(part, seed) for part in _parts(range(count))], report)
    return Labelled(images, (np.arange(count) % DIGITS).astype(np.uint8))


def render_non_digits(count: int, digits: Sequence[DrawnDigit], seed: int, report: Report = _silent) -> Images:
    """Letters, scribbles and the like, (count, 28, 28).

    Args:
        digits: put side by side, they are no digit either; without them, composed ones are.
    """
    drawings = [on_canvas(digit) for digit in digits]
    random = np.random.default_rng([seed, _NON_DIGITS])
    tasks: list[tuple[object, ...]] = []
    for part in _parts(range(count)):
        # A task needs two or three for a row; sending all of them to every process would take longer than drawing.
        some: list[int] = (
            random.choice(len(drawings), min(len(drawings), DRAWINGS_PER_TASK), replace=False).tolist()
            if drawings
            else []
        )
        tasks.append((part, [drawings[index] for index in some], seed))
    return _on_all_processors(_non_digits, tasks, report)


def _as_drawn(digits: Sequence[DrawnDigit]) -> Images:
    return np.stack([np.stack([image_of(on_canvas(digit), width) for width in BRUSH_WIDTHS]) for digit in digits])


def _varied(digits: Sequence[tuple[int, DrawnDigit]], copies: int, seed: int) -> Images:
    images = []
    for index, digit in digits:
        random = np.random.default_rng([seed, _DRAWN, index])
        drawing = on_canvas(digit)
        images += [image_of(varied(drawing, random), random.choice(BRUSH_WIDTHS)) for _ in range(copies)]
    return np.stack(images)


def _composed(indices: Sequence[int], seed: int) -> Images:
    images = []
    for index in indices:
        random = np.random.default_rng([seed, _COMPOSED, index])
        drawing = varied(composed(index % DIGITS, random), random)
        images.append(image_of(drawing, random.choice(BRUSH_WIDTHS)))
    return np.stack(images)


def _non_digits(indices: Sequence[int], digits: Sequence[Drawing], seed: int) -> Images:
    images = []
    for index in indices:
        random = np.random.default_rng([seed, _NON_DIGITS, index])
        images.append(image_of(composed_non_digit(random, digits), random.choice(BRUSH_WIDTHS)))
    return np.stack(images)


def _parts(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + DRAWINGS_PER_TASK] for start in range(0, len(items), DRAWINGS_PER_TASK)]


def _on_all_processors(work: Callable[..., Images], tasks: list[tuple[object, ...]], report: Report) -> Images:
    """The results of all tasks, one after the other."""
    if len(tasks) == 1:  # done here before another process has started
        result = work(*tasks[0])
        report(1.0)
        return result
    # spawn: the one way to start a process that is the same, and safe beside threads, on all systems.
    context = multiprocessing.get_context("spawn")
    results = []
    with ProcessPoolExecutor(min(len(tasks), os.cpu_count() or 1), context) as processes:
        for done, result in enumerate(processes.map(work, *zip(*tasks, strict=True)), start=1):
            results.append(result)
            report(done / len(tasks))
    return np.concatenate(results)
