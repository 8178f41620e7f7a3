"""Two runs beside each other: in what they differ, and whether the difference of their tests could be chance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.insight.evaluation import Evaluation
from model.plan import Architecture
from model.run import Record

Indices = npt.NDArray[np.intp]

# By custom: a difference that chance alone would bring about less often than this is not put down to chance.
SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Difference:
    """A setting in which two runs differ, with its values in words."""

    name: str
    first: str
    second: str


def differences(first: Record, second: Record) -> tuple[Difference, ...]:
    """In what two runs differ: first the settings of the recipe, in its order, then how it went, then the network."""
    return tuple(_differences(first, second))


def _differences(first: Record, second: Record) -> Iterator[Difference]:
    one, other = first.recipe.to_json(), second.recipe.to_json()
    for name in first.recipe.differences(second.recipe):
        yield Difference(name.replace("_", " ").capitalize(), in_words(one[name]), in_words(other[name]))
    if (first.drawn_accuracy is None) != (second.drawn_accuracy is None):
        yield Difference("Learned from", _sources(first), _sources(second))
    if _course(first) != _course(second):
        yield Difference("Training", _course(first), _course(second))
    if first.architecture != second.architecture:
        yield Difference("Network", _network(first.architecture), _network(second.architecture))
        yield Difference("Parameters", f"{first.architecture.parameters:,}", f"{second.architecture.parameters:,}")


def _sources(record: Record) -> str:
    """What a network learned from; only of the bundled one is known how well it reads drawn digits."""
    return "MNIST" if record.drawn_accuracy is None else "MNIST and drawn digits"


def _course(record: Record) -> str:
    """Whether a run was trained as its recipe says."""
    if record.brought_back:
        return "brought back from a file"
    if record.stopped:
        return f"stopped after {len(record.epochs)} of {record.recipe.epochs} epochs"
    return "to the end"


def in_words(value: object) -> str:
    """A setting of a recipe as it is shown to readers."""
    match value:
        case bool():
            return "on" if value else "off"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
    return str(value)


def _network(architecture: Architecture) -> str:
    """The kinds of the layers and how many maps or units each writes: "Conv2D 32, MaxPooling2D, Dense 10"."""
    counted = ("Conv2D", "Dense")
    return ", ".join(
        f"{line.kind} {line.output_shape[-1]}" if line.kind in counted else line.kind
        for line in architecture.summary[1:]
    )


@dataclass(frozen=True, eq=False)
class Disagreement:
    """The images that exactly one of two networks reads right.

    Attributes:
        first_alone, second_alone: the images that only the first, only the second reads right.
    """

    first_alone: Indices
    second_alone: Indices

    @classmethod
    def of(cls, first: Evaluation, second: Evaluation) -> "Disagreement":
        """Of two evaluations of the same images."""
        first_is_right = first.predicted == first.digits
        second_is_right = second.predicted == second.digits
        return cls(np.flatnonzero(first_is_right & ~second_is_right), np.flatnonzero(second_is_right & ~first_is_right))

    @property
    def images(self) -> int:
        """How many images it is about."""
        return len(self.first_alone) + len(self.second_alone)

    @property
    def p_value(self) -> float:
        """How often chance alone would bring about such a difference or a larger one; 1 where there is none.

        McNemar's test, exact: were both networks equally good, each of these images would go to one or the other as a
        coin falls, so their number follows a binomial distribution (Q. McNemar, "Note on the sampling error of the
        difference between correlated proportions or percentages", 1947; two-sided).
        """
        fewer = min(len(self.first_alone), len(self.second_alone))
        ways = total = 1
        for heads in range(1, fewer + 1):
            ways = ways * (self.images - heads + 1) // heads
            total += ways
        return min(1.0, 2 * total / (1 << self.images))

    @property
    def is_significant(self) -> bool:
        """The difference is hardly chance."""
        return self.p_value < SIGNIFICANCE
