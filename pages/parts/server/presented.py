"""What a component told is looked at as it is.

Streamlit lets a page write to what a component told, by way of a class that it makes for every look at it; and before
anything runs it looks at all that the components of a session told: at a drawing, as long as the network takes to read
two. No page here writes to it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from streamlit.components.v2.bidi_component import main

Present = Callable[[Any, Any], Any]


def present_plainly() -> None:
    """Have Streamlit do so from now on; to be called once."""
    streamlits = vars(main)
    streamlits["make_bidi_component_presenter"] = plainly(streamlits["make_bidi_component_presenter"])


def plainly(make: Callable[..., Present]) -> Callable[..., Present]:
    """Makes what presents a component's state, given the name under which it tells what holds for one run alone."""

    @wraps(make)
    def made(triggers: str, *others: Any) -> Present:
        present = make(triggers, *others)

        def presented(state: Any, session: Any) -> Any:
            try:
                is_triggered = session[triggers] is not None
            except KeyError:
                is_triggered = False
            # A click, say, Streamlit puts with the rest.
            return present(state, session) if is_triggered else state

        return presented

    return made
