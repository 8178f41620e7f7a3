"""A run on the Train page: its start, its progress, its end, and what its owner may do with it."""

from dataclasses import dataclass

import streamlit as st

from model.plan import Architecture, Recipe
from model.queue import NotStarted, Progress, State, TrainingJob, training_queue
from model.run import Run
from model.run.store import watch_id
from pages.parts import models, session
from pages.parts.design import in_words
from pages.parts.take_home import show_take_home
from pages.parts.train.run_status import place_in_queue, recipe_line, status_of
from pages.parts.train.run_view import show_difference, show_moment, show_result, show_run
from pages.parts.train.settings import show_settings_link

# How often the page looks: of a run that is longer than the notebook's, half a second would show nothing new.
POLL_SECONDS = 0.5
LONG_POLL_SECONDS = 1.0
LONG = 300_000  # images that are trained on, epochs times images


@dataclass(frozen=True)
class RunInView:
    """The run that the session's link names.

    Attributes:
        id: to watch and use it.
        owner_id: to stop and delete it; empty for those who may only watch.
        job: while it is under way, and for as long as the server remembers it.
        run: once it is finished.
    """

    id: str
    owner_id: str
    job: TrainingJob | None
    run: Run | None

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and not self.job.progress.is_over

    @property
    def is_waiting(self) -> bool:
        return self.job is not None and self.job.progress.state is State.WAITING


def run_in_view() -> RunInView | None:
    """What this session started, watches, or was led to; None where there is nothing, or nothing any more."""
    named = st.session_state.get(session.RUN, "")
    own = None if named else training_queue.running_of(session.visitor())
    if own:
        named = own.owner_id
        session.watch(named)
    for run_id, owner_id in ((watch_id(named), named), (named, "")):
        job = training_queue.find(run_id)
        run = models.finished_run(run_id)
        if run or (job and job.progress.state is not State.FINISHED):
            return RunInView(run_id, owner_id, job, run)
    return None


def show_start(recipe: Recipe, architecture: Architecture) -> None:
    """The button that starts a run, and the sentence why none can start now."""
    with st.container(horizontal=True, gap="small"):
        is_wanted = st.button("Start", type="primary", icon=":material/play_arrow:", key="start")
        show_settings_link()
    if not is_wanted:
        return
    try:
        job = training_queue.start(recipe, architecture, session.visitor())
    except NotStarted as error:
        st.warning(str(error), icon=":material/hourglass_top:")
        own = training_queue.running_of(session.visitor())
        if own:
            st.button("Show my run", key="show_own", on_click=session.watch, args=(own.owner_id,))
        return
    session.watch(job.owner_id)
    st.rerun()


def show_in_view(view: RunInView | None) -> None:
    """The run as it goes, in a fragment of its own that runs itself again until the run is over; or its end."""
    if view is None:
        if st.session_state.get(session.RUN, ""):
            st.info(
                "The run that this link names is no longer here; press Start for a new one.", icon=":material/info:"
            )
    elif view.job and view.is_under_way:
        st.fragment(_follow, run_every=_poll_seconds(view.job.recipe))(view, view.job)
    else:
        _show_end(view)


def _poll_seconds(recipe: Recipe) -> float:
    return LONG_POLL_SECONDS if recipe.epochs * recipe.images > LONG else POLL_SECONDS


def _follow(view: RunInView, job: TrainingJob) -> None:
    if view.owner_id:
        job.see()
    progress = job.progress
    if progress.is_over:
        st.rerun()
    with st.container(key="progress"):
        st.progress(progress.batches_done / job.batches, text=_status(job, progress, is_own=bool(view.owner_id)))
    _show_recipe(job.recipe, job.architecture)
    if view.owner_id:
        # The stops have a row of their own in it: one of them comes with the run's turn, and moves nothing else.
        with st.container(horizontal=True, gap="small"):
            with st.container(horizontal=True, gap="small", width="content"):
                _show_stops(job, progress)
            _show_share(view)
    else:
        st.caption("You are watching this run; its owner alone can stop it.")
    show_moment(job.recipe, progress, "job")


