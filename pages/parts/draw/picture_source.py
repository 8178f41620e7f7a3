"""A picture, from a file or from the camera: the digit in it, kept for the session and nowhere else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from model.ink.photo import Photo, read_photo
from model.ink.picture_file import MAXIMUM_BYTES, TOO_LARGE, UnusablePicture
from model.ink.preparation import whiteness
from pages.parts.draw.drawn import Drawn
from pages.parts.pictures import data_uri

_PHOTO = "photo"
_FILE = "picture_file"
_CAMERA = "camera"
_SMALLER = "smaller_picture"

HINT = "Choose a picture of one digit, or take a photo of it. The answer appears when it is here."


@dataclass(frozen=True)
class _Taken:
    """A photo, and the data URI that shows it: packed once, as that takes longer than an answer."""

    photo: Photo
    uri: str


class _File(Protocol):
    def getvalue(self) -> bytes: ...


_smaller = st.components.v2.component("smaller_picture", js=Path(__file__).with_name("smaller_picture.js").read_text())


def digit_in_picture() -> Drawn:
    """The digit in the picture that was chosen or taken last.

    Raises:
        UnusablePicture: no digit can be read from it.
    """
    place = st.empty()
    _smaller(key=_SMALLER, data={"largest": MAXIMUM_BYTES}, on_refused_change=_refuse)
    # It takes a file of any type, and the script names those that it asks for: what is no picture gets a sentence here.
    st.file_uploader(
        "A picture of one digit",
        key=_FILE,
        on_change=_read,
        args=(_FILE,),
        max_upload_size=MAXIMUM_BYTES // 1_000_000,
    )
    if st.toggle("Use the camera", key="use_camera"):
        st.camera_input("Take a photo of one digit", key=_CAMERA, on_change=_read, args=(_CAMERA,))
        # It offers the one at the back to phones alone.
        st.caption("On a tablet, Upload opens the camera at the back.")
    st.caption(
        "Dark on light or light on dark, in any form that a phone takes: JPEG, HEIC, PNG, WebP and others. "
        "It is made smaller before it is sent, read in memory, and never stored."
    )
    taken: _Taken | str | None = st.session_state.get(_PHOTO)
    if taken is None:
        return Drawn(None, HINT)
    if isinstance(taken, str):
        raise UnusablePicture(taken)
    height, width = taken.photo.steps[0].picture.shape
    place.html(f'<img class="source-photo" src="{taken.uri}" alt="Your picture in grey, {width} by {height} pixels">')
    return Drawn(whiteness(taken.photo.drawing), HINT, before=taken.photo.steps)


def _refuse() -> None:
    """The browser could not make the file smaller, and keeps it."""
    st.session_state[_PHOTO] = TOO_LARGE


def _read(key: str) -> None:
    """Read what came, once; the digit, or the sentence why there is none, stays until another picture comes."""
    file: _File | DeletedFile | None = st.session_state.get(key)
    if file is None:
        st.session_state[_PHOTO] = None
        return
    if isinstance(file, DeletedFile):
        st.session_state[_PHOTO] = "The server holds too many files just now; try again in a minute."
        return
    try:
        photo = read_photo(file.getvalue())
        uri = data_uri((photo.steps[0].picture / 255).astype(np.float32))
        st.session_state[_PHOTO] = _Taken(photo, uri)
    except UnusablePicture as error:
        st.session_state[_PHOTO] = str(error)
