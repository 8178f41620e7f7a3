"""What a run looks like on the page: its curves, its epochs, the network as it learns, and what came of it."""

from collections.abc import Sequence

import streamlit as st

from model.insight.comparison import differences
from model.plan import Recipe
from model.queue import Progress
from model.queue.replay import Replay
from model.run import Epoch, Run
from model.run.verdict import Outcome, outcome, sentence
from pages.parts import models
from pages.parts.charts import show_curves
from pages.parts.train.looks import choose_watched_digit, show_look

_ICONS = {
    Outcome.DIVERGED: ":material/trending_flat:",
    Outcome.OVERFITTED: ":material/call_split:",
    Outcome.STILL_LEARNING: ":material/trending_down:",
    Outcome.CONVERGED: ":material/check_circle:",
    Outcome.BROUGHT_BACK: ":material/upload:",
}


def show_moment(recipe: Recipe, progress: Progress, key: str) -> None:
    """A run as it stands: the network, the curves over those of the pinned run, and the table of epochs."""
    if progress.look:
        digit = choose_watched_digit(key)
        show_look(progress.look, digit)
    if progress.curve:
        with st.container(key="curves" if key == "job" else f"curves_{key}"):
            show_curves(progress, recipe.epochs, _pinned_moment())
    if progress.epochs:
        # Without a key, another label would fold it again.
        label = f"Epochs: {len(progress.epochs)} of {recipe.epochs}"
        with st.expander(label, icon=":material/table_rows:", key=f"epochs_{key}"):
            st.html(_table(progress.epochs))


def show_run(run: Run) -> None:
    """A finished run, with the same pictures."""
    show_moment(run.record.recipe, replay_of(run).end, "job")


def show_result(run: Run) -> None:
    """Loss, accuracy, time, and one sentence on what happened."""
    record = run.record
    how = outcome(record)
    (st.warning if how is Outcome.DIVERGED else st.info)(sentence(record), icon=_ICONS[how])
    if record.stopped:
        st.markdown("**Stopped early.** What was learned until then is kept.")
    st.markdown(f"Test loss: **{record.test.loss:.3f}** · Test accuracy: **{record.test.accuracy:.3f}**")
    right = round(record.test.accuracy * 10_000)
    # What a network that was brought back has learned from, nobody here can know.
    learned = f", none of which it was trained on. The training took {record.seconds:.1f} s"
    st.markdown(f"The network reads {right:,} of the 10,000 test images right{'' if record.brought_back else learned}.")


def show_difference(run: Run) -> None:
    """A table of what differs between this run and the pinned one, in settings and in result."""
    pinned = models.pinned_run()
    if pinned is None or pinned.folder == run.folder:
        return
    here, there = run.record, pinned.record
    rows = [(row.name, row.first, row.second) for row in differences(there, here)]
    rows += [
        ("Test loss", f"{there.test.loss:.3f}", f"{here.test.loss:.3f}"),
        ("Test accuracy", f"{there.test.accuracy:.4f}", f"{here.test.accuracy:.4f}"),
        ("Seconds of training", f"{there.seconds:.1f}", f"{here.seconds:.1f}"),
        ("What happened", outcome(there), outcome(here)),
    ]
    with st.container(key="difference"):
        st.html(_html_table(("", "Pinned run", "This run"), rows))


@st.cache_resource(show_spinner=False, max_entries=20, hash_funcs=models.BY_FOLDER)
def replay_of(run: Run) -> Replay:
    """The run's moments, kept while it is looked at."""
    return Replay(run)


def _pinned_moment() -> Progress | None:
    run = models.pinned_run()
    return replay_of(run).end if run else None


def _table(epochs: tuple[Epoch, ...]) -> str:
    head = ("Epoch", "Training loss", "Test loss", "Training accuracy", "Test accuracy", "Seconds")
    rows = [
        (
            str(number),
            f"{epoch.training.loss:.4f}",
            f"{epoch.test.loss:.4f}",
            f"{epoch.training.accuracy:.4f}",
            f"{epoch.test.accuracy:.4f}",
            f"{epoch.seconds:.1f}",
        )
        for number, epoch in enumerate(epochs, start=1)
    ]
    return _html_table(head, rows)


def _html_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    titles = "".join(f"<th scope='col'>{title}</th>" for title in head)
    lines = "".join(
        f"<tr><th scope='row'>{first}</th>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>" for first, *rest in rows
    )
    return (
        f"<div class='run-table-frame'><table class='run-table'><thead><tr>{titles}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
