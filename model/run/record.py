"""What a run was and what came of it, in numbers, as its folder keeps them."""

import math
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from model.plan import DIGITS, Architecture, Recipe


def _number(value: object) -> float:
    """Refuse what a damaged record may have in a number's place, NaN included."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return value


def packed(numbers: Iterable[float]) -> "array[float]":
    """The numbers as float32, four bytes each, with as many decimals as the record on disk keeps."""
    return array("f", (round(number, 5) for number in numbers))


@dataclass(frozen=True)
class Result:
    """Loss (mean cross-entropy, in nats) and accuracy (a share from 0 to 1) on a set of images."""

    loss: float
    accuracy: float

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Result":
        return cls(_number(content["loss"]), _number(content["accuracy"]))


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images.

    `training` is the mean over the epoch's batches, each measured before the weights learned from it; `test` is
    measured after the last of them, on images that the run does not learn from. `seconds` is the time spent training,
    the test not included.
    """

    training: Result
    test: Result
    seconds: float

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Epoch":
        training, test = Result.from_json(content["training"]), Result.from_json(content["test"])
        return cls(training, test, _number(content["seconds"]))


@dataclass(frozen=True)
class Record:
    """What a run was and what came of it.

    Attributes:
        batch_losses, batch_accuracies: one float32 for each batch that was trained on, in order; as packed arrays,
            since a long run has hundreds of thousands, and a server remembers many runs.
        epochs: the epochs that were finished.
        test: on the 10,000 test images, with the network as it was saved.
        seconds: time spent training, in all.
        stopped: a visitor ended the run before its last batch.
        drawn_accuracy: the share of drawn digits by people it never learned from that it reads right; None where it
            was not measured.
        brought_back: a visitor brought the network as a file: the recipe is what it says, and there is no history.
    """

    recipe: Recipe
    batch_losses: "array[float]"
    batch_accuracies: "array[float]"
    epochs: tuple[Epoch, ...]
    test: Result
    seconds: float
    stopped: bool = False
    drawn_accuracy: float | None = None
    architecture: Architecture = field(default_factory=Architecture)
    brought_back: bool = False

    @property
    def is_no_better_than_chance(self) -> bool:
        """The last batches' loss is that of guessing among ten digits, or hardly lower."""
        last = self.batch_losses[-20:]
        return bool(last) and sum(last) / len(last) > 0.95 * math.log(DIGITS)

    def to_json(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe.to_json(),
            "architecture": self.architecture.to_json(),
            "batch_losses": [round(loss, 5) for loss in self.batch_losses],
            "batch_accuracies": [round(accuracy, 5) for accuracy in self.batch_accuracies],
            "epochs": [asdict(epoch) for epoch in self.epochs],
            "test": asdict(self.test),
            "seconds": self.seconds,
            "stopped": self.stopped,
            "drawn_accuracy": self.drawn_accuracy,
            "brought_back": self.brought_back,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Record":
        """What `to_json` gave.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: something is missing, or is not what it should be.
        """
        losses, accuracies = packed(content["batch_losses"]), packed(content["batch_accuracies"])
        if len(losses) != len(accuracies) or not math.isfinite(sum(losses) + sum(accuracies)):
            raise ValueError("the batches' losses and accuracies do not belong together")
        drawn_accuracy = content["drawn_accuracy"]
        return cls(
            recipe=Recipe.from_json(content["recipe"]),
            architecture=Architecture.from_json(content["architecture"]),
            batch_losses=losses,
            batch_accuracies=accuracies,
            epochs=tuple(map(Epoch.from_json, content["epochs"])),
            test=Result.from_json(content["test"]),
            seconds=_number(content["seconds"]),
            stopped=bool(content["stopped"]),
            drawn_accuracy=None if drawn_accuracy is None else _number(drawn_accuracy),
            brought_back=bool(content.get("brought_back", False)),
        )
