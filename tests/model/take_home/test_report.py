"""model.take_home.report: one HTML file with all of a run, which needs nothing from anywhere."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from model.data import Mnist
from model.insight import Evaluation, evaluate
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.run.record import packed
from model.take_home.report import MISTAKES, HandwrittenDigit, report

RECORD = Run.load(PRETRAINED).record
SEVEN = np.ones((28, 28), np.float32)


class Page(HTMLParser):
    """What stands on a page: its text, its pictures, and every address in it."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.pictures = 0
        self.open: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]
        self.pictures += tag == "img"
        if tag not in ("img", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="session")
def evaluation(mnist: Mnist) -> Evaluation:
    return evaluate(Classifier.load(PRETRAINED), mnist.x_test, mnist.y_test)


def test_all_of_a_run_is_there(mnist: Mnist, evaluation: Evaluation) -> None:
    page = Page(report(RECORD, evaluation, mnist.x_test, [HandwrittenDigit(SEVEN, 7, 1)] * 2))
    assert page.open == []
    assert f"{evaluation.accuracy:.4f}" in page.text
    assert f"Learning rate {RECORD.recipe.learning_rate:g}" in page.text
    assert "104,202" in page.text
    for digit in range(10):
        assert f" {evaluation.confusion[digit, digit]:,} " in page.text
    assert f"{len(evaluation.mistakes)} of 10,000 are read wrong" in page.text
    assert "It reads 0 of 2 right." in page.text
    assert page.pictures == 1 + min(MISTAKES, len(evaluation.mistakes)) + 2


def test_it_opens_offline(mnist: Mnist, evaluation: Evaluation) -> None:
    content = report(RECORD, evaluation, mnist.x_test)
    page = Page(content)
    assert page.addresses
    assert all(re.match(r"data:image/(png|svg\+xml);base64,", address) for address in page.addresses)
    assert b"//" not in re.sub(rb'base64,[^"]*', b"", content)
    assert b"default-src 'none'" in content
    assert b"<script" not in content
    assert len(content) < 200_000


def test_everything_is_escaped(mnist: Mnist, evaluation: Evaluation) -> None:
    hostile = replace(RECORD.recipe)
    object.__setattr__(hostile, "optimizer", '<script>&<img src=x onerror="1">')
    content = report(replace(RECORD, recipe=hostile), evaluation, mnist.x_test)
    assert b"<script>" not in content
    assert b"<img src=x" not in content
    assert "Optimizer <script>&<img src=x" in Page(content).text


def test_every_kind_of_run_says_what_it_is(mnist: Mnist, evaluation: Evaluation) -> None:
    def text(**changes: Any) -> str:
        return Page(report(replace(RECORD, **changes), evaluation, mnist.x_test)).text

    assert "Report of the bundled model" in text()
    assert "the settings are the nearest" in text()
    trained = text(drawn_accuracy=None)
    assert "Report of a run" in trained
    assert "drew" not in trained
    assert "stopped" not in trained
    stopped = text(drawn_accuracy=None, stopped=True, epochs=RECORD.epochs[:3])
    assert "stopped early, when 3 of 20 epochs were over." in stopped
    brought_back = text(
        drawn_accuracy=None, brought_back=True, epochs=(), batch_losses=packed([]), batch_accuracies=packed([])
    )
    assert "Report of a model brought back" in brought_back
    assert "a file of weights holds no history" in brought_back
    assert "Training took" in trained
    assert "Training took" not in brought_back


def test_without_mistakes_and_without_a_hand(mnist: Mnist) -> None:
    perfect = Evaluation(mnist.y_test, np.eye(10, dtype=np.float32)[mnist.y_test])
    text = Page(report(RECORD, perfect, mnist.x_test)).text
    assert "There are none." in text
    assert "No digits of one's own hand" in text
