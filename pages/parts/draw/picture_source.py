"""A picture, from a file or from the camera: the digit in it, kept for the session and nowhere else."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import streamlit as st

from model.ink.photo import Photo, read_photo
from model.ink.picture_file import UnusablePicture
from model.ink.preparation import whiteness
from pages.parts.draw.drawn import Drawn
from pages.parts.pictures import data_uri

_PHOTO = "photo"
_FILE = "picture_file"
_CAMERA = "camera"

HINT = "Choose a picture of one digit, or take a photo of it. The answer appears when it is here."


@dataclass(frozen=True)
class _Taken:
    """A photo, and the data URI that shows it: packed once, as that takes longer than an answer."""

    photo: Photo
    uri: str


class _File(Protocol):
    def getvalue(self) -> bytes: ...


def digit_in_picture() -> Drawn:
    """The digit in the picture that was chosen or taken last.

    Raises:
        UnusablePicture: no digit can be read from it.
    """
    place = st.empty()
    st.file_uploader("A picture of one digit", key=_FILE, on_change=_read, args=(_FILE,), max_upload_size=5)
    if st.toggle("Use the camera", key="use_camera"):
        st.camera_input("Take a photo of one digit", key=_CAMERA, on_change=_read, args=(_CAMERA,))
    st.caption("Dark on light or light on dark; JPEG, PNG or WebP up to 5 MB. It is read in memory and never stored.")
    taken: _Taken | str | None = st.session_state.get(_PHOTO)
    if taken is None:
        return Drawn(None, HINT)
    if isinstance(taken, str):
        raise UnusablePicture(taken)
    height, width = taken.photo.steps[0].picture.shape
    place.html(f'<img class="source-photo" src="{taken.uri}" alt="Your picture in grey, {width} by {height} pixels">')
    return Drawn(whiteness(taken.photo.drawing), HINT, before=taken.photo.steps)


def _read(key: str) -> None:
    """Read what came, once; the digit, or the sentence why there is none, stays until another picture comes."""
    file: _File | None = st.session_state.get(key)
    if file is None:
        st.session_state[_PHOTO] = None
        return
    try:
        photo = read_photo(file.getvalue())
        uri = data_uri((photo.steps[0].picture / 255).astype(np.float32))
        st.session_state[_PHOTO] = _Taken(photo, uri)
    except UnusablePicture as error:
        st.session_state[_PHOTO] = str(error)
