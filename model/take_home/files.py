"""What can be taken home of a finished run: each file under its name, made when it is asked for and not before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from model.data import load_test_digits
from model.errors import UnusableFile
from model.insight import evaluate
from model.insight.handwriting import JudgedDigit
from model.reading import Classifier
from model.run import Run
from model.run.run import KERAS_FILE, LITERT_FILE
from model.run.weights_file import SavedNetwork
from model.take_home.curves import curves_of
from model.take_home.history import batches_csv, history_csv
from model.take_home.notebook import notebook
from model.take_home.report import HandwrittenDigit, report


@dataclass(frozen=True)
class TakeHomeFile:
    """One file.

    Attributes:
        name: under which the browser keeps it.
        what: it is, in a few words.
        mime: its type.
        make: its content, which may take a second or two; raises an UnusableFile where the run has gone.
    """

    name: str
    what: str
    mime: str
    make: Callable[[], bytes]


def files_of(run: Run, handwriting: Sequence[JudgedDigit] = ()) -> tuple[TakeHomeFile, ...]:
    """All the files of a run; nothing is read or computed yet.

    Args:
        handwriting: digits of the visitor's own, which the run's network reads for the report.
    """
    record = run.record
    return (
        TakeHomeFile("report.html", "Report", "text/html", partial(_report, run, handwriting)),
        TakeHomeFile("notebook.ipynb", "Notebook", "application/x-ipynb+json", partial(notebook, record)),
        TakeHomeFile("curves.png", "Curves, PNG", "image/png", lambda: curves_of(record).png()),
        TakeHomeFile("curves.svg", "Curves, SVG", "image/svg+xml", lambda: curves_of(record).svg().encode()),
        TakeHomeFile("history.csv", "Epochs, CSV", "text/csv", partial(history_csv, record)),
        TakeHomeFile("batches.csv", "Batches, CSV", "text/csv", partial(batches_csv, record)),
        TakeHomeFile(KERAS_FILE, "Keras model", "application/octet-stream", partial(_content, run, KERAS_FILE)),
        TakeHomeFile(LITERT_FILE, "LiteRT model", "application/octet-stream", partial(_content, run, LITERT_FILE)),
        TakeHomeFile("weights.npz", "Weights", "application/octet-stream", partial(_weights, run)),
    )


def _content(run: Run, name: str) -> bytes:
    try:
        return (run.folder / name).read_bytes()
    except OSError as error:
        raise UnusableFile("This run is no longer here.") from error


def _weights(run: Run) -> bytes:
    return SavedNetwork(run.record.architecture, run.record.recipe, Classifier.load(run.folder).weights).pack()


def _report(run: Run, handwriting: Sequence[JudgedDigit]) -> bytes:
    test = load_test_digits()
    classifier = Classifier.load(run.folder)
    evaluation = evaluate(classifier, test.images, test.labels)
    return report(run.record, evaluation, test.images, _read(classifier, handwriting))


def _read(classifier: Classifier, digits: Sequence[JudgedDigit]) -> list[HandwrittenDigit]:
    """What this network reads in them: when they were drawn, it may have been another one."""
    if not digits:
        return []
    read = classifier.probabilities(np.stack([digit.image for digit in digits])).argmax(axis=1)
    return [
        HandwrittenDigit(digit.image / 255, digit.truth, int(answer))
        for digit, answer in zip(digits, read, strict=True)
    ]
