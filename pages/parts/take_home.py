"""What a visitor may take home of a finished run: a row of downloads, each made when it is clicked."""

import streamlit as st

from model.run import Run
from model.take_home.files import TakeHomeFile, files_of
from pages.parts.judged_digits import judged_digits

_ICONS = {
    "report.html": ":material/description:",
    "notebook.ipynb": ":material/code_blocks:",
    "curves.png": ":material/show_chart:",
    "curves.svg": ":material/show_chart:",
    "history.csv": ":material/table:",
    "batches.csv": ":material/table:",
}
_MODEL_ICON = ":material/deployed_code:"


def show_take_home(run: Run) -> None:
    """All that can be downloaded of this run; nothing of it is made before it is asked for."""
    with st.expander("Take it home", icon=":material/download:", key="take_home_fold"), st.container(key="take_home"):
        st.markdown(
            "The **report** is one page that opens without a network. The **notebook** does this run again in plain "
            "Keras, from the images to the test. The **weights** can be brought back here, on Train."
        )
        with st.container(key="take_home_files", horizontal=True, gap="small"):
            for file in files_of(run, list(judged_digits().values())):
                _show_download(run, file)


def _show_download(run: Run, file: TakeHomeFile) -> None:
    stem, _, ending = file.name.partition(".")
    st.download_button(
        file.what,
        file.make,
        file_name=f"digits-{file.name}",
        mime=file.mime,
        key=f"take_home_{stem}_{ending}_{run.folder.name}",
        icon=_ICONS.get(file.name, _MODEL_ICON),
        on_click="ignore",
    )
