"""What the chapters on convolution have in common: their networks and digits, and the word on what stands in."""

from dataclasses import dataclass

import streamlit as st

from model.data import Mnist, load_mnist
from model.lesson import LessonNetwork, load_lesson_network
from model.plan import LayerSummary
from model.reading import Classifier
from pages.parts.models import bundled_model, classifier_of, model_in_use
from pages.parts.picture_at_hand import Picture


@dataclass(frozen=True, eq=False)
class Convnet:
    """A network with convolutions: the one in use, or the bundled one where that has none.

    Attributes:
        is_borrowed: it is not the one in use.
        name: as part of a sentence.
        folder: tells one network from another.
        lines: its layers, the input first.
    """

    is_borrowed: bool
    name: str
    folder: str
    lines: tuple[LayerSummary, ...]
    classifier: Classifier

    @property
    def convolutions(self) -> list[int]:
        """The indices of its convolutions among its layers."""
        return [index for index, line in enumerate(self.lines) if line.kind == "Conv2D"]


def convnet() -> Convnet:
    """The network whose filters are shown.

    Raises:
        UnusableFile: its files are missing or damaged.
    """
    used = model_in_use()
    has_none = not any(line.kind == "Conv2D" for line in used.run.record.architecture.summary)
    model = bundled_model() if has_none else used
    return Convnet(
        is_borrowed=has_none,
        name=model.name,
        folder=str(model.run.folder),
        lines=model.run.record.architecture.summary,
        classifier=classifier_of(model.run),
    )


def say_what_stands_in(picture: Picture | None = None, convnet: Convnet | None = None) -> None:
    """A line on the picture and the filters that a chapter shows, where they are not the visitor's own."""
    sentences = []
    if picture and picture.label is not None:
        sentences.append(f"Nothing is drawn yet, so a test digit stands in, a {picture.label}.")
    if convnet and convnet.is_borrowed:
        sentences.append("The model in use has no convolutions, so the bundled one lends its filters.")
    if sentences:
        with st.container(key="stand_in"):
            st.caption(" ".join(sentences))


def choose_filter(label: str, filters: int, default: int, key: str) -> int:
    """A filter of a layer by its number; where there is but one, there is nothing to choose."""
    if filters == 1:
        return 0
    # A layer with fewer filters has a widget of its own, as the other one's choice may not be among them.
    return st.select_slider(
        label, range(filters), value=default, key=f"{key}_of_{filters}", persist_state="session", width=280
    )


@st.cache_resource(show_spinner=False)
def mnist() -> Mnist:
    """The digits, shared by everybody.

    Raises:
        UnusableFile: they are missing or damaged.
    """
    return load_mnist()


@st.cache_resource(show_spinner=False)
def lesson_network(name: str) -> LessonNetwork:
    """One of the lesson's two networks, shared by everybody.

    Raises:
        UnusableFile: its files are missing or damaged.
    """
    return load_lesson_network(name)
