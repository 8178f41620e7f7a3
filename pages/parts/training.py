"""A run on the Train page: its start, its progress, its end."""

import streamlit as st

from model.architecture import Architecture
from model.curve import curve_of
from model.jobs import QueueFull, State, TrainingJob, training_queue
from model.recipe import Recipe
from model.run import Run
from pages.parts import session
from pages.parts.charts import show_curves
from pages.parts.take_home import show_take_home

POLL_SECONDS = 0.5


def current_job() -> TrainingJob | None:
    """The job that this session started or was led to; None where there is none, or the server has forgotten it."""
    return training_queue.find(st.session_state.get(session.RUN, ""))


def show_start(recipe: Recipe, architecture: Architecture) -> None:
    """The button that starts a run, or the sentence why none can start now."""
    if st.button("Start", type="primary", icon=":material/play_arrow:", key="start"):
        try:
            job = training_queue.start(recipe, architecture)
        except QueueFull as error:
            st.warning(str(error), icon=":material/hourglass_top:")
            return
        st.session_state[session.RUN] = job.id
        session.write_link()
        st.rerun()


def show_job(job: TrainingJob) -> None:
    """The run as it goes, in a fragment of its own that runs itself again until the run is over."""
    if job.progress.is_over:
        _show_progress(job)
    else:
        st.fragment(_follow, run_every=POLL_SECONDS)(job)


def show_finished_run() -> None:
    """The run that the link names, where it ended before the server was started anew, or a word that it is gone."""
    run_id = st.session_state.get(session.RUN, "")
    if not run_id:
        return
    run = training_queue.store.find(run_id)
    if run is None:
        st.info("The run that this link names is no longer here; press Start for a new one.", icon=":material/info:")
        return
    with st.container(key="progress"):
        _show_result(run)
    record = run.record
    if not record.batch_losses:
        return
    with st.container(key="curves"):
        curve = curve_of(record.batch_losses, record.batch_accuracies, record.recipe.batches)
        show_curves(curve, record.epochs, record.recipe.epochs)


def _follow(job: TrainingJob) -> None:
    if job.progress.is_over:
        st.rerun()
    _show_progress(job)


def _show_progress(job: TrainingJob) -> None:
    progress = job.progress
    with st.container(key="progress"):
        match progress.state:
            case State.FAILED:
                st.error(progress.sentence, icon=":material/error:")
            case State.CANCELLED:
                st.info("The run was stopped before it learned anything.", icon=":material/stop_circle:")
            case State.FINISHED if progress.run:
                _show_result(progress.run)
            case _:
                share = progress.batches_done / job.batches
                st.progress(share, text=_status(job))
    if not progress.is_over:
        st.button(
            "Stop",
            icon=":material/stop:",
            key="stop",
            on_click=training_queue.stop,
            args=(job,),
            disabled=progress.state in (State.STOPPING, State.SAVING),
        )
    if progress.curve:
        with st.container(key="curves"):
            show_curves(progress.curve, progress.epochs, job.recipe.epochs)


def _status(job: TrainingJob) -> str:
    match job.progress.state:
        case State.WAITING:
            before = training_queue.runs_before(job)
            return f"Waiting: {before} {'run' if before == 1 else 'runs'} before yours."
        case State.STARTING:
            return "Starting: the training process gets ready, a few seconds the first time."
        case State.STOPPING:
            return "Stopped. Keeping what was learned …"
        case State.SAVING:
            return "Trained. Saving the model …"
        case _:
            return _pace(job)


def _pace(job: TrainingJob) -> str:
    recipe = job.recipe
    done = max(job.progress.batches_done - 1, 0)
    epoch, batch = divmod(done, recipe.batches)
    left = f"about {job.seconds_left:.0f} s left" if job.seconds_left is not None else ""
    return (
        f"Epoch {epoch + 1} of {recipe.epochs} · batch {batch + 1:,} of {recipe.batches:,} · "
        f"{job.images_per_second:,.0f} images a second · {left}"
    )


def _show_result(run: Run) -> None:
    record = run.record
    if record.is_no_better_than_chance:
        st.warning(
            "It learned nothing: the loss ended where guessing would. Try a learning rate a tenth as large.",
            icon=":material/trending_flat:",
        )
    if record.stopped:
        st.markdown("**Stopped early.** What was learned until then is kept.")
    st.markdown(f"Test loss: **{record.test.loss:.3f}** · Test accuracy: **{record.test.accuracy:.3f}**")
    right = round(record.test.accuracy * 10_000)
    st.markdown(
        f"The network reads {right:,} of the 10,000 test images right, none of which it was trained on. "
        + ("It was brought back from a file." if record.brought_back else f"The training took {record.seconds:.1f} s.")
    )
    if st.session_state.get(session.MODEL) == run.folder.name:
        st.success("This model now answers on Draw and Layers, for you alone.", icon=":material/check:")
    else:
        st.button(
            "Use this model",
            type="primary",
            icon=":material/draw:",
            key="use",
            on_click=session.use_model,
            args=(run.folder.name,),
        )
    show_take_home(run, "the model you trained")
