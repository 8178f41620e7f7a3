"""Whether the model is as sure as it should be: the reliability diagram and the calibration error."""

from typing import Any

import streamlit as st

from model.insight import Evaluation, wilson_interval
from model.reading.calibration import ConfidenceBin, calibration_error, reliability

CHART_HEIGHT = 360  # pixels

_SCALE = {"domain": [0, 1]}
_SHARE = {"format": ".0%", "tickCount": 6}
_QUIET = "#8e939c"  # legible on the light and on the dark page

SPECIFICATION: dict[str, Any] = {
    "layer": [
        {
            "data": {"values": [{"confidence": 0, "accuracy": 0}, {"confidence": 1, "accuracy": 1}]},
            "mark": {"type": "line", "strokeDash": [4, 4], "color": _QUIET},
        },
        {
            "mark": {"type": "rule", "color": _QUIET},
            "encoding": {"y": {"field": "lowest", "type": "quantitative"}, "y2": {"field": "highest"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 80},
            "encoding": {
                "tooltip": [
                    {"field": "confidence", "type": "quantitative", "title": "How sure it was", "format": ".1%"},
                    {"field": "accuracy", "type": "quantitative", "title": "How often right", "format": ".1%"},
                    {"field": "answers", "type": "quantitative", "title": "Answers", "format": ","},
                ]
            },
        },
    ],
    "encoding": {
        "x": {
            "field": "confidence",
            "type": "quantitative",
            "title": "How sure it was",
            "scale": _SCALE,
            "axis": _SHARE,
        },
        "y": {"field": "accuracy", "type": "quantitative", "title": "How often right", "scale": _SCALE, "axis": _SHARE},
    },
}


@st.fragment
def show_reliability(evaluation: Evaluation) -> None:
    """The diagram unfolds; until then nothing of it is computed."""
    folded = st.expander(
        "Is it as sure as it should be?", icon=":material/balance:", key="reliability", on_change="rerun"
    )
    if not folded.open:
        return
    bins = reliability(evaluation.probabilities, evaluation.digits)
    error = calibration_error(evaluation.probabilities, evaluation.digits)
    with folded:
        st.markdown(
            "Answers of about the same confidence make a dot: of those that it is 80 % sure of, 80 % should be right, "
            "and the dot lies on the dashed line. Below the line it is too sure, above it too modest."
        )
        st.vega_lite_chart(
            {
                "confidence": [bin_.confidence for bin_ in bins],
                "accuracy": [bin_.accuracy for bin_ in bins],
                "answers": [bin_.answers for bin_ in bins],
                "lowest": [_interval(bin_)[0] for bin_ in bins],
                "highest": [_interval(bin_)[1] for bin_ in bins],
            },
            SPECIFICATION,
            height=CHART_HEIGHT,
            alt=_alt(bins),
        )
        surest = bins[-1]
        st.markdown(
            f"**Calibration error {error:.4f}:** on average, its confidence is {error * 100:.1f} percentage points "
            f"away from the share that is right. {surest.answers:,} of {len(evaluation.digits):,} answers are in the "
            "last dot; the thin lines are 95 % intervals, long where a dot stands for few."
        )


def _interval(bin_: ConfidenceBin) -> tuple[float, float]:
    return wilson_interval(bin_.right, bin_.answers)


def _alt(bins: tuple[ConfidenceBin, ...]) -> str:
    dots = ", ".join(f"{bin_.confidence * 100:.0f} % sure and {bin_.accuracy * 100:.0f} % right" for bin_ in bins)
    return f"Reliability diagram: {dots}"
