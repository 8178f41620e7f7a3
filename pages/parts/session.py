"""What a visitor's session remembers, and which model answers in it.

Four names travel in the link as well, so that a reload, which is a new session, finds them again: `model`, the run
whose network answers; `run`, the run that was started or watched last, by its owner's or its watchers' id; `pin`, the
run that others are compared with; and `design`, the visitor's own network in words. `model` and `pin` are watchers'
ids.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from model.classifier import Classifier
from model.errors import UnusableFile
from model.jobs import training_queue
from model.refusal import Refusal
from model.run import PRETRAINED, RECORDED, Run
from model.store import watch_id

MODEL = "model"
RUN = "run"
PIN = "pin"
DESIGN = "design"
LINKED = (MODEL, RUN, PIN, DESIGN)

_PAGE = "page"
_VISITOR = "visitor"


@dataclass(frozen=True)
class ModelInUse:
    """The network that answers in this session.

    Attributes:
        run: where it comes from.
        is_bundled: it is the one that comes with the app.
        is_lost: the visitor asked for another one, which is no longer here.
    """

    run: Run
    is_bundled: bool
    is_lost: bool = False

    @property
    def name(self) -> str:
        if self.is_bundled:
            return "the bundled model"
        return "the model you brought back" if self.run.record.brought_back else "the model you trained"


def arrive(page: str) -> bool:
    """Bring session and link together at the top of a page; True when the visitor comes from elsewhere."""
    for name in LINKED:
        if name not in st.session_state:
            st.session_state[name] = st.query_params.get(name, "")
    write_link()
    arrived = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page
    return arrived


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


def pinned_run() -> Run | None:
    """The finished run that others are compared with."""
    return finished_run(st.session_state.get(PIN, ""))


def use_model(run_id: str) -> None:
    """Let this run's network answer in this session; an empty id stands for the bundled one."""
    st.session_state[MODEL] = run_id
    write_link()


def model_in_use() -> ModelInUse:
    """The model that answers in this session.

    Raises:
        UnusableFile: the bundled model is missing or damaged.
    """
    run_id = st.session_state.get(MODEL, "")
    run = finished_run(run_id)
    if run:
        return ModelInUse(run, is_bundled=False)
    return ModelInUse(_bundled_run(), is_bundled=True, is_lost=bool(run_id))


def bundled_model() -> ModelInUse:
    """The model that comes with the app, whichever answers.

    Raises:
        UnusableFile: it is missing or damaged.
    """
    return ModelInUse(_bundled_run(), is_bundled=True)


def classifier_in_use() -> Classifier:
    """The model that answers in this session, ready to do so.

    Raises:
        UnusableFile: the model's files are missing or damaged.
    """
    return classifier_of(model_in_use().run)


def classifier_of(run: Run) -> Classifier:
    """The network of any finished run, ready to answer.

    Raises:
        UnusableFile: as above.
    """
    return _classifier(str(run.folder))


def refusal_in_use() -> Refusal:
    """What tells a drawing that is no digit; a visitor's own model is helped by what comes with the app.

    Raises:
        UnusableFile: a file of it is missing or damaged.
    """
    return refusal_of(model_in_use().run)


def get_ready_to_read() -> None:
    """Load the model in use now, while the visitor looks at an empty canvas; the first answer is quicker for it."""
    with suppress(UnusableFile):  # the first answer will say so
        classifier_in_use()
        refusal_in_use()


def refusal_of(run: Run) -> Refusal:
    """The same for any finished run.

    Raises:
        UnusableFile: as above.
    """
    return _refusal(str(run.folder))


def bundled_run() -> Run:
    """The run that comes with the app.

    Raises:
        UnusableFile: it is missing or damaged.
    """
    return _bundled_run()


def recorded_run() -> Run:
    """The run of the Notebook preset that comes with the app.

    Raises:
        UnusableFile: it is missing or damaged.
    """
    return _recorded_run()


def watched_run() -> Run | None:
    """The finished run that was started or watched last."""
    named = st.session_state.get(RUN, "")
    return finished_run(watch_id(named)) or finished_run(named)


def finished_run(run_id: str) -> Run | None:
    """The run with this watchers' id; None where there is none, or none any more."""
    if not run_id:
        return None
    with suppress(LookupError):
        run = _visitors_run(run_id)
        return run if run.folder.is_dir() else None
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Show what is wrong with a file as the sentence that it is, in place of what needed the file."""
    try:
        yield
    except UnusableFile as error:
        st.error(str(error), icon=":material/error:")


# Caches hold only what is cheap to build again: any visitor can have them cleared. In their keys a run is its folder.
BY_FOLDER: dict[str | type[Any], Callable[[Any], str]] = {Run: lambda run: str(run.folder)}


@st.cache_resource(show_spinner=False)
def _bundled_run() -> Run:
    return Run.load(PRETRAINED)


@st.cache_resource(show_spinner=False)
def _recorded_run() -> Run:
    return Run.load(RECORDED)


@st.cache_resource(show_spinner=False, max_entries=50)
def _visitors_run(run_id: str) -> Run:
    """Raises a LookupError where there is none, since what is raised is not kept: the run may still be under way."""
    run = training_queue.store.find(run_id)
    if run is None:
        raise LookupError(run_id)
    return run


@st.cache_resource(show_spinner=False, max_entries=50)
def _classifier(folder: str) -> Classifier:
    return Classifier.load(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=50)
def _refusal(folder: str) -> Refusal:
    return Refusal.load(Path(folder))
