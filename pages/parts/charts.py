"""The curves of a run: loss and accuracy while it trains, as Vega-Lite charts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st

from model.queue import Progress
from model.run.curve import CurvePoint, smoothed
from model.run.verdict import overfitting_since

TRAINING = "training, by batch"
TEST = "test, watched only"
PINNED = "pinned (test dashed)"
SERIES = (TEST, TRAINING, PINNED)

CHART_HEIGHT = 340  # pixels, with title, axes and legend

SMOOTHED_SHARE = 40  # as many points on either side are averaged as this part of all

LINES: dict[str, dict[str, Any]] = {
    "pinned": {"type": "line", "clip": True, "strokeWidth": 1},
    "pinned test": {"type": "line", "clip": True, "strokeWidth": 1.5, "strokeDash": [4, 3]},
    "line": {"type": "line", "clip": True, "strokeWidth": 1.5},
}

# A point is a row, and has what its kind needs.
SCHEMA = pa.schema(
    {
        "kind": pa.string(),
        "epoch": pa.float64(),
        "value": pa.float64(),
        "series": pa.string(),
        "low": pa.float64(),
        "high": pa.float64(),
    }
)

Specification = dict[str, Any]
Rows = list[dict[str, Any]]

# Both scales give most of their height to where a run spends most of its time. They are fixed, since Vega warns of an
# axis that has to wait for its first numbers. Ten digits read by pure chance have a loss of ln 10 = 2.3.
LOSS_SCALE = {"type": "sqrt", "domain": [0, 2.5]}
LOSS_AXIS = {"values": [0, 0.05, 0.1, 0.25, 0.5, 1, 2], "format": ".2~f"}
ACCURACY_SCALE = {"type": "pow", "exponent": 4, "domain": [0, 1]}
ACCURACY_AXIS = {"values": [0.5, 0.7, 0.8, 0.9, 0.95, 1], "format": ".0%"}


def show_curves(progress: Progress, all_epochs: int, pinned: Progress | None = None) -> None:
    """Loss and accuracy side by side: smoothed lines with the raw batches behind, and a dot for each finished epoch.

    From where a run overfits, its gap is marked. A pinned run's lines are drawn under those of this one.
    """
    since = overfitting_since(progress.epochs)
    left, right = st.columns(2)
    for column, title in ((left, "Loss"), (right, "Accuracy")):
        with column:
            st.vega_lite_chart(
                _table(progress, pinned, title),
                _specification(title, all_epochs, has_pin=pinned is not None),
                height=CHART_HEIGHT,
                alt=_alt(title, progress, since),
            )
    if since is not None:
        st.caption(
            f"The gap opens at epoch {since}, at the dashed line: from there on the loss on the test images rises "
            "while that on the training images falls on. The network learns its own images by heart: it overfits."
        )


@lru_cache(maxsize=32)
def _table(progress: Progress, pinned: Progress | None, title: str) -> pa.Table:
    """What the chart shows; made once for all who watch the same moment, since it is most of what a look costs."""
    rows = _rows(progress, title)
    if pinned:
        rows += _line("pinned", pinned.curve, title, PINNED) + _line("pinned test", pinned.test_curve, title, PINNED)
    since = overfitting_since(progress.epochs)
    if since is not None:
        rows.append({"kind": "gap", "epoch": float(since)})
    return pa.Table.from_pylist(rows, SCHEMA)


def _alt(title: str, progress: Progress, since: int | None) -> str:
    last = f"; the last value in training is {_value(progress.curve[-1], title):.3f}" if progress.curve else ""
    gap = f"; the test loss rises from epoch {since} on" if since is not None else ""
    return f"{title} in training by batch, and on the test images{last}{gap}"


def _value(point: CurvePoint, title: str) -> float:
    return point.loss if title == "Loss" else point.accuracy


def _rows(progress: Progress, title: str) -> Rows:
    """The raw batches, the lines, and the dots."""
    raw = [(point.epoch, point.losses if title == "Loss" else point.accuracies) for point in progress.curve]
    results = [epoch.test.loss if title == "Loss" else epoch.test.accuracy for epoch in progress.epochs]
    return [
        *({"kind": "raw", "epoch": epoch, "low": low, "high": high} for epoch, (low, high) in raw),
        *_line("line", progress.curve, title, TRAINING),
        *_line("line", progress.test_curve, title, TEST),
        *(
            {"kind": "dot", "epoch": float(epoch), "value": value, "series": TEST}
            for epoch, value in enumerate(results, start=1)
        ),
    ]


def _line(kind: str, points: Sequence[CurvePoint], title: str, series: str) -> Rows:
    values = _smooth([_value(point, title) for point in points])
    return [
        {"kind": kind, "epoch": point.epoch, "value": value, "series": series}
        for point, value in zip(points, values, strict=True)
    ]


def _smooth(values: list[float]) -> list[float]:
    return smoothed(values, len(values) // SMOOTHED_SHARE)


def _specification(title: str, all_epochs: int, *, has_pin: bool) -> Specification:
    """The same for all of a run, so that the browser moves the lines and does not build the chart anew."""
    series = SERIES[: 3 if has_pin else 2]
    scale, axis = (LOSS_SCALE, LOSS_AXIS) if title == "Loss" else (ACCURACY_SCALE, ACCURACY_AXIS)
    y = {"type": "quantitative", "title": None, "scale": scale, "axis": axis}
    colour = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(series)},
        "legend": {"orient": "bottom", "title": None, "symbolType": "stroke", "columns": 2},
    }
    x = {
        "field": "epoch",
        "type": "quantitative",
        "title": "Epochs",
        "scale": {"domain": [0, all_epochs]},
        "axis": {"tickMinStep": 1, "grid": False, "format": "d"},
    }
    return {
        "title": {"text": title, "anchor": "start"},
        "encoding": {"x": x},
        "layer": [
            {
                "transform": [{"filter": "datum.kind === 'raw'"}],
                "mark": {"type": "area", "clip": True, "opacity": 0.3, "color": "#8e939c", "line": False},
                "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}},
            },
            *(
                {
                    "transform": [{"filter": f"datum.kind === '{kind}'"}],
                    "mark": stroke,
                    "encoding": {"y": {"field": "value", **y}, "color": colour},
                }
                for kind, stroke in LINES.items()
            ),
            {
                "transform": [{"filter": "datum.kind === 'dot'"}],
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "tooltip": True, "clip": True},
                "encoding": {"y": {"field": "value", **y}, "color": colour},
            },
            {
                "transform": [{"filter": "datum.kind === 'gap'"}],
                "mark": {"type": "rule", "strokeDash": [4, 4], "color": "#8e939c"},
            },
        ],
    }
