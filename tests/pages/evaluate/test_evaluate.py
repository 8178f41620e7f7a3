"""The Evaluate page as Streamlit runs it, without a browser: its figures, its parts, and what goes wrong."""

import json
import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.data import Mnist
from model.errors import UnusableFile
from model.insight import Evaluation, evaluate, wilson_interval
from model.insight.robustness import CHANGES, accuracy_when_changed
from model.reading import Classifier
from model.reading.calibration import calibration_error
from model.run import PRETRAINED
from model.run.store import RunStore
from pages.parts import digit_tiles, test_digits
from pages.parts.evaluate import confusion, live_slider, robustness
from tests.pages import page
from tests.pages.page import html

AMOUNTS = CHANGES["blur"].curve


@pytest.fixture(scope="module")
def bundled() -> Evaluation:
    return test_digits.evaluation_of(str(PRETRAINED))


@pytest.fixture
def fewer_digits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Curves over 200 digits."""
    monkeypatch.setattr(robustness, "EVERY", 50)
    robustness._accuracy.clear()
    yield
    robustness._accuracy.clear()


def kept_run(store: RunStore) -> str:
    """A visitor's run, equal to the bundled one."""
    run_id = store.new_id()
    shutil.copytree(PRETRAINED, store.folder(run_id))
    return run_id


def opened(**query: str) -> AppTest:
    at = page.opened("pages/evaluate.py", **query)
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(markdown.value for markdown in at.markdown)


def tiles(at: AppTest) -> list[list[dict[str, Any]]]:
    """Of each list of tiles on the page what is on them."""
    components = [element.proto for element in at.get("bidi_component")]
    return [json.loads(proto.json)["tiles"] for proto in components if proto.component_name == "digit_tiles"]


def slider(at: AppTest) -> dict[str, Any]:
    """What the slider of the change that is chosen was told."""
    components = [element.proto for element in at.get("bidi_component")]
    (found,) = [json.loads(proto.json) for proto in components if proto.component_name == "live_slider"]
    assert isinstance(found, dict)
    return found


def test_the_figures_are_those_of_the_test(bundled: Evaluation) -> None:
    at = opened()
    assert at.title[0].value == "Evaluate"
    assert f"<dd>{bundled.accuracy:.3f}</dd>" in html(at)
    assert f"<dd>{bundled.loss:.3f}</dd>" in html(at)
    lowest, highest = wilson_interval(bundled.right, 10_000)
    assert f"It reads **{bundled.right:,}** of the 10,000 test digits right" in said(at)
    assert f"between {lowest * 100:.2f} % and {highest * 100:.2f} %" in said(at)
    for line in bundled.by_digit:
        cells = f"<td>{line.images:,}</td><td>{line.precision:.3f}</td><td>{line.recall:.3f}</td><td>{line.f1:.3f}</td>"
        assert f'<th scope="row">{line.digit}</th>{cells}' in html(at)
    assert not at.get("vega_lite_chart")
    assert "Calibration error" not in said(at)
    at.session_state["reliability"] = True
    at.run()
    assert not at.exception
    error = calibration_error(bundled.probabilities, bundled.digits)
    assert f"**Calibration error {error:.4f}:**" in said(at)
    assert len(at.get("vega_lite_chart")) == 1


def test_mistakes_are_in_order_and_lead_to_draw(bundled: Evaluation) -> None:
    at = opened()
    (shown,) = tiles(at)
    assert [tile["image"] for tile in shown] == bundled.mistakes[: digit_tiles.TILES_AT_ONCE].tolist()
    first = bundled.mistakes[0]
    assert shown[0]["href"] == f"./?digit={first}"
    assert shown[0]["read"] == bundled.predicted[first]
    assert f"{bundled.digits[first]}, {bundled.confidence[first] * 100:.1f} % sure" in shown[0]["note"]
    at.pagination[0].set_value(2).run()
    assert [tile["image"] for tile in tiles(at)[0]] == bundled.mistakes[24:48].tolist()


def test_a_cell_shows_exactly_its_images(bundled: Evaluation) -> None:
    at = opened()
    cell = confusion.commonest_mistakes(bundled)[0]
    at.button(key=f"commonest_{cell}").click().run()
    digit, read = divmod(cell, 10)
    images = bundled.read_as(digit, read)
    assert len(images) == bundled.confusion[digit, read] > 1
    assert f"**{digit} read as {read}:** {len(images)} of" in said(at)
    assert [tile["image"] for tile in tiles(at)[0]] == images.tolist()
    at.session_state["confusion_cell"] = 44
    at.run()
    assert f"**4 read as 4:** {bundled.confusion[4, 4]} of 982 images, the least sure first." in said(at)
    assert len(tiles(at)[0]) == digit_tiles.TILES_AT_ONCE
    at.session_state["confusion_cell"] = 1
    at.run()
    assert "**No 0 is read as 1.**" in said(at)


@pytest.mark.parametrize("sent", [100, -1, "5", True, None, [3], {"a": 1}, 2.5])
def test_a_cell_that_does_not_exist_is_passed_over(monkeypatch: pytest.MonkeyPatch, sent: object) -> None:
    state: dict[str, object] = {"confusion_matrix": {"chosen": sent}, "confusion_cell": 7}
    monkeypatch.setattr("streamlit.session_state", state)
    confusion._choose_sent()
    assert state["confusion_cell"] == 7


@pytest.mark.parametrize("sent", [10_000, -1, "5", True, [3], 2.5])
def test_a_digit_that_does_not_exist_leads_nowhere(monkeypatch: pytest.MonkeyPatch, sent: object) -> None:
    monkeypatch.setattr("streamlit.switch_page", lambda *_, **__: pytest.fail("it went"))
    digit_tiles._go_to_draw(sent)


