"""model.run.verdict: what happened, by the stated rules."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from model.plan.recipe import Schedule
from model.run import RECORDED, Epoch, Record, Result, Run
from model.run.record import packed
from model.run.verdict import Outcome, outcome, overfitting_since, sentence

RECORD = Run.load(RECORDED).record


def record(training: Sequence[float], test: Sequence[float]) -> Record:
    """A run with these losses after each epoch."""
    epochs = tuple(Epoch(Result(a, 0.9), Result(b, 0.9), 1.0) for a, b in zip(training, test, strict=True))
    return replace(RECORD, epochs=epochs, batch_losses=packed(training))


@pytest.mark.parametrize(
    ("training", "test", "expected", "since"),
    [
        ([0.5, 0.2, 0.1], [0.4, 0.2, 0.12], Outcome.STILL_LEARNING, None),
        ([0.5, 0.2, 0.1], [0.4, 0.12, 0.119], Outcome.CONVERGED, None),
        ([0.5, 0.2, 0.1, 0.09], [0.4, 0.1, 0.109, 0.102], Outcome.CONVERGED, None),  # fell, but had been lower
        ([0.5, 0.2, 0.1], [0.4, 0.12, 0.131], Outcome.CONVERGED, None),  # a rise of less than a tenth
        ([0.5, 0.2, 0.1], [0.4, 0.12, 0.133], Outcome.OVERFITTED, 2),
        ([0.5, 0.2, 0.3], [0.4, 0.12, 0.2], Outcome.CONVERGED, None),  # training rose as well
        ([2.6, 2.3], [2.3, 2.3], Outcome.DIVERGED, None),  # it jumped, and ended where guessing would
        ([2.3, 2.3], [2.3, 2.3], Outcome.STILL_LEARNING, None),  # it never moved
    ],
)
def test_rules(training: list[float], test: list[float], expected: Outcome, since: int | None) -> None:
    run = record(training, test)
    assert outcome(run) == expected
    assert overfitting_since(run.epochs) == since
    assert sentence(run).startswith("It ")


@pytest.mark.parametrize(
    ("losses", "schedule", "expected"),
    [
        ([2.0 * math.exp(-batch / 50) for batch in range(300)], "one-cycle", Outcome.STILL_LEARNING),
        ([2.0 * math.exp(-batch / 50) for batch in range(200)] + [0.03] * 100, "one-cycle", Outcome.CONVERGED),
        ([2.0 * math.exp(-batch / 50) for batch in range(300)], "constant", Outcome.STILL_LEARNING),
        ([2.0 * math.exp(-batch / 50) for batch in range(100)] + [0.03] * 200, "constant", Outcome.CONVERGED),
        ([1.0] * 30, "constant", Outcome.CONVERGED),
        ([1.0] * 20, "constant", Outcome.STILL_LEARNING),
    ],
)
def test_a_single_epoch_is_judged_by_its_batches(losses: list[float], schedule: Schedule, expected: Outcome) -> None:
    recipe = replace(RECORD.recipe, schedule=schedule)
    for epochs in (RECORD.epochs[:1], ()):
        assert outcome(replace(RECORD, recipe=recipe, epochs=epochs, batch_losses=packed(losses))) == expected


def test_the_recorded_run_was_still_learning_after_its_first_epoch() -> None:
    """As its later ones show, which lowered its test loss by a third."""
    assert RECORD.epochs[-1].test.loss < 0.67 * RECORD.epochs[0].test.loss
    first = replace(RECORD, epochs=RECORD.epochs[:1], batch_losses=RECORD.batch_losses[: RECORD.recipe.batches])
    assert outcome(first) == Outcome.STILL_LEARNING


def test_a_one_cycle_run_that_was_stopped_has_not_converged() -> None:
    flat = [Epoch(Result(0.1, 0.97), Result(0.1, 0.97), 1.0)] * 3
    stopped = replace(RECORD, recipe=replace(RECORD.recipe, schedule="one-cycle"), epochs=tuple(flat), stopped=True)
    assert outcome(stopped) == Outcome.STILL_LEARNING
    assert sentence(stopped).endswith("Let it train to the end.")
    assert outcome(replace(stopped, stopped=False)) == Outcome.CONVERGED


def test_a_learning_rate_far_too_small_is_not_taken_for_one_far_too_large() -> None:
    slow = replace(
        RECORD, epochs=RECORD.epochs[:1], batch_losses=packed([2.31 - 0.0001 * batch for batch in range(500)])
    )
    assert sentence(slow) == (
        "It has hardly begun to learn: the loss is still that of guessing. Try more epochs or a larger learning rate."
    )
    assert sentence(replace(slow, batch_losses=packed([2.31, 40.0, *[2.31] * 500]))).endswith("a tenth as large.")
    assert sentence(replace(slow, batch_losses=packed([2.31]))).startswith("It has hardly begun")
