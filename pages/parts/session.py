"""What a visitor's session remembers, and which model answers in it.

Four names travel in the link as well, so that a reload, which is a new session, finds them again: `model`, the run
whose network answers; `run`, the run that was started or watched last, by its owner's or its watchers' id; `pin`, the
run that others are compared with; and `design`, the visitor's own network in words. `model` and `pin` are watchers'
ids.
"""

import secrets
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

MODEL = "model"
RUN = "run"
PIN = "pin"
DESIGN = "design"
LINKED = (MODEL, RUN, PIN, DESIGN)

_PAGE = "page"
_SCRIPT = "script"
_VISITOR = "visitor"


def arrive(page: str) -> bool:
    """Bring session and link together at the top of a page; True when the visitor comes from elsewhere."""
    for name in LINKED:
        if name not in st.session_state:
            st.session_state[name] = st.query_params.get(name, "")
    write_link()
    arrived = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page
    st.session_state[_SCRIPT] = _script()
    return arrived


def is_leaving() -> bool:
    """As a callback may ask: whether this run is of another page than the one whose widgets are called back."""
    return _script() != st.session_state.get(_SCRIPT)


def _script() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def link() -> dict[str, str]:
    """The query parameters that carry this session to another page or tab."""
    return {name: st.session_state[name] for name in LINKED if st.session_state.get(name)}


def write_link() -> None:
    """Show what is LINKED in the address bar; what else is there belongs to the page, and stays."""
    before = st.query_params.to_dict()
    now = {name: value for name, value in before.items() if name not in LINKED} | link()
    if now != before:
        st.query_params.from_dict(now)


def address(query: dict[str, str]) -> str:
    """Where others find this page with these query parameters."""
    return f"{(st.context.url or '').partition('?')[0]}?{urlencode(query)}"


def visitor() -> str:
    """What tells this visitor's browser from others, in all of its tabs; nobody else can know it.

    It is the random token that Streamlit gives every browser against forged requests. The cookie carries it behind
    another mask each time. A browser without cookies has one visitor a tab.
    """
    if _VISITOR not in st.session_state:
        token, _ = decode_xsrf_token_string(st.context.cookies.get(XSRF_COOKIE_NAME, ""))
        st.session_state[_VISITOR] = token.hex() if token else secrets.token_hex(16)
    found: str = st.session_state[_VISITOR]
    return found


def watch(run_id: str) -> None:
    """Show this run on Train, with what its owner may do where the id is the owner's."""
    st.session_state[RUN] = run_id
    write_link()


def forget(run_id: str) -> None:
    """Let go of a run that is deleted, by its watchers' id."""
    for name in (MODEL, PIN):
        if st.session_state.get(name) == run_id:
            st.session_state[name] = ""
    watch("")


def pin(run_id: str) -> None:
    """Let the runs that follow be drawn over this one; an empty id takes the pin away."""
    st.session_state[PIN] = run_id
    write_link()


def use_model(run_id: str) -> None:
    """Let this run's network answer in this session; an empty id stands for the bundled one."""
    st.session_state[MODEL] = run_id
    write_link()
