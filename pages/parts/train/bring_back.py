"""A network that was taken home, brought back: its weights become a run of this visitor."""

import streamlit as st

from model.queue import NotStarted, training_queue
from model.run.weights_file import MAXIMUM_MEGABYTES, SavedNetwork, UnusableWeights
from pages.parts import session

_UPLOADS = "uploads"
_REFUSED = "upload_refused"


def show_bring_back() -> None:
    """The place for a file of weights, and the sentence why the last one was not taken."""
    uploads = st.session_state.setdefault(_UPLOADS, 0)
    fold = st.expander("Bring a model back", icon=":material/upload:", key="bring_back_fold")
    with fold, st.container(key="bring_back"):
        st.markdown(
            "The weights that you took home, as they are or changed with NumPy, become a run of yours again. "
            "Their test is taken here anew."
        )
        file = st.file_uploader(
            f"Weights, an .npz file of at most {MAXIMUM_MEGABYTES} MB",
            type="npz",
            max_upload_size=MAXIMUM_MEGABYTES,
            key=f"upload_{uploads}",
        )
        if file is not None:
            _take(file.getvalue())
        if refused := st.session_state.get(_REFUSED):
            st.error(refused, icon=":material/error:")


def _take(content: bytes) -> None:
    # Under its next key the place for a file is empty: the server need not hold what has been read or refused.
    st.session_state[_UPLOADS] += 1
    st.session_state[_REFUSED] = ""
    try:
        job = training_queue.bring_back(SavedNetwork.unpack(content), session.visitor())
    except (UnusableWeights, NotStarted) as error:
        st.session_state[_REFUSED] = str(error)
    else:
        session.watch(job.owner_id)
    st.rerun()
