"""A finished run replayed on Train: play, pause, speed, and a place to jump to."""

import time

import streamlit as st

from model.errors import UnusableFile
from model.queue.replay import Replay
from pages.parts.models import recorded_run
from pages.parts.train.run_status import status_of
from pages.parts.train.run_view import replay_of, show_moment, show_result

TICK_SECONDS = 0.5
SPEEDS = {"1×": 1, "5×": 5, "20×": 20, "100×": 100}

# Session keys: the batch that is shown, when it was reached, and whether it goes on from there.
_AT = "replay_at"
_SINCE = "replay_since"
_PLAYS = "replay_plays"


def show_recorded_run(*, is_open: bool) -> None:
    """The run that comes with the app, folded until somebody opens it; so it costs nothing."""
    folded = st.expander(
        "Watch a recorded run",
        icon=":material/play_circle:",
        key="recorded",
        expanded=is_open,
        on_change="rerun",
    )
    if not folded.open:
        return
    with folded:
        st.markdown("A real run of the Notebook preset, as it went: five epochs, batch by batch.")
        try:
            replay = replay_of(recorded_run())
        except UnusableFile as error:
            st.error(str(error), icon=":material/error:")
            return
        st.fragment(_play, run_every=TICK_SECONDS if st.session_state.get(_PLAYS) else None)(replay)


def _play(replay: Replay) -> None:
    speed = st.segmented_control(
        "Speed", list(SPEEDS), default="5×", key="replay_speed", required=True, persist_state="session"
    )
    _move_on(replay, SPEEDS[speed])
    at = st.session_state.setdefault(_AT, 0)
    plays = st.session_state.get(_PLAYS, False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if st.button(
            "Pause" if plays else "Play",
            icon=":material/pause:" if plays else ":material/play_arrow:",
            key="replay_play",
        ):
            _toggle(replay)
            st.rerun()
        st.slider("Batch", 0, replay.batches, key=_AT, on_change=_jump, label_visibility="collapsed")
    recipe = replay.run.record.recipe
    progress = replay.at(at)
    with st.container(key="replay"):
        st.progress(at / replay.batches, text=status_of(recipe, progress))
        show_moment(recipe, progress, "replay")
        if at == replay.batches:
            show_result(replay.run)


def _move_on(replay: Replay, speed: int) -> None:
    """Go on by the time that has passed since the last look, at this speed."""
    now = time.monotonic()
    since = st.session_state.get(_SINCE, now)
    st.session_state[_SINCE] = now
    if not st.session_state.get(_PLAYS):
        return
    done = st.session_state.get(_AT, 0) + round((now - since) * speed * replay.batches / max(replay.seconds, 0.1))
    st.session_state[_AT] = min(done, replay.batches)
    if done >= replay.batches:
        st.session_state[_PLAYS] = False
        st.rerun()


def _toggle(replay: Replay) -> None:
    if st.session_state.get(_AT, 0) >= replay.batches:
        st.session_state[_AT] = 0
    st.session_state[_PLAYS] = not st.session_state.get(_PLAYS, False)
    st.session_state[_SINCE] = time.monotonic()


def _jump() -> None:
    st.session_state[_SINCE] = time.monotonic()
