"""The curves of two runs in the same charts."""

from typing import Any

import streamlit as st

from model.run import Record
from model.run.curve import curve_of, smoothed
from model.take_home.history import batches_per_epoch
from pages.parts.charts import ACCURACY_AXIS, ACCURACY_SCALE, LOSS_AXIS, LOSS_SCALE
from pages.parts.compare.pair import Pair

CHART_HEIGHT = 380  # pixels: two runs are to be told apart where both are good

REACH = 5  # points on either side that are averaged, so that two lines can be told apart

_SCALES = {"Loss": (LOSS_SCALE, LOSS_AXIS), "Accuracy": (ACCURACY_SCALE, ACCURACY_AXIS)}


def show_both_curves(pair: Pair) -> None:
    """Loss and accuracy side by side: each run's training as a line, its tests as dots."""
    st.header("Curves")
    records = [named.run.record for named in pair]
    for named in pair:
        if not named.run.record.batch_losses:
            st.caption(f"{named.name} was brought back from a file, which holds no history.")
    if not any(record.batch_losses for record in records):
        return
    epochs = max(1, *(len(record.epochs) for record in records), *(record.recipe.epochs for record in records))
    with st.container(key="both_curves"):
        for column, title in zip(st.columns(2), _SCALES, strict=True):
            with column:
                _chart(title, pair, epochs)
    st.caption("Lines are means of the batches in training; dots are the test digits, after each epoch.")


def _chart(title: str, pair: Pair, epochs: int) -> None:
    rows = [
        (epoch, value, named.name, kind)
        for named in pair
        for kind, points in _points(named.run.record, title).items()
        for epoch, value in points
    ]
    data = {name: [row[place] for row in rows] for place, name in enumerate(("epoch", "value", "run", "kind"))}
    names = [named.name for named in pair]
    st.vega_lite_chart(
        data,
        _specification(title, names, epochs),
        height=CHART_HEIGHT,
        alt=f"{title} of {names[0]} and {names[1]}, in training as lines and on the test images as dots",
    )


def _points(record: Record, title: str) -> dict[str, list[tuple[float, float]]]:
    quantity = title.lower()
    curve = curve_of(record.batch_losses, record.batch_accuracies, batches_per_epoch(record))
    means = smoothed([getattr(point, quantity) for point in curve], REACH) if curve else []
    return {
        "training": [(point.epoch, mean) for point, mean in zip(curve, means, strict=True)],
        "test": [(float(number), getattr(epoch.test, quantity)) for number, epoch in enumerate(record.epochs, 1)],
    }


def _specification(title: str, names: list[str], epochs: int) -> dict[str, Any]:
    scale, axis = _SCALES[title]
    return {
        "title": {"text": title, "anchor": "start"},
        "encoding": {
            "x": {
                "field": "epoch",
                "type": "quantitative",
                "title": "Epochs",
                "scale": {"domain": [0, epochs]},
                "axis": {"tickMinStep": 1, "grid": False, "format": "d"},
            },
            "y": {"field": "value", "type": "quantitative", "title": None, "scale": scale, "axis": axis},
            "color": {
                "field": "run",
                "type": "nominal",
                "scale": {"domain": names},
                "legend": {"orient": "bottom", "title": None, "symbolType": "stroke", "columns": 2},
            },
        },
        "layer": [
            {
                "transform": [{"filter": "datum.kind === 'training'"}],
                "mark": {"type": "line", "strokeWidth": 1.5, "clip": True},
            },
            {
                "transform": [{"filter": "datum.kind === 'test'"}],
                "mark": {"type": "point", "filled": True, "size": 50, "tooltip": True},
            },
        ],
    }
