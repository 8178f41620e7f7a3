"""model.take_home: the history as CSV, and the curves as SVG and PNG."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from model.plan import Recipe
from model.run import PRETRAINED, Epoch, Record, Result, Run
from model.run.record import packed
from model.take_home.curves import BOTTOM, LEFT_EDGES, PANEL_WIDTH, TEST, TOP, TRAINING, curves_of
from model.take_home.figure import PNG_SCALE, Figure, Words
from model.take_home.history import batches_csv, history_csv

SVG = "{http://www.w3.org/2000/svg}"

RECORD = Record(
    recipe=Recipe(images=640, epochs=2, batch_size=64),
    batch_losses=packed(2.3 - 0.1 * batch for batch in range(20)),
    batch_accuracies=packed(0.1 + 0.04 * batch for batch in range(20)),
    epochs=(
        Epoch(Result(1.85, 0.28), Result(1.0, 0.5), 1.25),
        Epoch(Result(0.85, 0.68), Result(0.25, 0.9), 1.5),
    ),
    test=Result(0.25, 0.9),
    seconds=2.75,
)
WITHOUT_HISTORY = replace(RECORD, batch_losses=packed([]), batch_accuracies=packed([]), epochs=())


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_line_an_epoch() -> None:
    assert [tuple(map(float, line.values())) for line in lines(history_csv(RECORD))] == [
        (1, 1.85, 0.28, 1.0, 0.5, 1.25),
        (2, 0.85, 0.68, 0.25, 0.9, 1.5),
    ]
    assert list(lines(history_csv(RECORD))[0]) == [
        "epoch",
        "loss",
        "accuracy",
        "test_loss",
        "test_accuracy",
        "seconds",
    ]


def test_a_line_a_batch() -> None:
    found = lines(batches_csv(RECORD))
    assert [int(line["batch"]) for line in found] == list(range(1, 21))
    assert [int(line["epoch"]) for line in found] == [1] * 10 + [2] * 10
    assert [float(line["loss"]) for line in found] == pytest.approx(list(RECORD.batch_losses), abs=1e-5)
    assert [float(line["accuracy"]) for line in found] == pytest.approx(list(RECORD.batch_accuracies), abs=1e-5)


@pytest.mark.parametrize("csv_of", [history_csv, batches_csv])
def test_without_a_history_only_the_header_is_left(csv_of: Callable[[Record], bytes]) -> None:
    assert lines(csv_of(WITHOUT_HISTORY)) == []
    assert csv_of(WITHOUT_HISTORY).count(b"\n") == 1


def test_the_bundled_runs_means_are_spread_over_its_epochs() -> None:
    record = Run.load(PRETRAINED).record
    assert int(lines(batches_csv(record))[-1]["epoch"]) == len(record.epochs)


def height_of(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share


def test_the_curves_as_svg() -> None:
    drawing = ElementTree.fromstring(curves_of(RECORD).svg())
    dots = list(drawing.iter(f"{SVG}circle"))
    places = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in dots[:4]]
    left, right = LEFT_EDGES
    middle, end = PANEL_WIDTH / 2, PANEL_WIDTH
    assert places == [
        pytest.approx((left + middle, height_of((1.0 / 2.5) ** 0.5)), abs=0.06),
        pytest.approx((left + end, height_of((0.25 / 2.5) ** 0.5)), abs=0.06),
        pytest.approx((right + middle, height_of(0.5**4)), abs=0.06),
        pytest.approx((right + end, height_of(0.9**4)), abs=0.06),
    ]
    curves = [line for line in drawing.iter(f"{SVG}polyline") if line.get("stroke") == TRAINING]
    assert [len((line.get("points") or "").split()) for line in curves[:2]] == [20, 20]
    assert "0.250 and 0.900" in (drawing.findtext(f"{SVG}title") or "")
    assert "http" not in curves_of(RECORD).svg().replace("http://www.w3.org/2000/svg", "")


def test_the_curves_as_png_have_the_same_marks() -> None:
    with Image.open(io.BytesIO(curves_of(RECORD).png()), formats=["PNG"]) as image:
        pixels = np.asarray(image.convert("RGB"))
    figure = curves_of(RECORD)
    assert pixels.shape == (figure.height * PNG_SCALE, figure.width * PNG_SCALE, 3)
    x, y = LEFT_EDGES[0] + PANEL_WIDTH / 2, height_of((1.0 / 2.5) ** 0.5)
    assert "#{:02x}{:02x}{:02x}".format(*pixels[round(y * PNG_SCALE), round(x * PNG_SCALE)]) == TEST
    assert tuple(pixels[0, 0]) == (255, 255, 255)


def test_a_run_without_a_history_gives_empty_panels() -> None:
    drawing = ElementTree.fromstring(curves_of(WITHOUT_HISTORY).svg())
    assert len(list(drawing.iter(f"{SVG}circle"))) == 1  # the legend's
    assert curves_of(WITHOUT_HISTORY).png()


def test_values_outside_of_the_panel_lie_on_its_edge() -> None:
    diverged = replace(RECORD, batch_losses=packed([1e6] * 20))
    drawing = ElementTree.fromstring(curves_of(diverged).svg())
    curve = next(line for line in drawing.iter(f"{SVG}polyline") if line.get("stroke") == TRAINING)
    assert {float(point.split(",")[1]) for point in (curve.get("points") or "").split()} == {TOP}


def test_words_are_escaped() -> None:
    svg = Figure(10, 10, "<a & b>", (Words((0, 0), "<script>", 12, "#000000"),)).svg()
    assert "<script>" not in svg
    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == "<a & b>"
