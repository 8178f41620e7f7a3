"""How well a run reads, with and without preparation, and what it refuses: MNIST, drawn digits, and no digits."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.calibration import calibration_error
from model.classifier import Classifier
from model.data import load_mnist
from model.drawing import FRAME, prepare
from model.pretrain.figures import measure, measure_drawn
from model.refusal import Refusal
from model.strokes import BRUSH_WIDTHS, Drawing, DrawnDigit, on_canvas, read_drawn_digits, render, render_ink
from tests.bench.figures import show
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS

Pixels = npt.NDArray[np.uint8]


def reading(folder: Path, drawn: Path | None) -> None:
    """Print the figures of the run in this folder; those on drawn digits only when a file of them is given."""
    classifier, refusal = Classifier.load(folder), Refusal.load(folder)
    _mnist(classifier)
    _written_for_the_tests(classifier, refusal)
    if drawn:
        _drawn(classifier, refusal, read_drawn_digits(drawn))


def _mnist(classifier: Classifier) -> None:
    mnist = load_mnist()
    probabilities = classifier.probabilities(mnist.x_test)
    show("MNIST's test images, accuracy", f"{np.mean(probabilities.argmax(axis=1) == mnist.y_test):.4f}")
    show("the same, expected calibration error", f"{calibration_error(probabilities, mnist.y_test):.4f}")


def _written_for_the_tests(classifier: Classifier, refusal: Refusal) -> None:
    digits = [(digit, _drawing(strokes)) for digit, styles in DRAWN_DIGITS.items() for strokes in styles.values()]
    labels = np.repeat([digit for digit, _ in digits], len(BRUSH_WIDTHS))
    images = np.stack([_prepared(drawing, width) for _, drawing in digits for width in BRUSH_WIDTHS])
    right = classifier.probabilities(images).argmax(axis=1) == labels
    show(f"{len(digits)} digits written for the tests, {len(BRUSH_WIDTHS)} brushes, read", f"{right.mean():.4f}")
    show("the same, refused", f"{np.mean(refusal.scores(images) > refusal.threshold):.4f}")
    for kind, drawings in NON_DIGITS.items():
        paths = [_drawing(strokes) for strokes in drawings.values()]
        images = np.stack([_prepared(path, width) for path in paths for width in BRUSH_WIDTHS])
        show(f"{len(drawings)} {kind}, refused", f"{np.mean(refusal.scores(images) > refusal.threshold):.4f}")


def _drawn(classifier: Classifier, refusal: Refusal, digits: tuple[DrawnDigit, ...]) -> None:
    """Each figure, and behind it the same for the naive way: the canvas only shrunk to 28×28."""
    figures = measure_drawn(classifier, refusal, digits)
    naive = measure(classifier, refusal, _naive_images(digits), digits)

    def show_both(what: str, prepared: float, shrunk: float) -> None:
        show(what, f"{prepared:.4f} ({shrunk:.4f})")

    show("drawn digits, and in brackets the canvas only shrunk to 28×28", f"{figures.drawings:,}")
    show_both(f"{len(BRUSH_WIDTHS)} brushes, accuracy", figures.accuracy, naive.accuracy)
    show_both("the same, expected calibration error", figures.calibration_error, naive.calibration_error)
    show_both("the same, refused", figures.refused, naive.refused)
    for width, accuracy in figures.by_width.items():
        show_both(f"brush of {width} pixels", accuracy, naive.by_width[width])
    for digit, accuracy in figures.by_digit.items():
        show_both(f"digit {digit}", accuracy, naive.by_digit[digit])


def _naive_images(digits: tuple[DrawnDigit, ...]) -> Pixels:
    return np.stack(
        [np.stack([_shrunk(render_ink(on_canvas(digit), width)) for width in BRUSH_WIDTHS]) for digit in digits]
    )


def _drawing(strokes: list[list[tuple[int, int]]]) -> Drawing:
    return tuple(np.array(stroke, np.float64) for stroke in strokes)


def _prepared(drawing: Drawing, brush_width: float) -> npt.NDArray[np.float32]:
    return prepare(render(drawing, brush_width)).image


def _shrunk(ink: Pixels) -> Pixels:
    """The whole canvas at 28×28, as an app without preparation gives it to its network."""
    return np.asarray(Image.fromarray(ink).resize((FRAME, FRAME), Image.Resampling.BOX))
