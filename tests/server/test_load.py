"""A small sample of `make load`: many at once, and everybody's answer is their own; how fast, `make load` tells."""

from tests.browser.server import RunningApp
from tests.load.__main__ import mixed, show, storm
from tests.load.background import run
from tests.load.visitors import Tally


def test_everybody_gets_the_answer_to_their_own_stroke(app: RunningApp) -> None:
    tally = run(mixed(app.url, visitors=12, seconds=4, seconds_to_arrive=1))
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
