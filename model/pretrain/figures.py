"""How well a run reads drawings: by brush width and by digit, how honest its confidence is, and what it refuses."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from model.ink.drawn_digits import DrawnDigit
from model.ink.strokes import BRUSH_WIDTHS
from model.plan import DIGITS
from model.pretrain.renderings import Images, render_as_drawn
from model.reading import Classifier, Refusal
from model.reading.calibration import calibration_error


@dataclass(frozen=True)
class DrawnFigures:
    """Shares from 0 to 1, over drawings with each of the page's brushes.

    Attributes:
        drawings: how many digits were drawn.
        accuracy: over all brushes.
        by_width: accuracy by brush width in pixels.
        by_digit: accuracy by digit.
        calibration_error: expected calibration error, over all brushes.
        refused: how many digits are wrongly called no digit.
    """

    drawings: int
    accuracy: float
    by_width: dict[int, float]
    by_digit: dict[int, float]
    calibration_error: float
    refused: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure_drawn(classifier: Classifier, refusal: Refusal, digits: Sequence[DrawnDigit]) -> DrawnFigures:
    """Read each of these digits with each brush of the page."""
    return measure(classifier, refusal, render_as_drawn(digits), digits)


def measure(classifier: Classifier, refusal: Refusal, images: Images, digits: Sequence[DrawnDigit]) -> DrawnFigures:
    """The same for (n, 8, 28, 28) images of the digits, made with each brush in whatever way."""
    count, widths = images.shape[:2]
    images = images.reshape(-1, *images.shape[2:])
    labels = np.repeat([digit.label for digit in digits], widths)
    probabilities = classifier.probabilities(images)
    right = probabilities.argmax(axis=1) == labels
    by_width = right.reshape(count, widths).mean(axis=0)
    return DrawnFigures(
        drawings=count,
        accuracy=float(right.mean()),
        by_width={width: float(share) for width, share in zip(BRUSH_WIDTHS, by_width, strict=True)},
        by_digit={digit: float(right[labels == digit].mean()) for digit in range(DIGITS) if digit in labels},
        calibration_error=calibration_error(probabilities, labels),
        refused=float(np.mean(refusal.scores(images) > refusal.threshold)),
    )
