"""The lesson's two networks: a convnet and a dense network of about its size, trained by the same recipe.

They stand side by side to show what convolution changes, so nothing else may differ. `python -m model.lesson` trains
them; each has a folder with its LiteRT file and the record of its training.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from model.errors import UnusableFile
from model.plan import DIGITS, FAST, Architecture, Dense, Flatten
from model.reading import Classifier
from model.run import Record
from model.run.run import RECORD_FILE

FOLDER = Path(__file__).parent

RECIPE = FAST

# 131 units make 104,155 parameters, the nearest that one hidden layer comes to the convnet's 104,202.
ARCHITECTURES = {
    "convnet": Architecture(),
    "dense": Architecture((Flatten(), Dense(131), Dense(DIGITS))),
}


@dataclass(frozen=True, eq=False)
class LessonNetwork:
    """One of the two, ready to answer, and how it was trained."""

    classifier: Classifier
    record: Record


def load_lesson_network(name: str, folder: Path = FOLDER) -> LessonNetwork:
    """The network of this name, which is one of `ARCHITECTURES`.

    Raises:
        UnusableFile: a file of it is missing or damaged.
    """
    try:
        record = Record.from_json(json.loads((folder / name / RECORD_FILE).read_text()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableFile(
            f"The lesson's {name} network cannot be used: its {RECORD_FILE} is missing or damaged; "
            "train it again with `python -m model.lesson`."
        ) from error
    return LessonNetwork(Classifier.load(folder / name), record)
