"""The benchmark's own sums; what it measures, it measures when it runs."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from model.data import Mnist
from model.ink.strokes import BRUSH_WIDTHS
from model.reading import Classifier
from model.reading.calibration import calibration_error
from model.run import PRETRAINED
from tests.bench import in_process
from tests.bench.__main__ import LONG_PARTS, PARTS, chosen
from tests.bench.figures import kilobytes, megabytes, milliseconds, seconds
from tests.bench.reading import reading
from tests.drawn_digits import DRAWN_DIGITS
from tests.non_digits import NON_DIGITS

DIGITS = 500  # of MNIST's 10,000, for which the bench takes twenty times as long


def test_figures_say_median_and_spread() -> None:
    assert milliseconds([float(value) for value in range(101)]) == "median 50 ms, 95 % within 95 ms"
    assert seconds([2.0, 1.0, 4.5]) == "median 2.0 s, 1.0 to 4.5 s"
    assert megabytes(912_300_000) == "912 MB"
    assert kilobytes(3_176_940) == "3,176.9 KB"


def test_lines_of_every_folder_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    in_process.lines()
    *folders, total = (int(line.split(" lines")[0].split()[-1].replace(",", "")) for line in _printed(capsys))
    assert sum(folders) == total > 3000
    assert min(folders) > 0


def test_parts_are_chosen_by_name() -> None:
    assert chosen([]).parts == list(PARTS)
    assert chosen(["--long"]).parts == [*PARTS, *LONG_PARTS]
    assert chosen(["train", "start"]).parts == ["train", "start"]


def test_a_part_that_does_not_exist_is_refused_with_a_list_of_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        chosen(["nonsense"])
    assert "there is no part 'nonsense', only start, draw" in capsys.readouterr().err


def test_reading_prints_every_figure_of_a_run_and_of_the_naive_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mnist: Mnist
) -> None:
    file = tmp_path / "drawn.jsonl"
    drawn = [
        json.dumps({"label": digit, "writer": "a", "strokes": strokes, "box": [400, 400]})
        for digit, styles in DRAWN_DIGITS.items()
        for strokes in list(styles.values())[:2]
    ]
    file.write_text("\n".join(drawn))
    reading(PRETRAINED, file, DIGITS)
    lines = [(line[2:68].strip(), line[69:]) for line in _printed(capsys)]
    figures = dict(lines)
    probabilities, labels = Classifier.load(PRETRAINED).probabilities(mnist.x_test[:DIGITS]), mnist.y_test[:DIGITS]
    assert figures["MNIST's test images, accuracy"] == f"{np.mean(probabilities.argmax(axis=1) == labels):.4f}"
    assert lines[1] == ("the same, expected calibration error", f"{calibration_error(probabilities, labels):.4f}")
    prepared, shrunk = map(float, figures["half as large as the canvas, prepared (only shrunk)"].rstrip(")").split("("))
    assert prepared > 0.99 > 0.9 > shrunk
    assert figures["drawn digits, and in brackets the canvas only shrunk to 28×28"] == "20"
    by_width = [figures[f"brush of {width} pixels"] for width in BRUSH_WIDTHS]
    by_digit = [figures[f"digit {digit}"] for digit in range(10)]
    assert all(text.startswith("1.0000 (0.") for text in by_width)
    assert all(text.startswith("1.0000 (") for text in by_digit)
    written = sum(len(styles) for styles in DRAWN_DIGITS.values())
    assert figures[f"{written} digits, read"].startswith("1.0000 (0.")
    assert all(" (" in figures[f"{len(drawings)} {kind}, refused"] for kind, drawings in NON_DIGITS.items())
    forms = Counter(re.sub(r"\b[01]\.\d{4}\b", "share", text) for _, text in lines)
    in_both_ways = 6 + len(NON_DIGITS) + len(BRUSH_WIDTHS) + 10
    assert forms == {"share": 2, f"{len(BRUSH_WIDTHS)} brushes": 1, "20": 1, "share (share)": in_both_ways}


def _printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()
