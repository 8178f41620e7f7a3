"""Why the network answers so: the ink that matters, and what would make it another digit."""

import math

import streamlit as st

from model.ink import Prepared
from model.insight.relevance import ERASER, instead, relevance
from model.plan import DIGITS
from model.reading import Reading
from pages.parts.draw.heat import heat_uri
from pages.parts.figures import percent, picture, row
from pages.parts.models import classifier_in_use

SIDE = 196


def show_why(prepared: Prepared, reading: Reading) -> None:
    """The heat map of the answer; and, for a digit that the visitor names, how to get there."""
    classifier = classifier_in_use()
    heat = relevance(classifier, prepared.image, reading.digit).heat
    st.html(
        row(
            picture(
                heat_uri(prepared.image, heat),
                f"Your drawing: orange where the ink makes it a {reading.digit}, blue where it speaks against that",
                f"Why it is read as {reading.digit}: orange ink holds the answer up, blue ink speaks against it",
                SIDE,
            ),
            f'<p class="beside">Each spot of {ERASER} × {ERASER} pixels was erased in turn, and the network read '
            "again. The more a spot is missed, the stronger its colour: at the strongest, the odds of "
            f"{reading.digit} fall by a factor of {_factor(float(heat.max()))}."
            "<br><small>After M. Zeiler and R. Fergus, “Visualizing and understanding convolutional networks”, "
            "2014.</small></p>",
        )
    )
    other = _choose_other(reading.digit)
    if other is not None:
        _show_instead(prepared, reading, other)


def _choose_other(digit: int) -> int | None:
    chosen = st.pills(
        "What would make it another digit?",
        range(DIGITS),
        format_func=str,
        key="why_other",
        persist_state="session",
    )
    if chosen == digit:
        st.markdown(f"It is read as {digit} already.")
        return None
    return chosen


def _show_instead(prepared: Prepared, reading: Reading, other: int) -> None:
    found = instead(classifier_in_use(), prepared.image, reading.digit, other)
    largest = float(max(found.adding.max(), found.erasing.max(), 1e-6))
    spots = "1 spot" if found.changes == 1 else f"{found.changes} spots"
    outcome = (
        f"with the best {spots} changed, it is read as {other} at {percent(float(found.probabilities[other]))}"
        if found.succeeded
        else f"even with the best {spots} changed, {other} gets {percent(float(found.probabilities[other]))}"
    )
    st.html(
        row(
            picture(
                heat_uri(prepared.image, found.adding.clip(0), largest),
                f"Where more ink would make it more of a {other}, in orange",
                f"Add ink here for a {other}",
                SIDE,
            ),
            picture(
                heat_uri(prepared.image, -found.erasing.clip(0), largest),
                f"Where less ink would make it more of a {other}, in blue",
                f"Erase ink here for a {other}",
                SIDE,
            ),
            picture(
                heat_uri(prepared.image, found.image - prepared.image, 1.0),
                f"Your drawing, changed: {outcome}",
                outcome[0].upper() + outcome[1:],
                SIDE,
            ),
        )
    )


def _factor(nats: float) -> str:
    """How many times smaller the odds are, for a fall of the log odds: two figures of it, as the third says nothing."""
    times = math.exp(min(max(nats, 0), 20))
    if times > 1e6:
        return "more than a million"
    return f"{float(f'{times:.1e}'):,.0f}" if times >= 10 else f"{times:.1f}"
