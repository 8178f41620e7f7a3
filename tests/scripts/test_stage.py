"""The stage itself: it hears what goes wrong, and every script has its tests."""

from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.scripts.stage import PARTS, Stage

# The scripts that another test file is about; draw/live.js, which joins them, has its own.
OF_THE_READER = {"ink": "reader", "preparation": "reader", "network": "reader"}


def test_every_script_has_tests_and_no_test_is_left_over() -> None:
    scripts = {OF_THE_READER.get(path.stem, path.stem) for path in PARTS.rglob("*.js")}
    assert {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")} == {*scripts, "stage"}


@pytest.mark.parametrize(
    ("what", "heard"),
    [
        ("queueMicrotask(() => { throw new Error('uncalled for'); })", "uncaught: uncalled for"),
        ("Promise.reject(new Error('of a promise')) && 0", "uncaught: of a promise"),
        ("console.error('said')", "error: said"),
        ("console.warn('said')", "warning: said"),
    ],
)
def test_it_hears_what_goes_wrong(stage: Stage, what: str, heard: str) -> None:
    stage.page.evaluate(f"() => {{ {what} }}")
    assert stage.complaints() == [heard]


def test_a_timer_runs_when_the_clock_is_wound_and_what_it_throws_fails_the_test(stage: Stage) -> None:
    stage.page.evaluate("setTimeout(() => { document.title = 'rung'; }, 100)")
    stage.wind(99)
    assert stage.page.title() == "Blank"
    stage.wind(1)
    assert stage.page.title() == "rung"
    stage.page.evaluate("setTimeout(() => { throw new Error('of a timer'); }, 100)")
    with pytest.raises(Error, match="of a timer"):
        stage.wind(100)
