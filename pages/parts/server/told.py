"""What a visitor has done counts, though they did something else before the server had come to it.

Streamlit drops it in three cases. Requests that find a session busy are folded into one, with the values of the newest,
and one for another page names none of the values of the page that is left: a stroke told just before it would be lost.
And a request that comes while another is about to begin cuts that short before its values are taken in, or in the
middle of a callback: a click would be lost. And where a callback asks for parts of its own page while a request for
another page waits, that is taken for a request to stay: the visitor would not get away.

Here what an older request told stays, where the newer says nothing of it; and a request's values are taken in, and its
callbacks run to their end, before it makes way. What a page asks of itself gives way to a request for another page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests, ScriptRequestType
from streamlit.runtime.state.safe_session_state import SafeSessionState

States = WidgetStates | None
Fold = Callable[[States, States], States]

# These are true for one run alone, and Streamlit itself takes care of them.
_TRIGGERS = frozenset({"trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"})


def forget_nothing_told() -> None:
    """Have Streamlit do so from now on; to be called once."""
    streamlits = vars(script_requests)
    streamlits["_coalesce_widget_states"] = keeping_the_older(streamlits["_coalesce_widget_states"])
    asks = "_request_rerun_locked"
    setattr(ScriptRequests, asks, giving_way(vars(ScriptRequests)[asks]))
    SafeSessionState.on_script_will_rerun = to_its_end(SafeSessionState.on_script_will_rerun)  # type: ignore[method-assign]


def keeping_the_older(fold: Fold) -> Fold:
    """Folds the values of an older request into those of a newer, and keeps those that the newer does not name."""

    @wraps(fold)
    def folded(old: States, new: States) -> States:
        both = fold(old, new)
        if old is None or both is None:
            return both
        named = {state.id for state in both.widgets}
        kept = [state for state in old.widgets if state.id not in named and state.WhichOneof("value") not in _TRIGGERS]
        result = WidgetStates()
        result.widgets.extend([*both.widgets, *kept])
        return result

    return folded


def giving_way(ask: Callable[..., bool]) -> Callable[..., bool]:
    """Asks for a run, but for what a page asks of itself where another page is about to run."""

    @wraps(ask)
    def asked(requests: ScriptRequests, new: RerunData) -> bool:
        state, waiting = (vars(requests)[name] for name in ("_state", "_rerun_data"))
        leaves = state == ScriptRequestType.RERUN and waiting.page_script_hash != new.page_script_hash
        # A browser's request always comes with the values of widgets.
        if leaves and new.fragment_id_queue and new.widget_states is None:
            return True
        return ask(requests, new)

    return asked


def to_its_end(begin: Callable[..., None]) -> Callable[..., None]:
    """Begins a run of a page, which takes in values and calls back, and looks for other requests only after that."""

    @wraps(begin)
    def begun(state: SafeSessionState, *args: Any, **settings: Any) -> None:
        look_for_others = vars(state)["_yield_callback"]
        # It is a mapping of the page's own names, so that an attribute must be set past it.
        object.__setattr__(state, "_yield_callback", lambda: None)
        try:
            begin(state, *args, **settings)
        finally:
            object.__setattr__(state, "_yield_callback", look_for_others)

    return begun
