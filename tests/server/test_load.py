"""A small sample of `make load`: many at once, and everybody's answer is their own; how fast, `make load` tells."""

import math
from dataclasses import replace
from unittest.mock import create_autospec

import pytest

from tests.browser.server import RunningApp
from tests.load.__main__ import mixed, show, storm
from tests.load.background import run
from tests.load.client import Screen, Tab
from tests.load.drawings import Message, messages
from tests.load.processor import Work
from tests.load.visitors import Tally, draw


@pytest.mark.parametrize("each_stroke", [False, True], ids=["when it rests", "after each stroke"])
def test_everybody_gets_the_answer_to_their_own_drawing(app: RunningApp, each_stroke: bool) -> None:
    tally = run(mixed(app.url, visitors=12, seconds=4, each_stroke=each_stroke, seconds_to_arrive=1))
    show(tally)
    assert tally.is_clean
    assert len(tally.answers) >= 12


def test_all_reload_at_once(app: RunningApp) -> None:
    tally = run(storm(app.url, visitors=25, seconds=1))
    show(tally)
    assert tally.is_clean
    assert len(tally.opened) == 25


def test_a_wrong_answer_is_counted() -> None:
    assert not Tally(wrong=1).is_clean
    assert not Tally(missing=1).is_clean
    assert Tally(answers=[0.1]).is_clean


def test_the_work_for_a_digit_counts_those_that_were_finished_meanwhile() -> None:
    work = Work(began=10.0, ended=20.0, seconds=0.5)
    assert work.share == 0.05
    assert work.per_digit([9.9, 10.0, 15.0, 19.9, 20.0]) == pytest.approx(0.5 / 3)
    assert math.isnan(work.per_digit([9.9, 20.0]))


def answer_to(message: Message, name: str) -> str:
    """As far as it is looked at."""
    verdict = (
        f'<div class="digit">{message.digit}</div>' if message.is_digit else f"Nearest guess: {message.digit}</div>"
    )
    return f'<div class="answer" data-drawing="{name}">{verdict}<img src="{message.picture}"></div>'


MESSAGE, OTHER = messages()[0][0], messages()[20][0]


@pytest.mark.parametrize(
    ("html", "counted"),
    [
        ([], "missing"),
        (['<p class="hint">Draw</p>'], "missing"),
        (['<div class="answer" data-drawing="a.1"><p class="hint">Draw</p></div>'], "wrong"),
        ([answer_to(MESSAGE, "a.2")], "answers"),
        ([answer_to(MESSAGE, "a.1")], "wrong"),
        ([answer_to(MESSAGE, "b.2")], "wrong"),
        ([answer_to(OTHER, "a.2")], "wrong"),
        ([answer_to(replace(MESSAGE, is_digit=False), "a.2")], "wrong"),
        ([answer_to(MESSAGE, "a.2"), answer_to(OTHER, "a.1")], "wrong"),
    ],
)
def test_an_answer_to_anything_else_is_a_wrong_one(html: list[str], counted: str) -> None:
    tally = Tally()
    tab = create_autospec(Tab, instance=True)
    tab.draw.return_value = "a.2", Screen(html=html, seconds=0.1)
    run(draw(tab, tally, MESSAGE))
    assert (tally.missing, tally.wrong, len(tally.answers)) == tuple(
        int(counted == kind) for kind in ("missing", "wrong", "answers")
    )
