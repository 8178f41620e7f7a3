"""Which ink matters for an answer, found by trial: what the network says when a spot is erased, or drawn.

A spot is laid on the image at many places in turn, and each time the network reads anew (M. Zeiler, R. Fergus,
"Visualizing and understanding convolutional networks", 2014, section 4.2). What a spot matters is the change of the
answer's log odds (M. Robnik-Šikonja, I. Kononenko, "Explaining classifications for individual instances", 2008): near
certainty, probabilities no longer show a change that the log odds do.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.ink import FRAME
from model.reading import Classifier

ERASER = 5  # pixels: about as wide as a stroke, which is three or four
DAB = 3
STEP = 2  # pixels between two places of the spots that are tried for another digit
MOST_CHANGES = 12
NO_INK = 0.05  # below it, a spot has nothing to erase

_TINY = np.float32(1e-30)  # in place of a probability that underflows to zero

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Relevance:
    """Which ink holds an answer up: (28, 28), the fall of its log odds when the pixel's surroundings are erased.

    Where it is negative, the ink speaks against the answer.
    """

    heat: Floats


@dataclass(frozen=True, eq=False)
class Instead:
    """What would turn a drawing into another digit.

    Attributes:
        adding: (28, 28), the rise of the odds of the other digit against the answer when ink is added there, in nats.
        erasing: (28, 28), the same when ink is erased there.
        changes: how many of the most promising spots it took, one after the other.
        image: (28, 28), the drawing with these changes.
        probabilities: (10,), what the network says of it.
        succeeded: it reads the other digit there.
    """

    adding: Floats
    erasing: Floats
    changes: int
    image: Floats
    probabilities: Floats
    succeeded: bool


def relevance(classifier: Classifier, image: Floats, digit: int) -> Relevance:
    """Of the ink of one prepared image, (28, 28) float32 in [0, 1], for this digit."""
    spots = _spots(ERASER, 1)
    spots = spots[np.einsum("nhw,hw->n", spots, image) > NO_INK]
    before = _log_odds(classifier.probabilities(image[np.newaxis]), digit)
    fall = before - _log_odds(classifier.probabilities(image * (1 - spots)), digit)
    return Relevance(_spread(fall, spots) * (image > 0))


def instead(classifier: Classifier, image: Floats, digit: int, other: int) -> Instead:
    """What would make this digit's image another digit; some hundred readings."""
    spots = _spots(DAB, STEP)
    has_ink = np.einsum("nhw,hw->n", spots, image) > NO_INK
    has_room = np.einsum("nhw,hw->n", spots, 1 - image) > NO_INK
    erasers, dabs = spots[has_ink], spots[has_room]
    tried = np.concatenate([image * (1 - erasers), np.maximum(image, dabs)])
    before = _against(classifier.probabilities(image[np.newaxis]), other, digit)
    rise = _against(classifier.probabilities(tried), other, digit) - before
    by_erasing, by_adding = np.split(rise, [len(erasers)])
    changed = _step_by_step(image, erasers, dabs, rise)
    probabilities = classifier.probabilities(changed)
    reads_other = probabilities.argmax(axis=1) == other
    # The first that does; where none does, the one that comes nearest.
    chosen = int(reads_other.argmax() if reads_other.any() else probabilities[:, other].argmax())
    return Instead(
        adding=_spread(by_adding, dabs),
        erasing=_spread(by_erasing, erasers),
        changes=chosen + 1,
        image=changed[chosen],
        probabilities=probabilities[chosen],
        succeeded=bool(reads_other.any()),
    )


def _step_by_step(image: Floats, erasers: Floats, dabs: Floats, rise: Floats) -> Floats:
    """The image with the most promising change, with the first two, and so on; none lies on another: (n, 28, 28)."""
    spots = np.concatenate([erasers, dabs])
    adds = np.arange(len(spots)) >= len(erasers)
    taken = np.zeros((FRAME, FRAME), bool)
    images: list[Floats] = []
    current = image
    for index in np.argsort(-rise):
        where = spots[index] > 0
        if (taken & where).any():
            continue
        taken |= where
        current = np.maximum(current, spots[index]) if adds[index] else current * (1 - spots[index])
        images.append(current)
        if len(images) == MOST_CHANGES:
            break
    return np.stack(images)


def _spots(size: int, step: int) -> Floats:
    """A square of ones at every place where all of it is in the frame: (n, 28, 28)."""
    starts = np.arange(0, FRAME - size + 1, step)
    covered = (np.arange(FRAME) >= starts[:, np.newaxis]) & (np.arange(FRAME) < starts[:, np.newaxis] + size)
    squares = covered[:, np.newaxis, :, np.newaxis] & covered[np.newaxis, :, np.newaxis, :]
    return squares.reshape(-1, FRAME, FRAME).astype(np.float32)


def _spread(values: Floats, spots: Floats) -> Floats:
    """For each pixel the mean of the spots that cover it, (28, 28); zero where none does."""
    total = np.einsum("n,nhw->hw", values, spots)
    number = spots.sum(axis=0)
    mean: Floats = np.divide(total, number, out=np.zeros_like(total), where=number > 0)
    return mean


def _log_odds(probabilities: Floats, digit: int) -> Floats:
    """(n, 10) to (n,), in nats; from the other nine, as one minus a probability near one would be rounded away."""
    others = np.delete(probabilities, digit, axis=1).sum(axis=1)
    return _log_ratio(probabilities[:, digit], others)


def _against(probabilities: Floats, digit: int, other: int) -> Floats:
    """The log odds of one digit against one other: (n, 10) to (n,), in nats."""
    return _log_ratio(probabilities[:, digit], probabilities[:, other])


def _log_ratio(first: Floats, second: Floats) -> Floats:
    ratio: Floats = np.log(np.maximum(first, _TINY) / np.maximum(second, _TINY))
    return ratio
