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
# The slider's key has a number in it, another one after each start and end; and these are the values that it was moved
# to since. A slow browser tells one of them again, with its next look, when it has not taken in the one after it.
_SLIDER = "replay_slider"
_SHOWN = "replay_shown"


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
    at = st.session_state.get(_AT, 0)
    plays = st.session_state.get(_PLAYS, False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if st.button(
            "Pause" if plays else "Play",
            icon=":material/pause:" if plays else ":material/play_arrow:",
            key="replay_play",
        ):
            _toggle(replay)
            st.rerun()
        _show_place(replay, at)
    recipe = replay.run.record.recipe
    progress = replay.at(at)
    with st.container(key="replay"):
        st.progress(at / replay.batches, text=status_of(recipe, progress))
        show_moment(recipe, progress, "replay")
        if at == replay.batches:
            show_result(replay.run)


def _show_place(replay: Replay, at: int) -> None:
    key = _slider()
    st.session_state[key] = at
    st.session_state.setdefault(_SHOWN, set()).add(at)
    st.slider("Batch", 0, replay.batches, key=key, on_change=_jump, args=(key,), label_visibility="collapsed")


def _slider() -> str:
    return f"replay_place_{st.session_state.get(_SLIDER, 0)}"


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
        _begin_or_end(plays=False)
        st.rerun()


def _toggle(replay: Replay) -> None:
    if st.session_state.get(_AT, 0) >= replay.batches:
        st.session_state[_AT] = 0
    _begin_or_end(plays=not st.session_state.get(_PLAYS, False))
    st.session_state[_SINCE] = time.monotonic()


def _begin_or_end(*, plays: bool) -> None:
    st.session_state[_PLAYS] = plays
    st.session_state[_SLIDER] = st.session_state.get(_SLIDER, 0) + 1
    st.session_state[_SHOWN] = set()


def _jump(key: str) -> None:
    place = st.session_state[key]
    if key != _slider() or (st.session_state.get(_PLAYS) and place in st.session_state[_SHOWN]):
        return
    st.session_state[_AT] = place
    st.session_state[_SINCE] = time.monotonic()
