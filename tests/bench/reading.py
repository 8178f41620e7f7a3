"""How well a run reads, with and without preparation, and what it refuses: MNIST, drawn digits, and no digits."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from model.data import load_mnist
from model.ink import CANVAS, FRAME
from model.ink.drawn_digits import DrawnDigit, on_canvas, read_drawn_digits
from model.ink.preparation import prepare_ink
from model.ink.strokes import BRUSH_WIDTHS, Drawing, render_ink
from model.pretrain.figures import measure, measure_drawn
from model.pretrain.renderings import Images, image_of_ink
from model.reading import Classifier, Refusal
from model.reading.calibration import calibration_error
from tests.bench.figures import show
from tests.drawn_digits import DRAWN_DIGITS, Strokes
from tests.non_digits import NON_DIGITS


def reading(folder: Path, drawn: Path | None, digits: int | None = None) -> None:
    """Print the figures of the run in this folder.

    Args:
        drawn: a file of drawn digits; the figures on them are printed only when it is given.
        digits: so many of MNIST's test images, the first; all of them unless a number is given.
    """
    classifier, refusal = Classifier.load(folder), Refusal.load(folder)
    mnist = load_mnist()
    _mnist(classifier, mnist.x_test[:digits], mnist.y_test[:digits])
    _written_for_the_tests(classifier, refusal)
    if drawn:
        _drawn(classifier, refusal, read_drawn_digits(drawn))


def _mnist(classifier: Classifier, digits: Images, labels: Images) -> None:
    probabilities = classifier.probabilities(digits)
    show("MNIST's test images, accuracy", f"{np.mean(probabilities.argmax(axis=1) == labels):.4f}")
    show("the same, expected calibration error", f"{calibration_error(probabilities, labels):.4f}")
    canvases = [_half_as_large(digit) for digit in digits]
    right = [
        float(np.mean(classifier.probabilities(np.stack(images)).argmax(axis=1) == labels))
        for images in ([prepare_ink(ink).image for ink in canvases], [_shrunk(ink) for ink in canvases])
    ]
    _show_both("half as large as the canvas, prepared (only shrunk)", *right)


def _half_as_large(digit: Images) -> Images:
    """An MNIST image on the canvas, whose half it takes, in the middle."""
    times = CANVAS // FRAME // 2
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    middle = slice(CANVAS // 4, CANVAS * 3 // 4)
    canvas[middle, middle] = digit.repeat(times, axis=0).repeat(times, axis=1)
    return canvas


def _written_for_the_tests(classifier: Classifier, refusal: Refusal) -> None:
    digits = [(digit, _drawing(strokes)) for digit, styles in DRAWN_DIGITS.items() for strokes in styles.values()]
    labels = np.repeat([digit for digit, _ in digits], len(BRUSH_WIDTHS))
    images = _with_every_brush([drawing for _, drawing in digits])

    def read(images: Images) -> float:
        return float(np.mean(classifier.probabilities(images).argmax(axis=1) == labels))

    def refused(images: Images) -> float:
        return float(np.mean(refusal.scores(images) > refusal.threshold))

    show("written for the tests, and in brackets the canvas only shrunk", f"{len(BRUSH_WIDTHS)} brushes")
    _show_both(f"{len(digits)} digits, read", *map(read, images))
    _show_both("the same, refused", *map(refused, images))
    for kind, drawings in NON_DIGITS.items():
        images = _with_every_brush([_drawing(strokes) for strokes in drawings.values()])
        _show_both(f"{len(drawings)} {kind}, refused", *map(refused, images))


def _drawn(classifier: Classifier, refusal: Refusal, digits: tuple[DrawnDigit, ...]) -> None:
    """Each figure, and behind it the same for the naive way: the canvas only shrunk to 28×28."""
    figures = measure_drawn(classifier, refusal, digits)
    naive = measure(classifier, refusal, _naive_images(digits), digits)

    show("drawn digits, and in brackets the canvas only shrunk to 28×28", f"{figures.drawings:,}")
    _show_both(f"{len(BRUSH_WIDTHS)} brushes, accuracy", figures.accuracy, naive.accuracy)
    _show_both("the same, expected calibration error", figures.calibration_error, naive.calibration_error)
    _show_both("the same, refused", figures.refused, naive.refused)
    for width, accuracy in figures.by_width.items():
        _show_both(f"brush of {width} pixels", accuracy, naive.by_width[width])
    for digit, accuracy in figures.by_digit.items():
        _show_both(f"digit {digit}", accuracy, naive.by_digit[digit])


def _show_both(what: str, prepared: float, shrunk: float) -> None:
    show(what, f"{prepared:.4f} ({shrunk:.4f})")


def _naive_images(digits: tuple[DrawnDigit, ...]) -> Images:
    return np.stack(
        [np.stack([_shrunk(render_ink(on_canvas(digit), width)) for width in BRUSH_WIDTHS]) for digit in digits]
    )


def _drawing(strokes: Strokes) -> Drawing:
    return tuple(np.array(stroke, np.float64) for stroke in strokes)


def _with_every_brush(drawings: Sequence[Drawing]) -> tuple[Images, Images]:
    """Each drawing with each brush, prepared and only shrunk: twice (n, 28, 28) uint8."""
    inks = [render_ink(drawing, width) for drawing in drawings for width in BRUSH_WIDTHS]
    return np.stack([image_of_ink(ink) for ink in inks]), np.stack([_shrunk(ink) for ink in inks])


def _shrunk(ink: Images) -> Images:
    """The whole canvas at 28×28, as an app without preparation gives it to its network."""
    return np.asarray(Image.fromarray(ink).resize((FRAME, FRAME), Image.Resampling.BOX))
