"""The settings of a run: a preset, and what may be changed of it; all of them travel in the link."""

from typing import Any, get_args

import streamlit as st

from model.plan import PRESETS, Recipe, recipe
from model.plan.recipe import Optimizer, Schedule
from pages.parts import session
from pages.parts.train.recipe_link import FIELDS, PRESET, from_link, slug, to_link

_PRESET = "preset"
_LINK = "recipe_link"

_BATCH_SIZES = [16, 32, 64, 128, 256, 512, 1024]

_DESCRIPTIONS = {
    "Notebook": "The notebook's own recipe: RMSprop, batches of 64, five epochs over all 60,000 images.",
    "Fast": "One epoch, with a learning rate that rises and falls: about 99 % in a fraction of the time.",
    "Thorough": "Twenty epochs over images that are changed a little each time: slower, and better.",
    "Too little data": "Fifty epochs over only 500 images: see the network learn them by heart, and overfit.",
}


def choose_recipe() -> Recipe | None:
    """A preset and its settings, as widgets; None, and a sentence on the page, when a setting is out of its limits."""
    _take_link()
    name = str(
        st.segmented_control(
            "Recipe",
            list(PRESETS),
            key=_default(_PRESET, "Notebook"),
            required=True,
            persist_state="session",
        )
    )
    preset = PRESETS[name]
    st.caption(_DESCRIPTIONS[name])
    with st.expander("Settings", icon=":material/tune:", key="settings"):
        try:
            chosen = _settings(name, preset)
        except ValueError as error:
            # No widget lets it happen, but any client can send a value in a widget's name.
            st.error(str(error), icon=":material/error:")
            return None
    changed = chosen.differences(preset)
    if changed:
        names = ", ".join(field.replace("_", " ") for field in changed)
        st.caption(f"Changed from the preset {name}: {names}.")
    _write_link(to_link(name, chosen))
    return chosen


def show_settings_link() -> None:
    """For a whole class; the address bar may name this visitor's own run as well, which is not for others."""
    design = st.session_state.get(session.DESIGN, "")
    network = {session.DESIGN: design} if design else {}
    with st.popover("Share these settings", icon=":material/link:", key="settings_link"):
        st.markdown("Whoever opens this link finds the page set up like this.")
        st.code(session.address(network | st.session_state[_LINK]), language=None, wrap_lines=True)


def _take_link() -> None:
    """Set the widgets to what the link asks for, once; what it asks for in vain is said in a sentence."""
    asked = {name: value for name, value in st.query_params.to_dict().items() if name in (PRESET, *FIELDS)}
    if not asked or asked == st.session_state.get(_LINK):
        return
    st.session_state[_LINK] = asked
    try:
        name, chosen = from_link(asked)
    except ValueError as error:
        st.warning(f"The link's settings were not taken: {error}", icon=":material/link_off:")
        return
    st.session_state[_PRESET] = name
    for field in FIELDS:
        st.session_state[_key(field, name)] = getattr(chosen, field)


def _write_link(settings: dict[str, str]) -> None:
    """Show the settings in the address bar; what else is there stays."""
    before = st.query_params.to_dict()
    now = {name: value for name, value in before.items() if name not in (PRESET, *FIELDS)} | settings
    st.session_state[_LINK] = settings
    if now != before:
        st.query_params.from_dict(now)


def _key(field: str, name: str) -> str:
    """Each preset has widgets of its own.

    A click on Start right after one on a preset would otherwise bring along what the browser still shows of the other.
    """
    return f"{field}_{name if ' ' not in name else slug(name)}"


def _settings(name: str, preset: Recipe) -> Recipe:
    """What the widgets say, each with a sentence on what it does."""
    left, right = st.columns(2, gap="medium")
    with left:
        optimizer = _choice("Optimizer", "optimizer", name, preset, get_args(Optimizer))
        st.caption("The rule that turns gradients into new weights; all but SGD fit the step to each weight.")
        learning_rate = _number("Learning rate", "learning_rate", name, preset, recipe.LEARNING_RATES, 0.0005)
        st.caption("How far each update moves the weights; too far, and the training diverges.")
        schedule = _choice("Schedule", "schedule", name, preset, get_args(Schedule))
        st.caption("One-cycle lets the learning rate rise over a fifth of the run, and then fall to zero.")
        augmentation = _switch("Random changes", "augmentation", name, preset)
        st.caption("Turns, stretches and shifts every image a little each time, so none can be learned by heart.")
        half_precision = _switch("Half precision", "half_precision", name, preset)
        st.caption("Multiplies in bfloat16 where the processor can: faster, and hardly less exact.")
    with right:
        epochs = _number("Epochs", "epochs", name, preset, recipe.EPOCHS, 1)
        st.caption("How often the network sees every training image.")
        batch_size = st.select_slider(
            "Batch size",
            _batch_sizes(_default(_key("batch_size", name), preset.batch_size)),
            key=_key("batch_size", name),
            persist_state="session",
        )
        st.caption("Images between two updates of the weights; large ones are faster, small ones learn more of each.")
        images = _number("Training images", "images", name, preset, recipe.TRAINING_IMAGES, 500)
        st.caption("How many of MNIST's 60,000 it learns from; fewer go faster and teach less.")
        seed = _number("Seed", "seed", name, preset, recipe.SEEDS, 1)
        st.caption("Where chance begins: the first weights and the order of the images. The same seed, the same run.")
    return Recipe(
        optimizer=optimizer,
        schedule=schedule,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        images=images,
        augmentation=augmentation,
        half_precision=half_precision,
        seed=seed,
    )


def _default(key: str, value: object) -> str:
    """The key, under which this value stands unless there is one; a widget may not be given both."""
    st.session_state.setdefault(key, value)
    return key


def _batch_sizes(key: str) -> list[int]:
    """The usual ones, and what a preset or a link asked for."""
    asked = st.session_state.get(key)
    return sorted({*_BATCH_SIZES, asked} if isinstance(asked, int) else _BATCH_SIZES)


def _choice(label: str, field: str, name: str, preset: Recipe, choices: tuple[Any, ...]) -> Any:
    key = _default(_key(field, name), getattr(preset, field))
    return st.selectbox(label, choices, key=key, persist_state="session")


def _switch(label: str, field: str, name: str, preset: Recipe) -> bool:
    return st.toggle(label, key=_default(_key(field, name), getattr(preset, field)), persist_state="session")


def _number(label: str, field: str, name: str, preset: Recipe, limits: tuple[Any, Any], step: float) -> Any:
    return st.number_input(
        label,
        *limits,
        step=step,
        format="%.5f" if isinstance(step, float) else None,
        key=_default(_key(field, name), getattr(preset, field)),
        persist_state="session",
    )
