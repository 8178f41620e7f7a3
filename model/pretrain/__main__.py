"""Rebuilds the bundled run: `python -m model.pretrain [--drawn FILE ...] [--measure FILE] [--head]`.

The network learns from MNIST, from drawn digits rendered as the page's canvas draws them, and from digits composed in
styles that are rare in both; see `model.pretrain.material` and `model.pretrain.training`. MNIST's test images and the
digits given with --measure are read once, by the finished network.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.data import load_mnist
from model.data.training_images import TrainingImages
from model.errors import UnusableFile
from model.ink.drawn_digits import DrawnDigit, read_drawn_digits
from model.insight.neighbours import write_neighbours
from model.plan import Architecture, Recipe
from model.pretrain.figures import measure_drawn
from model.pretrain.material import Plan, gather
from model.reading import Classifier, Refusal
from model.reading.refusal import Head
from model.run import PRETRAINED, Record, Run
from model.run.record import packed
from model.run.run import RECORD_FILE

if TYPE_CHECKING:
    from model.pretrain.cycles import Progress


class ProgressBar:
    """One line on stderr for each step: what is being done, and how much of it is done."""

    def __init__(self, width: int = 30) -> None:
        self._width = width
        self._title = ""

    def show(self, title: str, done: float, note: str = "") -> None:
        if self._title not in ("", title):
            sys.stderr.write("\n")
        self._title = title
        bar = "#" * int(self._width * done)
        sys.stderr.write(f"\r{title:<26} [{bar:<{self._width}}] {int(100 * done):3d} % {note:<30}")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\n")


def rebuild(
    plan: Plan, digits: Sequence[DrawnDigit], measured: Sequence[DrawnDigit], folder: Path, bar: ProgressBar
) -> dict[str, Any]:
    """Train, save and measure; gives what run.json tells of it under "pretraining".

    Args:
        digits: to learn from; may be none.
        measured: to read with the finished network; may be none.

    Raises:
        OSError: the disk is full, or the folder may not be written.
    """
    started = time.perf_counter()
    mnist = load_mnist()
    material = gather(plan, mnist, digits, bar.show)
    rendering_seconds = time.perf_counter() - started

    # Only now: the processes that render import this module too, and TensorFlow would cost each of them several seconds
    # and half a gigabyte.
    from model.pretrain.head import HeadSettings, teach_head
    from model.pretrain.training import pretrain
    from model.training.export import export
    from model.training.scoring import evaluate

    def report(cycle: int, done: float, progress: "Progress") -> None:
        bar.show(f"Training, cycle {cycle} of 2", done, f"loss {progress.loss:.4f}, {progress.seconds:.0f} s")

    pretrained = pretrain(plan, material, report)
    bar.end()

    def save_network(unfinished: Path) -> None:
        export(pretrained.network, unfinished, Architecture())
        teach_head(Classifier.load(unfinished), plan, material, HeadSettings()).save(unfinished)

    record = Record(
        recipe=_nearest_recipe(plan),
        batch_losses=packed(pretrained.losses),
        batch_accuracies=packed(pretrained.accuracies),
        epochs=pretrained.epochs,
        test=evaluate(pretrained.network, mnist.x_test, mnist.y_test),
        seconds=pretrained.seconds,
    )
    Run.save(folder, record, save_network)
    figures: dict[str, Any] = {"mnist_test": asdict(record.test)}
    if measured:
        drawn = measure_drawn(Classifier.load(folder), Refusal.load(folder), measured)
        figures["drawn"] = drawn.to_json()
        record = replace(record, drawn_accuracy=drawn.accuracy)
    about = {
        "plan": plan.to_json(),
        "settings": pretrained.settings | {"head": asdict(HeadSettings())},
        "data": {
            "mnist": len(material.mnist),
            "drawn": len(digits),
            "writers": len({digit.writer for digit in digits}),
            "rendered": len(material.drawn) + len(material.joining),
            "composed": len(material.composed),
            "non_digits": len(material.non_digits),
            "held_out_mnist": len(material.held_out_mnist),
            "held_out_writers": material.writers,
        },
        "chosen_on_held_out": pretrained.chosen | {"refusal_threshold": Head.load(folder).threshold},
        "history": pretrained.history,
        "figures": figures,
        "seconds": {"rendering": round(rendering_seconds, 1), "training": pretrained.seconds},
    }
    (folder / RECORD_FILE).write_text(json.dumps(record.to_json() | {"pretraining": about}) + "\n")
    return about


def rebuild_head(
    plan: Plan, digits: Sequence[DrawnDigit], measured: Sequence[DrawnDigit], folder: Path, bar: ProgressBar
) -> dict[str, Any]:
    """Teach the second head alone, on the network that is in the folder: the head that `rebuild` gives this network.

    Raises:
        UnusableFile: there is no run of `rebuild` in the folder.
        OSError: the disk is full, or the folder may not be written.
    """
    record = Run.load(folder).record
    about = json.loads((folder / RECORD_FILE).read_text()).get("pretraining")
    if about is None:
        raise UnusableFile(f"The run in {folder} was not made by `python -m model.pretrain`.")
    material = gather(plan.for_head, load_mnist(), digits, bar.show)
    bar.end()
    from model.pretrain.head import HeadSettings, teach_head

    network = Classifier.load(folder)
    head = teach_head(network, plan.for_head, material, HeadSettings())
    head.save(folder)
    about["plan"] = plan.to_json()
    about["settings"]["head"] = asdict(HeadSettings())
    about["data"]["non_digits"] = len(material.non_digits)
    about["chosen_on_held_out"]["refusal_threshold"] = head.threshold
    if measured:
        about["figures"]["drawn"] = measure_drawn(network, Refusal(network, head), measured).to_json()
    (folder / RECORD_FILE).write_text(json.dumps(record.to_json() | {"pretraining": about}) + "\n")
    return dict(about)


def _nearest_recipe(plan: Plan) -> Recipe:
    """What comes nearest to the plan among the recipes of visitors; an epoch is one entry of the history."""
    return Recipe(
        optimizer="AdamW",
        learning_rate=plan.peaks[0],
        schedule="one-cycle",
        batch_size=256,
        epochs=2 * plan.reports,
        augmentation=True,
        half_precision=True,
        seed=plan.seed,
    )


def main() -> int:
    """The command line; 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m model.pretrain", description="Rebuild the bundled model.")
    parser.add_argument("--drawn", type=Path, nargs="+", default=[], metavar="FILE", help="drawn digits to learn from")
    parser.add_argument("--measure", type=Path, metavar="FILE", help="drawn digits to measure the finished model on")
    parser.add_argument(
        "--folder", type=Path, default=PRETRAINED, help="where the run goes (default: model/pretrained)"
    )
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument(
        "--head", action="store_true", help="teach the second head alone, on the network that is in the folder"
    )
    arguments = parser.parse_args()
    try:
        digits = [digit for file in arguments.drawn for digit in read_drawn_digits(file)]
        measured = read_drawn_digits(arguments.measure) if arguments.measure else ()
        plan = replace(Plan(), seed=arguments.seed)
        if arguments.head:
            about = rebuild_head(plan, digits, measured, arguments.folder, ProgressBar())
        else:
            about = rebuild(plan, digits, measured, arguments.folder, ProgressBar())
            write_neighbours(arguments.folder, TrainingImages.unpack())
    except (UnusableFile, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps({key: about[key] for key in ("chosen_on_held_out", "figures")}, indent=2))
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
