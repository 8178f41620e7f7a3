"""model.plan.design: what the designer builds, and how it travels in a link."""

import pytest

from model.plan import Architecture, Conv2D, Dense, Flatten, ImpossibleNetwork, MaxPooling2D
from model.plan.design import NOTEBOOK, Block, Design

TEXTS = {
    "c32k3p-c64k3p-c128k3-flatten": NOTEBOOK,
    "flatten": Design(()),
    "flatten-d128-d64": Design((), hidden=(128, 64)),
    "same-c8k5-c1k7p-flatten-d20": Design((Block(8, 5, is_pooled=False), Block(1, 7)), "same", (20,)),
}


def test_the_notebooks_design_is_the_notebooks_network() -> None:
    assert NOTEBOOK.architecture() == Architecture()


def test_blocks_padding_and_hidden_layers_become_layers() -> None:
    assert TEXTS["same-c8k5-c1k7p-flatten-d20"].architecture().layers == (
        Conv2D(8, 5, "same"),
        Conv2D(1, 7, "same"),
        MaxPooling2D(),
        Flatten(),
        Dense(20),
        Dense(10),
    )


def test_a_design_may_be_impossible() -> None:
    with pytest.raises(ImpossibleNetwork, match="After the third pooling 1×1 is left: a 3×3 kernel no longer fits"):
        Design((Block(8), Block(8), Block(8), Block(8))).architecture()


@pytest.mark.parametrize("text", TEXTS)
def test_text_and_back(text: str) -> None:
    assert Design.from_text(text) == TEXTS[text]
    assert TEXTS[text].text == text


def test_padding_of_nothing_is_not_told() -> None:
    assert Design((), "same").text == "flatten"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c32k3p",
        "flatten-",
        "flatten-d",
        "c32k3p-flatten-d64-d64-d64",
        "c1k1-" * 6 + "flatten",
        "c1k1-" * 1000 + "flatten",
        "c-3k3-flatten",
        "c٣k3-flatten",
        "c1000k3-flatten",
        "flatten\n",
        "<script>",
    ],
)
def test_a_text_that_describes_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"describes no network|must be between"):
        Design.from_text(text)


@pytest.mark.parametrize("text", ["c0k3-flatten", "c999k3-flatten", "c8k0-flatten", "c8k99-flatten", "flatten-d9999"])
def test_a_setting_out_of_its_limits_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="must be between"):
        Design.from_text(text)
