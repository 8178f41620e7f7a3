"""model.insight.comparison: what differs between two runs, and McNemar's test against SciPy's binomial test."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from model.insight import Evaluation
from model.insight.comparison import Difference, Disagreement, differences
from model.plan import Architecture, Conv2D, Dense, Flatten, Recipe
from model.run import Epoch, Record, Result
from model.run.record import packed

RECORD = Record(Recipe(), packed([]), packed([]), (), Result(0.1, 0.9), 1.0)


def test_settings_that_differ_and_no_others() -> None:
    assert differences(RECORD, RECORD) == ()
    other = replace(RECORD, recipe=Recipe(optimizer="Adam", learning_rate=0.01, images=48_000, augmentation=True))
    assert differences(RECORD, other) == (
        Difference("Optimizer", "RMSprop", "Adam"),
        Difference("Learning rate", "0.001", "0.01"),
        Difference("Images", "60,000", "48,000"),
        Difference("Augmentation", "off", "on"),
    )


def test_what_else_the_bundled_model_learned_from() -> None:
    (found,) = differences(RECORD, replace(RECORD, drawn_accuracy=0.99))
    assert found == Difference("Learned from", "MNIST", "MNIST and drawn digits")


def test_a_run_that_did_not_go_as_its_recipe_says() -> None:
    stopped = replace(RECORD, stopped=True, epochs=(Epoch(RECORD.test, RECORD.test, 1.0),))
    assert differences(RECORD, stopped) == (Difference("Training", "to the end", "stopped after 1 of 5 epochs"),)
    assert differences(stopped, stopped) == ()
    (found,) = differences(replace(RECORD, brought_back=True), RECORD)
    assert found == Difference("Training", "brought back from a file", "to the end")


def test_networks_that_differ() -> None:
    small = replace(RECORD, architecture=Architecture((Conv2D(2), Flatten(), Dense(10))))
    network, parameters = differences(small, RECORD)
    assert network.first == "Conv2D 2, Flatten, Dense 10"
    assert network.second.startswith("Conv2D 32, MaxPooling2D, Conv2D 64")
    assert parameters == Difference("Parameters", "13,550", "104,202")


def evaluation(*right: bool) -> Evaluation:
    """Of images of a zero, of which these are read right."""
    answers = np.eye(10, dtype=np.float32)[[0 if is_right else 1 for is_right in right]]
    return Evaluation(np.zeros(len(right), np.uint8), answers)


def test_the_images_that_exactly_one_reads_right() -> None:
    found = Disagreement.of(evaluation(True, True, False, False, True), evaluation(True, False, True, False, False))
    assert found.first_alone.tolist() == [1, 4]
    assert found.second_alone.tolist() == [2]
    assert found.images == 3


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (1, 0), (0, 6), (3, 3), (10, 2), (40, 22), (22, 40), (300, 360), (4000, 4200)]
)
def test_the_p_value_is_the_exact_binomial_tests(first: int, second: int) -> None:
    found = Disagreement(np.arange(first), np.arange(second))
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert found.p_value == pytest.approx(expected, rel=1e-9)
    assert found.is_significant == (expected < 0.05)
