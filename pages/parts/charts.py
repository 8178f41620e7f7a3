"""The curves of a run: loss and accuracy while it trains, as Vega-Lite charts."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from model.curve import CurvePoint
from model.run import Epoch

TRAINING = "training, by batch"
TEST = "test, watched only"


CHART_HEIGHT = 320  # pixels, with title, axes and legend

Specification = dict[str, Any]

# Both scales give most of their height to where a run spends most of its time. They are fixed, since Vega warns of an
# axis that has to wait for its first numbers. Ten digits read by pure chance have a loss of ln 10 = 2.3.
LOSS_SCALE = {"type": "sqrt", "domain": [0, 2.5]}
LOSS_AXIS = {"values": [0, 0.05, 0.1, 0.25, 0.5, 1, 2], "format": ".2~f"}
ACCURACY_SCALE = {"type": "pow", "exponent": 4, "domain": [0, 1]}
ACCURACY_AXIS = {"values": [0.5, 0.7, 0.8, 0.9, 0.95, 1], "format": ".0%"}


def show_curves(curve: Sequence[CurvePoint], epochs: Sequence[Epoch], all_epochs: int) -> None:
    """Loss and accuracy side by side: a line for the training batches, a dot a finished epoch for the test images."""
    left, right = st.columns(2)
    with left:
        _chart(
            _specification("Loss", all_epochs, LOSS_SCALE, LOSS_AXIS),
            [(point.epoch, point.loss) for point in curve],
            [epoch.test.loss for epoch in epochs],
            "Training loss by batch and test loss by epoch",
        )
    with right:
        _chart(
            _specification("Accuracy", all_epochs, ACCURACY_SCALE, ACCURACY_AXIS),
            [(point.epoch, point.accuracy) for point in curve],
            [epoch.test.accuracy for epoch in epochs],
            "Training accuracy by batch and test accuracy by epoch",
        )


def _specification(title: str, all_epochs: int, scale: dict[str, Any], axis: dict[str, Any]) -> Specification:
    """The same for all of a run, so that the browser moves the lines and does not build the chart anew."""
    is_test = f"datum.series === '{TEST}'"
    return {
        "title": {"text": title, "anchor": "start"},
        "encoding": {
            "x": {
                "field": "epoch",
                "type": "quantitative",
                "title": "Epochs",
                "scale": {"domain": [0, all_epochs]},
                "axis": {"tickMinStep": 1, "grid": False, "format": "d"},
            },
            "y": {"field": "value", "type": "quantitative", "title": None, "scale": scale, "axis": axis},
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": [TEST, TRAINING]},
                "legend": {"orient": "bottom", "title": None, "symbolType": "circle"},
            },
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 1.5, "clip": True}},
            {
                "mark": {"type": "point", "filled": True, "size": 70, "tooltip": True},
                "encoding": {"opacity": {"condition": {"test": is_test, "value": 1}, "value": 0}},
            },
        ],
    }


def _chart(specification: Specification, line: list[tuple[float, float]], dots: list[float], alt: str) -> None:
    rows = line + [(float(epoch), value) for epoch, value in enumerate(dots, start=1)]
    data = {
        "epoch": [epoch for epoch, _ in rows],
        "value": [value for _, value in rows],
        "series": [TRAINING] * len(line) + [TEST] * len(dots),
    }
    st.vega_lite_chart(
        data, specification, height=CHART_HEIGHT, alt=f"{alt}; the last value in training is {line[-1][1]:.3f}"
    )
