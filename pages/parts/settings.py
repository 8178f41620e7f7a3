"""The settings of a run: a preset, and what may be changed of it."""

import streamlit as st

from model import recipe
from model.recipe import PRESETS, Recipe

_PRESET = "preset"

_BATCH_SIZES = [16, 32, 64, 128, 256, 512, 1024]

_DESCRIPTIONS = {
    "Notebook": "The notebook's own recipe: RMSprop, batches of 64, five epochs over all 60,000 images.",
    "Fast": "One epoch with Adam and a learning rate that rises and falls: about 99 % in a fraction of the time.",
}


def choose_recipe() -> Recipe | None:
    """A preset and its settings, as widgets; None, and a sentence on the page, when a setting is out of its limits."""
    name = st.segmented_control(
        "Recipe",
        list(PRESETS),
        default="Notebook",
        key=_PRESET,
        required=True,
        persist_state="session",
    )
    preset = PRESETS[name]
    st.caption(_DESCRIPTIONS[name])
    with st.expander("Settings", icon=":material/tune:"):
        try:
            chosen = _settings(name, preset)
        except ValueError as error:
            # No widget lets it happen, but any client can send a value in a widget's name.
            st.error(str(error), icon=":material/error:")
            return None
    if chosen != preset:
        st.caption(f"Changed from the preset {name}.")
    return chosen


def _settings(name: str, preset: Recipe) -> Recipe:
    """What the widgets say; what they cannot express comes from the preset.

    Each preset has widgets of its own: a click on Start right after one on a preset would otherwise bring along what
    the browser still shows of the other one.
    """
    left, right = st.columns(2)
    with left:
        epochs = st.number_input(
            "Epochs",
            *recipe.EPOCHS,
            value=preset.epochs,
            key=f"epochs_{name}",
            help="How often the network sees every training image.",
            persist_state="session",
        )
        images = st.number_input(
            "Training images",
            *recipe.TRAINING_IMAGES,
            value=preset.images,
            step=500,
            key=f"images_{name}",
            help="How many of MNIST's 60,000 it learns from; fewer go faster and teach less.",
            persist_state="session",
        )
    with right:
        batch_size = st.select_slider(
            "Batch size",
            _BATCH_SIZES,
            value=preset.batch_size,
            key=f"batch_size_{name}",
            help="Images between two updates of the weights; large ones are faster, small ones learn more of an image.",
            persist_state="session",
        )
        learning_rate = st.number_input(
            "Learning rate",
            *recipe.LEARNING_RATES,
            value=preset.learning_rate,
            step=0.0005,
            format="%.5f",
            key=f"learning_rate_{name}",
            help="How far each update moves the weights; too far, and the training diverges.",
            persist_state="session",
        )
    return Recipe(
        optimizer=preset.optimizer,
        schedule=preset.schedule,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        images=images,
        seed=preset.seed,
    )
