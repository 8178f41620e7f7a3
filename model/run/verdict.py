"""What happened in a run, in one plain sentence, decided from its history by the rules below."""

import math
from collections.abc import Sequence
from enum import StrEnum

from model.plan import DIGITS
from model.run.record import Epoch, Record

# Diverged: the loss ended where guessing among ten digits would, or worse, after it had jumped by a tenth above that.
# Seen in 40 runs: no batch of a fresh network reaches 2.41, and with a learning rate far too large some batch reaches
# 2.64, so that a run whose learning rate is far too small is not taken for one.
JUMP = 1.1

# Overfitted: the test loss has risen by a tenth above its lowest, while the training loss went on falling.
RISE = 1.1

# Still learning: the last epoch lowered the test loss by more than a twentieth below the lowest before. Within a single
# epoch: the last third of its batches lowered the training loss by more than a tenth against the third before. Where
# the learning rate falls to zero, the loss falls with it, and the last two tenths are compared instead; stopped before
# that, a run is always still learning.
GAIN = 0.05
GAIN_WITHIN_AN_EPOCH = 0.1
PARTS, PARTS_AT_REST = 3, 10

MEAN_OF_BATCHES = 20  # at least, since a single batch says little


class Outcome(StrEnum):
    """How a run ended."""

    DIVERGED = "diverged"
    OVERFITTED = "overfitted"
    STILL_LEARNING = "still learning"
    CONVERGED = "converged"
    BROUGHT_BACK = "brought back"


def sentence(record: Record) -> str:
    """What happened, for the visitor, and what to try."""
    match outcome(record):
        case Outcome.DIVERGED:
            return "It diverged: the loss jumped, and ended where guessing would. Try a learning rate a tenth as large."
        case Outcome.OVERFITTED:
            return (
                f"It overfitted: from epoch {overfitting_since(record.epochs)} on it learned its own images by heart, "
                "and the loss on the others rose. Try more images, fewer epochs or random changes."
            )
        case Outcome.STILL_LEARNING if record.is_no_better_than_chance:
            return (
                "It has hardly begun to learn: the loss is still that of guessing. "
                "Try more epochs or a larger learning rate."
            )
        case Outcome.STILL_LEARNING if _was_to_come_to_rest(record):
            return (
                "It was still learning: its learning rate was yet to fall to zero, which lowers the loss most. "
                "Let it train to the end."
            )
        case Outcome.STILL_LEARNING:
            return "It was still learning: the loss fell to the end. Try more epochs."
        case Outcome.CONVERGED:
            return "It converged: towards the end the loss hardly changed, and more epochs would add little."
        case Outcome.BROUGHT_BACK:
            return "It was brought back from a file, which holds no history; its test was taken here anew."


def outcome(record: Record) -> Outcome:
    """The first of these that holds: brought back, diverged, overfitted, still learning; converged otherwise."""
    if record.brought_back:
        return Outcome.BROUGHT_BACK
    if record.is_no_better_than_chance:
        has_jumped = max(record.batch_losses) > JUMP * math.log(DIGITS)
        return Outcome.DIVERGED if has_jumped else Outcome.STILL_LEARNING
    if overfitting_since(record.epochs) is not None:
        return Outcome.OVERFITTED
    falls = _falls(record.epochs) if len(record.epochs) > 1 else _falls_within_an_epoch(record)
    if falls or _was_to_come_to_rest(record):
        return Outcome.STILL_LEARNING
    return Outcome.CONVERGED


def overfitting_since(epochs: Sequence[Epoch]) -> int | None:
    """The epoch, counted from 1, with the lowest test loss, where the loss has risen since; None where it has not.

    From there on the gap between training and test is what the network has learned by heart.
    """
    if not epochs:
        return None
    losses = [epoch.test.loss for epoch in epochs]
    best = min(range(len(losses)), key=losses.__getitem__)
    rose = losses[-1] > RISE * losses[best]
    fell = epochs[-1].training.loss < epochs[best].training.loss
    return best + 1 if rose and fell else None


def _falls(epochs: Sequence[Epoch]) -> bool:
    """The test loss fell in the last epoch, and below all before: it goes up and down a little in any run."""
    *before, last = (epoch.test.loss for epoch in epochs)
    return last < (1 - GAIN) * min(before)


def _falls_within_an_epoch(record: Record) -> bool:
    """The training loss fell from the last part but one to the last part of the batches."""
    losses = record.batch_losses
    parts = PARTS_AT_REST if record.recipe.schedule == "one-cycle" else PARTS
    part = max(MEAN_OF_BATCHES, len(losses) // parts)
    last, before = losses[-part:], losses[-2 * part : -part]
    if not before:
        return True
    return sum(last) / len(last) < (1 - GAIN_WITHIN_AN_EPOCH) * sum(before) / len(before)


def _was_to_come_to_rest(record: Record) -> bool:
    """A one-cycle run that was stopped: its learning rate had not fallen to zero."""
    return record.stopped and record.recipe.schedule == "one-cycle"
