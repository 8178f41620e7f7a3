"""The settings of a run: a preset, and what may be changed of it."""

import streamlit as st

from model import recipe
from model.recipe import PRESETS, Recipe

_PRESET = "preset"
_EPOCHS = "epochs"
_BATCH_SIZE = "batch_size"
_LEARNING_RATE = "learning_rate"
_IMAGES = "images"

_BATCH_SIZES = [16, 32, 64, 128, 256, 512, 1024]

_DESCRIPTIONS = {
    "Notebook": "The notebook's own recipe: RMSprop, batches of 64, five epochs over all 60,000 images.",
    "Fast": "One epoch with Adam and a learning rate that rises and falls: about 99 % in a fraction of the time.",
}


def choose_recipe() -> Recipe:
    """A preset and its settings, as widgets; what they cannot express comes from the preset."""
    if _EPOCHS not in st.session_state:
        _fill_in()
    name = st.segmented_control(
        "Recipe",
        list(PRESETS),
        default="Notebook",
        key=_PRESET,
        required=True,
        on_change=_fill_in,
        persist_state="session",
    )
    preset = PRESETS[name]
    st.caption(_DESCRIPTIONS[name])
    with st.expander("Settings", icon=":material/tune:"):
        chosen = _settings(preset)
    if chosen != preset:
        st.caption(f"Changed from the preset {name}.")
    return chosen


def _settings(preset: Recipe) -> Recipe:
    left, right = st.columns(2)
    with left:
        epochs = st.number_input(
            "Epochs",
            *recipe.EPOCHS,
            key=_EPOCHS,
            help="How often the network sees every training image.",
            persist_state="session",
        )
        images = st.number_input(
            "Training images",
            *recipe.TRAINING_IMAGES,
            step=500,
            key=_IMAGES,
            help="How many of MNIST's 60,000 it learns from; fewer go faster and teach less.",
            persist_state="session",
        )
    with right:
        batch_size = st.select_slider(
            "Batch size",
            _BATCH_SIZES,
            key=_BATCH_SIZE,
            help="Images between two updates of the weights; large ones are faster, small ones learn more of an image.",
            persist_state="session",
        )
        learning_rate = st.number_input(
            "Learning rate",
            *recipe.LEARNING_RATES,
            step=0.0005,
            format="%.5f",
            key=_LEARNING_RATE,
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


def _fill_in() -> None:
    """Set every widget to its value in the chosen preset."""
    preset = PRESETS[st.session_state.get(_PRESET) or "Notebook"]
    st.session_state[_EPOCHS] = preset.epochs
    st.session_state[_BATCH_SIZE] = preset.batch_size
    st.session_state[_LEARNING_RATE] = preset.learning_rate
    st.session_state[_IMAGES] = preset.images
