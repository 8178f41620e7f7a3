"""The designer: a network of one's own, whose shapes and counts follow every change at once."""

from typing import get_args

import streamlit as st

from model.plan import Architecture, ImpossibleNetwork
from model.plan.architecture import FILTERS, UNITS, Padding
from model.plan.design import BLOCKS, HIDDEN_LAYERS, KERNEL_SIZES, NOTEBOOK, Block, Design
from pages.parts.design import current_design, keep_design, train_own_design
from pages.parts.prediction import predicted
from pages.parts.session import link

_VISIT = "designer_visit"
_BEGUN_WITH = "designer_begun_with"

_VIEWS = ("The network in use", "Design your own")
_KINDS = ("Convolutions first", "Dense only")
_FILTERS = (32, 64, 128, 128, 128)  # of a new block
_UNITS = 64  # of a new dense layer


def wants_to_design() -> bool:
    """Which of two networks the page shows: the one that answers, or the visitor's design, which a link may bring."""
    begin_with = _VIEWS[current_design() != NOTEBOOK]
    view = st.segmented_control(
        "Network",
        _VIEWS,
        default=begin_with,
        key="layers_view",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return view == _VIEWS[1]


def begin_designing() -> None:
    """Let the widgets start anew from the design that is kept: on arrival, and when it changes but by them."""
    st.session_state[_VISIT] = st.session_state.get(_VISIT, 0) + 1
    st.session_state[_BEGUN_WITH] = current_design()


def design_network() -> Architecture | None:
    """The designer's widgets; None, with the reason on the page, where their network is impossible."""
    if not _has_guessed_a_size():
        return None
    with st.container(key="designer"):
        try:
            design = _chosen(st.session_state[_BEGUN_WITH])
        except ValueError as error:
            # No widget lets it happen, but any client can send a value in a widget's name.
            st.error(str(error), icon=":material/error:")
            return None
        if design != current_design():
            keep_design(design)
        return _judged(design)


def _has_guessed_a_size() -> bool:
    after = Design((Block(32, 5),)).architecture().shapes[1]
    return predicted(
        "larger_kernel",
        "The notebook's first kernel is 3×3 and makes 26×26 of 28×28 pixels. How large would the map be with 5×5?",
        ("27×27", "26×26", "24×24", "23×23"),
        f"{after[0]}×{after[1]}",
        "A window of five fits in four places fewer than there are pixels: (28 &minus; 5) + 1 = 24.",
    )


def _chosen(begun_with: Design) -> Design:
    """What the widgets say; those that were hidden for a while are as they were before."""
    kind = st.segmented_control(
        "Kind of network",
        _KINDS,
        default=_KINDS[not begun_with.blocks],
        key=_key("kind"),
        required=True,
        persist_state="page",
    )
    blocks: tuple[Block, ...] = ()
    padding: Padding = "valid"
    # One place for however many there are: where a field moves up, the browser makes it anew, without what is typed.
    with st.container(key="convolutions"):
        if kind == _KINDS[0]:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                number = _number("Blocks", (1, BLOCKS[1]), len(begun_with.blocks) or len(NOTEBOOK.blocks), "blocks")
                padding = st.segmented_control(
                    "Padding",
                    get_args(Padding),
                    default=begun_with.padding,
                    key=_key("padding"),
                    required=True,
                    persist_state="page",
                    help="Valid: windows stay inside the map, which shrinks. Same: zeros around it keep its size.",
                )
            blocks = tuple(_block(index, begun_with) for index in range(number))
    return Design(blocks, padding, _hidden(begun_with.hidden))


def _block(index: int, begun_with: Design) -> Block:
    blocks = begun_with.blocks or NOTEBOOK.blocks
    before = blocks[index] if index < len(blocks) else Block(_FILTERS[index])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return Block(
            _number(f"Block {index + 1}: filters", FILTERS, before.filters, f"filters_{index}", step=4),
            _number("Kernel size", KERNEL_SIZES, before.kernel_size, f"kernel_size_{index}"),
            is_pooled=st.toggle(
                "Max-pooling", value=before.is_pooled, key=_key(f"pooling_{index}"), persist_state="page"
            ),
        )


def _hidden(before: tuple[int, ...]) -> tuple[int, ...]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = _number("Hidden dense layers", HIDDEN_LAYERS, len(before), "hidden")
        return tuple(
            _number(
                f"Layer {index + 1}: units",
                UNITS,
                before[index] if index < len(before) else _UNITS,
                f"units_{index}",
                step=4,
            )
            for index in range(number)
        )


def _number(label: str, limits: tuple[int, int], begin_with: int, name: str, step: int = 1) -> int:
    return st.number_input(label, *limits, value=begin_with, step=step, key=_key(name), width=140, persist_state="page")


def _judged(design: Design) -> Architecture | None:
    architecture = None
    try:
        architecture = design.architecture()
        st.markdown(_compared(architecture))
    except ImpossibleNetwork as error:
        st.warning(str(error), icon=":material/block:")
    with st.container(horizontal=True):
        if st.button(
            "Train this",
            type="primary",
            icon=":material/model_training:",
            key="train_this",
            disabled=architecture is None,
        ):
            train_own_design()
            st.switch_page("pages/train.py", query_params=link())
        st.button("The notebook's network", key="notebooks_network", on_click=_reset, disabled=design == NOTEBOOK)
    return architecture


def _compared(architecture: Architecture) -> str:
    notebook = NOTEBOOK.architecture()
    if architecture == notebook:
        return (
            f"The notebook's network: **{notebook.parameters:,} parameters**, {notebook.multiply_adds:,} multiply-adds."
        )
    parameters = architecture.parameters / notebook.parameters
    work = architecture.multiply_adds / notebook.multiply_adds
    return (
        f"**{architecture.parameters:,} parameters**, {parameters:.2f} times the notebook's, and "
        f"**{architecture.multiply_adds:,} multiply-adds** for each image, {work:.2f} times."
    )


def _reset() -> None:
    keep_design(NOTEBOOK)
    begin_designing()


def _key(name: str) -> str:
    """A widget's key; another one on every visit, so that it starts from the design and not from what it once said."""
    return f"design_{name}_{st.session_state[_VISIT]}"
