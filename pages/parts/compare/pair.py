"""Two runs side by side: which, in what they differ, how their tests came out, and where only one is right."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from model.insight.comparison import Disagreement, differences
from model.run import Run
from pages.parts import models
from pages.parts.digit_tiles import show_tiles
from pages.parts.errors import explained
from pages.parts.test_digits import evaluation_of

_FIRST, _SECOND = "compare_first", "compare_second"


@dataclass(frozen=True)
class Named:
    """A run and what it is called here."""

    name: str
    run: Run

    @property
    def in_a_sentence(self) -> str:
        """The name where it does not begin a sentence."""
        return self.name[0].lower() + self.name[1:]


Pair = tuple[Named, Named]


def choose_two() -> Pair | None:
    """Two runs of those that this visitor can reach; None, and what to do, where the same is chosen twice."""
    runs = {named.name: named for named in _within_reach()}
    names = list(runs)
    with st.container(horizontal=True, key="compare_choice"):
        first, second = (
            st.selectbox(label, names, index=place, key=key, persist_state="session")
            for place, (label, key) in enumerate((("One", _FIRST), ("The other", _SECOND)))
        )
    # Any client can send any name, and the model in use may have changed since one was chosen.
    one, other = runs.get(first, runs[names[0]]), runs.get(second, runs[names[1]])
    if one is other:
        st.info("These are the same run; choose two.", icon=":material/compare_arrows:")
        return None
    return one, other


def _within_reach() -> list[Named]:
    """The model in use, the pinned run, the one on Train, and the two that come with the app; each once."""
    in_use = models.model_in_use()
    found = [
        ("The model in use", None if in_use.is_bundled else in_use.run),
        ("The pinned run", models.pinned_run()),
        ("The run on Train", models.watched_run()),
        ("The bundled model", models.bundled_run()),
        ("The recorded run", models.recorded_run()),
    ]
    by_folder: dict[str, Named] = {}
    for name, run in found:
        if run:
            by_folder.setdefault(str(run.folder), Named(name, run))
    return list(by_folder.values())


def show_differences(pair: Pair) -> None:
    """The settings in which they differ, as a table."""
    st.header("Settings that differ")
    rows = differences(pair[0].run.record, pair[1].run.record)
    if not rows:
        st.markdown("None: recipe and network are the same.")
        return
    _table("settings_that_differ", pair, [(row.name, row.first, row.second) for row in rows])


def show_results(pair: Pair) -> None:
    """Both tests, and whether their difference could be chance."""
    st.header("On the 10,000 test digits")
    first, second = (evaluation_of(str(named.run.folder)) for named in pair)
    _table(
        "compared_results",
        pair,
        [
            ("Test accuracy", f"{first.accuracy:.4f}", f"{second.accuracy:.4f}"),
            ("Test loss", f"{first.loss:.4f}", f"{second.loss:.4f}"),
            ("Read wrong", f"{len(first.mistakes):,}", f"{len(second.mistakes):,}"),
        ],
    )
    with st.container(key="chance"):
        st.markdown(chance_sentence(Disagreement.of(first, second), pair))


def chance_sentence(found: Disagreement, pair: Pair) -> str:
    """What McNemar's test says, for somebody who has not heard of it."""
    if not found.images:
        return "Both read exactly the same digits right: there is no difference to explain."
    counts = (
        f"Only the digits that exactly one of them reads right can tell which is better. There are {found.images:,}: "
        f"{pair[0].in_a_sentence} alone reads {len(found.first_alone):,} of them, {pair[1].in_a_sentence} alone "
        f"{len(found.second_alone):,}."
    )
    verdict = (
        "so it is **hardly chance** (McNemar's test)."
        if found.is_significant
        else "so it **may well be chance** (McNemar's test)."
    )
    return (
        f"{counts} If both were equally good, each would be a toss of a coin, and a difference as large as this one or "
        f"larger would come about {_how_often(found.p_value)}; {verdict}"
    )


def _how_often(p_value: float) -> str:
    """In a hundred repetitions, or in a thousand where it is rare."""
    if p_value > 0.99:
        return "every time"
    if p_value >= 0.1:
        return f"in {p_value * 100:.0f} of 100 such tests"
    if p_value >= 0.001:
        return f"in {max(1, round(p_value * 1000))} of 1,000 such tests"
    return "in fewer than one of 1,000 such tests"


@st.fragment
def show_disagreement(pair: Pair) -> None:
    """The digits that exactly one reads right, each one click away from Draw."""
    with explained():
        _show_disagreement(pair)


def _show_disagreement(pair: Pair) -> None:
    st.header("Where only one is right")
    evaluations = [evaluation_of(str(named.run.folder)) for named in pair]
    found = Disagreement.of(*evaluations)
    one, other = (f"Only {named.in_a_sentence}" for named in pair)
    choices = {f"{one} ({len(found.first_alone):,})": 0, f"{other} ({len(found.second_alone):,})": 1}
    chosen = st.segmented_control(
        "Right is", list(choices), default=next(iter(choices)), key="only_right", required=True
    )
    right = choices.get(chosen, 0)
    images = (found.first_alone, found.second_alone)[right].tolist()
    if not images:
        st.markdown("There is none.")
        return
    st.caption(f"Large stands what the other reads, who is wrong: {pair[1 - right].in_a_sentence}.")
    show_tiles(f"only_right_{right}", evaluations[1 - right], images)


def _table(key: str, pair: Pair, rows: list[tuple[str, str, str]]) -> None:
    heads = "".join(f'<th scope="col">{escape(named.name)}</th>' for named in pair)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(first)}</td><td>{escape(second)}</td></tr>'
        for name, first, second in rows
    )
    with st.container(key=key):
        st.html(f'<table class="compared"><thead><tr><th></th>{heads}</tr></thead><tbody>{body}</tbody></table>')