def _show_recipe(recipe: Recipe, architecture: Architecture) -> None:
    """What is trained; the network as well, where it is not the notebook's."""
    st.caption(recipe_line(recipe))
    if architecture != Architecture():
        st.caption(in_words(architecture))


def _show_stops(job: TrainingJob, progress: Progress) -> None:
    is_waiting = progress.state is State.WAITING
    st.button(
        "Leave the queue" if is_waiting else "Stop and keep",
        icon=":material/logout:" if is_waiting else ":material/stop:",
        key="stop",
        on_click=training_queue.stop,
        args=(job,),
        disabled=progress.state in (State.STOPPING, State.SAVING),
    )
    if is_waiting:
        return
    st.button(
        "Stop",
        icon=":material/close:",
        key="discard",
        help="Nothing of the run is kept.",
        on_click=training_queue.stop,
        args=(job,),
        kwargs={"keep": False},
        disabled=progress.state is State.SAVING,
    )


def _show_end(view: RunInView) -> None:
    progress = view.job.progress if view.job else Progress(state=State.FINISHED, run=view.run)
    with st.container(key="progress"):
        match progress.state:
            case State.FAILED:
                st.error(progress.sentence, icon=":material/error:")
            case State.CANCELLED:
                sentence = progress.sentence or (
                    "The run was stopped, and nothing of it is kept."
                    if progress.batches_done
                    else "The run was stopped before it learned anything."
                )
                st.info(sentence, icon=":material/stop_circle:")
            case _ if view.run:
                if progress.sentence:
                    st.caption(progress.sentence)
                show_result(view.run)
                _show_actions(view, view.run)
    if view.run:
        _show_recipe(view.run.record.recipe, view.run.record.architecture)
        show_difference(view.run)
        show_run(view.run)
        show_take_home(view.run)
    elif view.job:
        _show_recipe(view.job.recipe, view.job.architecture)
        show_moment(view.job.recipe, progress, "job")


def _show_actions(view: RunInView, run: Run) -> None:
    # Places of their own for what comes and goes, so that the others stay where they are.
    answers = st.container()
    with st.container(horizontal=True, gap="small"):
        use = st.container(width="content")
        if st.session_state.get(session.MODEL) == view.id:
            answers.success("This model now answers on the other pages, for you alone.", icon=":material/check:")
        else:
            use.button(
                "Use this model",
                type="primary",
                icon=":material/draw:",
                key="use",
                on_click=session.use_model,
                args=(view.id,),
            )
        show_pin(run)
        if view.owner_id:
            _show_share(view)
            with st.popover("Delete", icon=":material/delete:", key="delete_fold"):
                st.markdown("The run, its model and its curves are gone then, for all who watch it.")
                st.button("Delete this run", key="delete", on_click=_delete, args=(view.owner_id,))


def show_pin(run: Run) -> None:
    """Lets the runs that follow be compared with this one, or no longer."""
    pinned = st.session_state.get(session.PIN) == run.folder.name
    st.button(
        "Unpin" if pinned else "Pin",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        key="pin_run",
        help="The next run's curves are drawn over this one's.",
        on_click=session.pin,
        args=("" if pinned else run.folder.name,),
    )


def _show_share(view: RunInView) -> None:
    # By its key the browser knows it again, and leaves it open while the run has its turn and goes on.
    with st.popover("Share", icon=":material/share:", key="share"):
        st.markdown("Whoever has this link can watch the run and use its model, but not stop or delete it.")
        st.code(session.address({session.RUN: view.id}), language=None, wrap_lines=True)


def _delete(owner_id: str) -> None:
    training_queue.delete(owner_id)
    session.forget(watch_id(owner_id))


def _status(job: TrainingJob, progress: Progress, *, is_own: bool) -> str:
    match progress.state:
        case State.WAITING:
            return place_in_queue(training_queue.runs_before(job), training_queue.seconds_before(job), is_own=is_own)
        case State.STARTING:
            return "Starting: the training process gets ready, a few seconds the first time."
        case State.STOPPING:
            return "Stopped. Keeping what was learned …"
        case State.SAVING:
            return "Testing and saving the model …" if job.network else "Trained. Saving the model …"
        case _:
            return status_of(job.recipe, progress)
