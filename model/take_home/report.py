"""A run on one page: its settings, its curves, what it confuses, its mistakes, and how it reads one's own hand.

One HTML file that asks nothing of any network: styles and pictures are inside it, and its own policy forbids the rest.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from model.insight import Evaluation, wilson_interval
from model.insight.comparison import in_words
from model.plan import Architecture
from model.run import Record
from model.take_home.curves import curves_of

MISTAKES = 28  # as many as stand on a page beside the rest; the surest first

OWN_DIGITS = 28  # of the visitor's

_STYLE = Path(__file__).with_name("report.css").read_text()
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True, eq=False)
class HandwrittenDigit:
    """A digit of the visitor's own: its image as the network got it, (28, 28) in [0, 1], what was meant and read."""

    image: npt.NDArray[Any]
    meant: int
    read: int


def report(
    record: Record,
    evaluation: Evaluation,
    images: npt.NDArray[np.uint8],
    handwriting: Sequence[HandwrittenDigit] = (),
) -> bytes:
    """The page, as an HTML file in UTF-8.

    Args:
        images: (n, 28, 28), those that the evaluation is of.
    """
    heading = f"Report of {_kind(record)}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading}</title>
<style>
{_STYLE}</style>
</head>
<body>
<h1>{heading}</h1>
{_result(record, evaluation)}
<div class="side-by-side">
<section><h2>Settings</h2>{_settings(record)}</section>
<section><h2>Network</h2>{_network(record.architecture)}</section>
</div>
<section><h2>Curves</h2>{_curves(record)}</section>
<div class="side-by-side">
<section><h2>Confusion</h2><p>A row for what it is, a column for what is read.</p>{_confusion(evaluation)}</section>
<section><h2>Mistakes</h2>{_mistakes(evaluation, images)}</section>
</div>
<section><h2>My handwriting</h2>{_handwriting(handwriting)}</section>
</body>
</html>
""".encode()


def _kind(record: Record) -> str:
    if record.brought_back:
        return "a model brought back"
    return "a run" if record.drawn_accuracy is None else "the bundled model"


def _result(record: Record, evaluation: Evaluation) -> str:
    number = len(evaluation.digits)
    lowest, highest = wilson_interval(evaluation.right, number)
    return (
        f"<p>It reads {evaluation.right:,} of MNIST's {number:,} test digits right: a test accuracy of "
        f"{evaluation.accuracy:.4f} (95 % interval {lowest:.4f} to {highest:.4f}) and a test loss of "
        f"{evaluation.loss:.4f}.{_origin(record)}</p>"
    )


def _origin(record: Record) -> str:
    """What the settings do not tell of how the network came about."""
    if record.brought_back:
        return " It was brought back from a file; the settings are those that the file names."
    if record.drawn_accuracy is not None:
        return " It also learned from digits that people drew; the settings are the nearest that a run here can have."
    if record.stopped:
        return f" It was stopped early, when {len(record.epochs)} of {record.recipe.epochs} epochs were over."
    return ""


def _settings(record: Record) -> str:
    settings = record.recipe.to_json()
    rows = [(name.replace("_", " ").capitalize(), in_words(value)) for name, value in settings.items()]
    if not record.brought_back:
        rows.append(("Training took", f"{record.seconds:.1f} s"))
    return _table(rows)


def _network(architecture: Architecture) -> str:
    rows = [(line.kind, f"{line.output_shape}", f"{line.parameters:,}") for line in architecture.summary]
    return _table([*rows, ("Total", "", f"{architecture.parameters:,}")])


def _table(rows: Any) -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return f"<table>{body}</table>"


def _curves(record: Record) -> str:
    if not record.batch_losses:
        return "<p>There are none: a file of weights holds no history.</p>"
    figure = curves_of(record)
    picture = base64.b64encode(figure.svg().encode()).decode("ascii")
    return f'<img class="curves" src="data:image/svg+xml;base64,{picture}" alt="{escape(figure.title)}">'


def _confusion(evaluation: Evaluation) -> str:
    """A table of counts; what is read wrong is the darker the more often."""
    counts = evaluation.confusion
    wrong = counts - np.diag(counts.diagonal())
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(len(counts)))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(
            _count(int(count), int(wrong[digit, read]) / max(1, int(wrong.max())), is_right=digit == read)
            for read, count in enumerate(row)
        )
        + "</tr>"
        for digit, row in enumerate(counts)
    )
    return f'<table class="confusion"><tr><th></th>{head}</tr>{rows}</table>'


def _count(count: int, share: float, *, is_right: bool) -> str:
    if is_right:
        return f'<td class="right">{count:,}</td>'
    return f'<td style="background:rgb(180 68 26 / {share * 60:.0f}%)">{count or ""}</td>'


def _mistakes(evaluation: Evaluation, images: npt.NDArray[np.uint8]) -> str:
    mistakes = evaluation.mistakes
    if not len(mistakes):
        return "<p>There are none.</p>"
    shown = mistakes[:MISTAKES]
    few = "" if len(shown) == len(mistakes) else f", here the {len(shown)} of which it was most sure"
    return f"<p>{len(mistakes):,} of {len(images):,} are read wrong{few}. In colour stands what it read.</p>" + _digits(
        [
            HandwrittenDigit(images[index] / 255, int(evaluation.digits[index]), int(evaluation.predicted[index]))
            for index in shown
        ]
    )


def _handwriting(digits: Sequence[HandwrittenDigit]) -> str:
    if not digits:
        return "<p>No digits of one's own hand were kept when this report was made.</p>"
    right = sum(digit.meant == digit.read for digit in digits)
    few = "" if len(digits) <= OWN_DIGITS else f" The last {OWN_DIGITS}:"
    return f"<p>It reads {right:,} of {len(digits):,} right.{few}</p>" + _digits(digits[-OWN_DIGITS:])


def _digits(digits: Sequence[HandwrittenDigit]) -> str:
    items = "".join(
        f'<li><img src="{_png(digit.image)}" alt="A {digit.meant}"><b>{digit.read}</b> is {digit.meant}</li>'
        for digit in digits
    )
    return f'<ul class="digits">{items}</ul>'


def _png(image: npt.NDArray[Any]) -> str:
    file = io.BytesIO()
    Image.fromarray(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
