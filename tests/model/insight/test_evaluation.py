"""model.insight.evaluation: every metric against scikit-learn's, the interval against SciPy's, and the record."""

from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from model.data import Mnist
from model.insight import Evaluation, evaluate, wilson_interval
from model.insight.evaluation import IMAGES_AT_ONCE
from model.plan import Architecture, Dense, Flatten
from model.reading import Classifier
from model.run import PRETRAINED, Run
from model.training.export import export
from model.training.network import build_convnet

ALL = list(range(10))


def noisy(digits: npt.NDArray[np.uint8], seed: int = 1) -> Evaluation:
    """A reader who is wrong in a third of the answers, and never says 8."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1, (len(digits), 10))
    logits[np.arange(len(digits)), digits] += 1.9
    logits[:, 8] -= 9
    raised = np.exp(logits)
    return Evaluation(digits, (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32))


@pytest.fixture(scope="module")
def bundled(mnist: Mnist) -> Evaluation:
    return evaluate(Classifier.load(PRETRAINED), mnist.x_test, mnist.y_test)


@pytest.fixture(scope="module", params=["bundled", "noisy"])
def evaluation(request: pytest.FixtureRequest, mnist: Mnist, bundled: Evaluation) -> Evaluation:
    return bundled if request.param == "bundled" else noisy(mnist.y_test[:3000])


def test_loss_and_accuracy(evaluation: Evaluation) -> None:
    assert evaluation.accuracy == metrics.accuracy_score(evaluation.digits, evaluation.predicted)
    normalized = evaluation.probabilities.astype(np.float64)
    normalized /= normalized.sum(axis=1, keepdims=True)
    assert evaluation.loss == pytest.approx(metrics.log_loss(evaluation.digits, normalized, labels=ALL), rel=1e-4)
    assert evaluation.right == round(evaluation.accuracy * len(evaluation.digits))


def test_confusion(evaluation: Evaluation) -> None:
    expected = metrics.confusion_matrix(evaluation.digits, evaluation.predicted, labels=ALL)
    np.testing.assert_array_equal(evaluation.confusion, expected)


def test_precision_recall_and_f1_by_digit(evaluation: Evaluation) -> None:
    expected = metrics.precision_recall_fscore_support(
        evaluation.digits, evaluation.predicted, labels=ALL, zero_division=0
    )
    found = [(line.precision, line.recall, line.f1, line.images) for line in evaluation.by_digit]
    np.testing.assert_allclose(np.array(found).T, np.array(expected), rtol=1e-12)
    assert [line.digit for line in evaluation.by_digit] == ALL


def test_mistakes_are_all_that_is_wrong_and_the_surest_come_first(evaluation: Evaluation) -> None:
    mistakes = evaluation.mistakes
    assert len(mistakes) == len(evaluation.digits) - evaluation.right
    assert (evaluation.predicted[mistakes] != evaluation.digits[mistakes]).all()
    assert len(set(mistakes)) == len(mistakes)
    assert (np.diff(evaluation.confidence[mistakes]) <= 0).all()


def test_a_cell_of_the_confusion_has_exactly_its_images(evaluation: Evaluation) -> None:
    seen: list[int] = []
    for digit in ALL:
        for predicted in ALL:
            images = evaluation.read_as(digit, predicted)
            assert len(images) == evaluation.confusion[digit, predicted]
            assert (evaluation.digits[images] == digit).all()
            assert (evaluation.predicted[images] == predicted).all()
            order = np.diff(evaluation.confidence[images])
            assert (order >= 0).all() if digit == predicted else (order <= 0).all()
            seen += images.tolist()
    assert sorted(seen) == list(range(len(evaluation.digits)))


def test_the_bundled_models_record_comes_out_again(bundled: Evaluation) -> None:
    record = Run.load(PRETRAINED).record.test
    assert bundled.accuracy == pytest.approx(record.accuracy, abs=0.0002)
    assert bundled.loss == pytest.approx(record.loss, rel=1e-3)


def test_images_in_parts_answer_as_all_at_once(mnist: Mnist, bundled: Evaluation) -> None:
    number = IMAGES_AT_ONCE + 30
    at_once = Classifier.load(PRETRAINED).probabilities(mnist.x_test[:number])
    np.testing.assert_allclose(bundled.probabilities[:number], at_once, atol=1e-6)
    assert not bundled.probabilities.flags.writeable


def test_a_reader_who_is_surely_wrong_has_a_finite_loss() -> None:
    surely_wrong = Evaluation(np.zeros(5, np.uint8), np.eye(10, dtype=np.float32)[[1] * 5])
    assert surely_wrong.loss == pytest.approx(-np.log(1e-7))
    assert surely_wrong.accuracy == 0


@pytest.mark.parametrize(("right", "number"), [(0, 7), (7, 7), (24, 26), (1, 3), (9936, 10_000), (10_000, 10_000)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_the_interval_is_wilsons(right: int, number: int, level: float) -> None:
    expected = binomtest(right, number).proportion_ci(level, method="wilson")
    assert wilson_interval(right, number, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_nothing_seen_leaves_everything_open() -> None:
    assert wilson_interval(0, 0) == (0, 1)


def test_a_network_without_convolutions_is_evaluated_as_well(mnist: Mnist, tmp_path: Path) -> None:
    network = build_convnet(Architecture((Flatten(), Dense(32), Dense(10))))
    export(network, tmp_path)
    evaluation = evaluate(Classifier.load(tmp_path), mnist.x_test[:300], mnist.y_test[:300])
    images = mnist.x_test[:300, ..., np.newaxis].astype(np.float32) / 255
    expected = np.asarray(network(images))
    np.testing.assert_allclose(evaluation.probabilities, expected, atol=1e-5)
    found = keras.losses.sparse_categorical_crossentropy(mnist.y_test[:300], expected)
    assert evaluation.loss == pytest.approx(float(np.mean(np.asarray(found))), rel=1e-4)
