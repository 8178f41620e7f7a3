"""Which model answers in a session, and the networks of all finished runs, ready to answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from model.errors import UnusableFile
from model.queue import training_queue
from model.reading import Classifier, Refusal
from model.run import PRETRAINED, RECORDED, Run
from model.run.store import watch_id
from pages.parts import session


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


def pinned_run() -> Run | None:
    """The finished run that others are compared with."""
    return finished_run(st.session_state.get(session.PIN, ""))


def model_in_use() -> ModelInUse:
    """The model that answers in this session.

    Raises:
        UnusableFile: the bundled model is missing or damaged.
    """
    run_id = st.session_state.get(session.MODEL, "")
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
    named = st.session_state.get(session.RUN, "")
    return finished_run(watch_id(named)) or finished_run(named)


def finished_run(run_id: str) -> Run | None:
    """The run with this watchers' id; None where there is none, or none any more."""
    if not run_id:
        return None
    with suppress(LookupError):
        run = _visitors_run(run_id)
        return run if run.folder.is_dir() else None
    return None


# Caches hold only what is cheap to build again: any visitor can have Streamlit's cleared. In their keys a run is its
# folder. What every drawing asks for is in Python's own: Streamlit's takes longer to find it than the network to read.
BY_FOLDER: dict[str | type[Any], Callable[[Any], str]] = {Run: lambda run: str(run.folder)}


@lru_cache(maxsize=1)
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


@lru_cache(maxsize=50)
def _classifier(folder: str) -> Classifier:
    return Classifier.load(Path(folder))


@lru_cache(maxsize=50)
def _refusal(folder: str) -> Refusal:
    return Refusal.load(Path(folder), lambda network: _classifier(str(network)))
