"""What the bundled model learns from, and what is held out to choose by: gathered before TensorFlow is needed."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from model.data import Mnist
from model.ink import FRAME
from model.ink.drawn_digits import DrawnDigit
from model.pretrain.renderings import (
    Images,
    Labelled,
    render_as_drawn,
    render_composed,
    render_non_digits,
    render_varied,
)

# Does not follow the run's seed: choices were made on these images and writers, for every seed.
HELD_OUT_SEED = 0

ReportStep = Callable[[str, float], None]
"""Told what is being done, and the share of it that is done, from 0 to 1."""


@dataclass(frozen=True)
class Plan:
    """How much of everything goes into the bundled model.

    Attributes:
        held_out_images: of MNIST's training images.
        held_out_writers: of those who drew the digits, but at most a fifth.
        copies: how often each drawn digit is rendered, each time otherwise.
        composed: digits composed as strokes.
        non_digits: drawings that are no digits, for the second head, which learns from half as many digits of MNIST,
            and of composed ones.
        head_copies: of the renderings of each drawn digit, how many the second head learns from.
        shares: of each batch: MNIST, drawn, composed.
        batches, peaks: length and highest learning rate of the two cycles.
        refused: the share of the held-out drawings that the threshold refuses; less than the 1 % that is allowed, as
            the next writers may be stranger.
        reports: how often the held-out digits are read for the history, in each cycle.
    """

    held_out_images: int = 5_000
    held_out_writers: int = 8
    copies: int = 12
    composed: int = 30_000
    non_digits: int = 28_000
    head_copies: int = 2
    shares: tuple[float, float, float] = (0.84, 0.10, 0.06)
    batches: tuple[int, int] = (14_000, 5_000)
    peaks: tuple[float, float] = (0.006, 0.002)
    refused: float = 0.006
    reports: int = 10
    seed: int = 1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def for_head(self) -> "Plan":
        """The plan of what the second head learns from, and no more than that."""
        return replace(self, copies=self.head_copies, composed=self.non_digits // 2)


@dataclass(frozen=True)
class Material:
    """Everything that is shown to the network.

    Attributes:
        mnist, drawn, composed: digits to learn from.
        joining: digits of the held-out writers, to learn from once what is chosen by them is chosen.
        held_out_mnist: never learned from.
        held_out_drawn: the held-out writers' digits as they drew them, with each brush; without writers, the held-out
            images of MNIST and composed digits.
        non_digits: for the second head.
        writers: who was held out.
    """

    mnist: Labelled
    drawn: Labelled
    composed: Labelled
    joining: Labelled
    held_out_mnist: Labelled
    held_out_drawn: Labelled
    non_digits: Images
    writers: tuple[str, ...]


def gather(plan: Plan, mnist: Mnist, digits: Sequence[DrawnDigit], report: ReportStep) -> Material:
    """Split and render; the same plan gives the same material on any machine.

    Args:
        digits: drawn by people; may be none.
    """
    writers = held_out_writers(digits, plan.held_out_writers)
    seen = [digit for digit in digits if digit.writer not in writers]
    unseen = [digit for digit in digits if digit.writer in writers]
    order = np.random.default_rng(HELD_OUT_SEED).permutation(len(mnist.x_train))
    held_out, rest = np.sort(order[: plan.held_out_images]), np.sort(order[plan.held_out_images :])
    held_out_mnist = Labelled(mnist.x_train[held_out], mnist.y_train[held_out])
    return Material(
        mnist=Labelled(mnist.x_train[rest], mnist.y_train[rest]),
        drawn=_varied(seen, plan, 0, report),
        composed=render_composed(plan.composed, plan.seed, lambda done: report("Composing digits", done)),
        joining=_varied(unseen, plan, 1, report),
        held_out_mnist=held_out_mnist,
        held_out_drawn=_as_drawn(unseen, report)
        if unseen
        else _together(held_out_mnist, _unseen_composed(plan, report)),
        non_digits=render_non_digits(
            plan.non_digits, seen, plan.seed, lambda done: report("Composing non-digits", done)
        ),
        writers=tuple(sorted(writers)),
    )


def held_out_writers(digits: Sequence[DrawnDigit], number: int) -> frozenset[str]:
    """So many of the writers, at most a fifth of them, from each source in proportion."""
    sources = sorted({digit.source for digit in digits})
    writers = [sorted({digit.writer for digit in digits if digit.source == source}) for source in sources]
    total = sum(len(names) for names in writers)
    chosen: set[str] = set()
    for names in writers:
        random = np.random.default_rng(HELD_OUT_SEED)
        chosen.update(random.choice(names, round(min(number, total // 5) * len(names) / total), replace=False).tolist())
    return frozenset(chosen)


def _varied(digits: Sequence[DrawnDigit], plan: Plan, number: int, report: ReportStep) -> Labelled:
    if not digits:
        return Labelled(np.empty((0, FRAME, FRAME), np.uint8), np.empty(0, np.uint8))
    return render_varied(
        digits, plan.copies, 2 * plan.seed + number, lambda done: report("Rendering drawn digits", done)
    )


def _as_drawn(digits: Sequence[DrawnDigit], report: ReportStep) -> Labelled:
    images = render_as_drawn(digits, lambda done: report("Rendering held-out digits", done))
    labels = np.repeat([digit.label for digit in digits], images.shape[1]).astype(np.uint8)
    return Labelled(images.reshape(-1, FRAME, FRAME), labels)


def _unseen_composed(plan: Plan, report: ReportStep) -> Labelled:
    """Composed by another seed than those to learn from."""
    count = plan.for_head.composed // 4  # the same whether the network is trained, too, or the head alone
    return render_composed(count, plan.seed + 1, lambda done: report("Composing held-out digits", done))


def _together(first: Labelled, second: Labelled) -> Labelled:
    return Labelled(np.concatenate([first.images, second.images]), np.concatenate([first.digits, second.digits]))