@pytest.mark.parametrize("page", [0, 4, "2", True])
def test_a_page_of_tiles_that_does_not_exist_is_the_first(monkeypatch: pytest.MonkeyPatch, page: object) -> None:
    monkeypatch.setattr("streamlit.session_state", {"some": page})
    assert digit_tiles._checked_page("some", 3) == 1


def test_every_change_has_its_slider_and_changes_the_twelve(mnist: Mnist) -> None:
    at = opened()
    numbers = robustness.twelve(mnist.y_test)
    assert sorted(set(mnist.y_test[numbers])) == list(range(10))
    images = mnist.x_test[numbers].astype(np.float32) / np.float32(255)
    classifier = Classifier.load(PRETRAINED)
    for name, change in CHANGES.items():
        at.button_group(key="change").select(name).run()
        limits = {"lowest": change.lowest, "highest": change.highest, "step": change.step, "value": change.none}
        assert slider(at) == limits | {"label": f"{change.label}: {change.unit}"}
        assert "<b>12 of 12</b> are read right" in html(at)
    for name, change in CHANGES.items():
        at.session_state[f"amount_{name}_kept"] = change.highest
    for name, change in CHANGES.items():
        at.button_group(key="change").select(name).run()
        assert slider(at)["value"] == change.highest
        assert not at.exception
        assert html(at).count('width="84"') == 12
        share = accuracy_when_changed(classifier, images, mnist.y_test[numbers], name, change.highest)
        assert f"<b>{12 * share:.0f} of 12</b> are read right" in html(at)
        assert html(at).count("not ") == 12 - round(12 * share)


def test_a_curve_is_measured_on_every_tenth_digit(mnist: Mnist) -> None:
    images = mnist.x_test[::10].astype(np.float32) / np.float32(255)
    expected = accuracy_when_changed(Classifier.load(PRETRAINED), images, mnist.y_test[::10], "blur", 1.5)
    assert robustness._accuracy(str(PRETRAINED), "blur", 1.5) == expected < 0.9


@pytest.mark.usefixtures("fewer_digits")
def test_a_curve_and_beside_it_that_of_a_pinned_run(store: RunStore) -> None:
    at = opened()
    at.button_group(key="change").select("blur").run()
    at.toggle(key="curves_shown").set_value(True).run()
    assert not at.exception
    (chart,) = at.get("vega_lite_chart")
    shares = [f"{amount:g}: {robustness._accuracy(str(PRETRAINED), 'blur', amount):.3f}" for amount in AMOUNTS]
    assert chart.proto.alt.endswith(f"by blur, of the model in use: {', '.join(shares)}")
    assert "Pin a run on Train" in "\n".join(caption.value for caption in at.caption)
    at.session_state["pin"] = kept_run(store)
    at.run()
    (chart,) = at.get("vega_lite_chart")
    ours, pinned = chart.proto.alt.split("; ")
    assert ours.split("of the model in use: ")[1] == pinned.removeprefix("the pinned run: ")


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        *((number, 1.7) for number in (float("nan"), float("inf"), 10**400)),
        *((number, 0.3) for number in (-5.0, float("-inf"), 0.30000000000000004)),
        (1.1, 1.1),
        *((other, 1) for other in ("1.2", True, None, [1.2])),
    ],
)
def test_an_amount_out_of_its_limits_is_brought_back(
    monkeypatch: pytest.MonkeyPatch, sent: object, taken: float
) -> None:
    monkeypatch.setattr(live_slider, "_slider", lambda **_: SimpleNamespace(value=sent))
    state: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    assert robustness._choose_amount("scale") == taken
    assert state == {"amount_scale_kept": taken}


@pytest.mark.usefixtures("fewer_digits")
def test_a_pinned_run_that_is_damaged_is_one_sentence_and_the_digits_stay(store: RunStore) -> None:
    run_id = kept_run(store)
    (store.folder(run_id) / "model.tflite").write_bytes(b"no network")
    at = opened(pin=run_id)
    at.toggle(key="curves_shown").set_value(True).run()
    assert not at.exception
    assert [error.value for error in at.error] == [
        "This model cannot answer: its model.tflite is damaged; train it again."
    ]
    assert "<b>12 of 12</b> are read right" in html(at)


def test_a_run_is_read_once_for_all_visitors(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Evaluation] = []

    def counted(*arguments: Any) -> Evaluation:
        read.append(evaluate(*arguments))
        return read[-1]

    monkeypatch.setattr(test_digits, "evaluate", counted)
    run_id = kept_run(store)
    for _ in range(2):
        at = opened(model=run_id)
        assert "the model you trained answers" in "\n".join(caption.value for caption in at.caption)
        assert tiles(at)[0][0]["href"].startswith(f"./?model={run_id}&digit=")
    assert len(read) == 1
    assert not read[0].probabilities.flags.writeable
    assert not read[0].digits.flags.writeable


def test_a_damaged_model_is_one_sentence(store: RunStore) -> None:
    run_id = kept_run(store)
    (store.folder(run_id) / "model.tflite").write_bytes(b"no network")
    at = opened(model=run_id)
    assert [error.value for error in at.error] == [
        "This model cannot answer: its model.tflite is damaged; train it again."
    ]


def test_damaged_images_are_one_sentence(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise UnusableFile("The MNIST images are damaged.")

    monkeypatch.setattr(test_digits, "load_test_digits", damaged)
    test_digits.test_digits.clear()
    at = opened(model=kept_run(store))
    assert [error.value for error in at.error] == ["The MNIST images are damaged."]
