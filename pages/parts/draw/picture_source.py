"""A picture, from a file or from the camera: the digits in it, and one of them chosen; kept for the session alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from model.errors import UnusableFile
from model.ink import CANVAS
from model.ink.photo import MOST_DIGITS, Found, Photo, read_photo
from model.ink.picture_file import MAXIMUM_BYTES, TOO_LARGE, UnusablePicture
from model.ink.preparation import prepare_ink
from model.reading import Reading
from model.words import counted
from pages.parts.answer import percent
from pages.parts.draw.drawn import Drawn
from pages.parts.models import classifier_in_use, refusal_in_use
from pages.parts.pictures import photo_uri

_PHOTO = "photo"
_FILE = "picture_file"
_CAMERA = "camera"
_SMALLER = "smaller_picture"
_CHOSEN = "chosen_mark"

HINT = "Choose a picture of digits, or take a photo of them. The answer appears when it is here."
FEW = 8  # marks, up to which there is room to say how sure the network is of each


@dataclass(frozen=True, eq=False)
class _Taken:
    """A photo, the marks in it as the network sees them, (n, 28, 28), and the data URI that shows it: packed once."""

    photo: Photo
    images: npt.NDArray[np.float32]
    uri: str


class _File(Protocol):
    def getvalue(self) -> bytes: ...


_smaller = st.components.v2.component("smaller_picture", js=Path(__file__).with_name("smaller_picture.js").read_text())


def digit_in_picture() -> Drawn:
    """The chosen digit of the picture that was chosen or taken last; at first the first one.

    Raises:
        UnusablePicture: no digit can be read from it.
        UnusableFile: the model's files are missing or damaged.
    """
    place = st.container(gap="small")
    _smaller(key=_SMALLER, data={"largest": MAXIMUM_BYTES}, on_refused_change=_refuse)
    # It takes a file of any type, and the script names those that it asks for: what is no picture gets a sentence here.
    st.file_uploader(
        "A picture of digits",
        key=_FILE,
        on_change=_read,
        args=(_FILE,),
        max_upload_size=MAXIMUM_BYTES // 1_000_000,
    )
    if st.toggle("Use the camera", key="use_camera"):
        st.camera_input("Take a photo of digits", key=_CAMERA, on_change=_read, args=(_CAMERA,))
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
    found = taken.photo.found
    readings = [Reading(each) for each in classifier_in_use().probabilities(taken.images)]
    with place:
        picture = st.empty()
        chosen = _choose(taken.photo, readings) if len(found) > 1 else 0
    picture.html(_marked(taken, readings, chosen))
    mark = found[chosen]
    return Drawn(mark.ink, HINT, before=taken.photo.steps(chosen), is_digit=mark.is_digit)


def _choose(photo: Photo, readings: Sequence[Reading]) -> int:
    """A row of what was read, in which one can be chosen."""
    found = photo.found
    first = next((number for number, mark in enumerate(found) if mark.is_digit), 0)

    def label(number: int) -> str:
        # Streamlit tells choices apart by their labels alone, and digits may be alike: what nobody sees numbers them.
        return _label(found[number], readings[number], is_short=len(found) > FEW) + "\u2060" * number

    chosen = st.pills(
        _count(photo),
        range(len(found)),
        format_func=label,
        default=None if _CHOSEN in st.session_state else first,
        required=True,
        key=_CHOSEN,
        persist_state="session",
    )
    return chosen if chosen is not None and chosen < len(found) else first


def _label(mark: Found, reading: Reading, *, is_short: bool) -> str:
    if not mark.is_digit:
        return ":gray[×]" if is_short else ":gray[no digit]"
    return str(reading.digit) if is_short else f"**{reading.digit}** :small[:gray[{percent(reading.confidence)} %]]"


def _count(photo: Photo) -> str:
    """As in "3 digits, and 1 mark that is none"."""
    digits = sum(mark.is_digit for mark in photo.found)
    if photo.left_out:
        every = MOST_DIGITS + photo.left_out
        return f"The first {MOST_DIGITS} of {every} digits; for the others, cut the picture into parts"
    others = len(photo.found) - digits
    are = "is" if others == 1 else "are"
    return counted(digits, "digit") + (f", and {counted(others, 'mark')} that {are} none" if others else "")


def _marked(taken: _Taken, readings: Sequence[Reading], chosen: int) -> str:
    """The picture with a box around each mark, and what was read above it."""
    height, width = taken.photo.picture.shape[:2]
    found = taken.photo.found
    boxes = "".join(
        _box(mark, reading, height, width, is_chosen=number == chosen and len(found) > 1)
        for number, (mark, reading) in enumerate(zip(found, readings, strict=True))
    )
    few = " few" if len(found) <= FEW else ""
    return (
        f'<div class="source-photo{few}"><img src="{taken.uri}" '
        f'alt="Your picture, {width} by {height} pixels, with a box around {counted(len(found), "mark")}">'
        f'<div aria-hidden="true">{boxes}</div></div>'
    )


def _box(mark: Found, reading: Reading, height: int, width: int, *, is_chosen: bool) -> str:
    top, left, bottom, right = mark.box
    shares = {
        "left": left / width,
        "top": top / height,
        "width": (right - left) / width,
        "height": (bottom - top) / height,
    }
    style = ";".join(f"{name}:{share:.2%}" for name, share in shares.items())
    kind = "chosen" if is_chosen else "digit" if mark.is_digit else "none"
    return f'<span class="{kind}" style="{style}"><b>{reading.digit if mark.is_digit else "×"}</b></span>'


def _refuse() -> None:
    """The browser could not make the file smaller, and keeps it."""
    st.session_state[_PHOTO] = TOO_LARGE


def _read(key: str) -> None:
    """Read what came, once; the digits, or the sentence why there is none, stay until another picture comes."""
    file: _File | DeletedFile | None = st.session_state.get(key)
    st.session_state.pop(_CHOSEN, None)
    if file is None:
        st.session_state[_PHOTO] = None
        return
    if isinstance(file, DeletedFile):
        st.session_state[_PHOTO] = "The server holds too many files just now; try again in a minute."
        return
    try:
        photo = read_photo(file.getvalue(), refusal_in_use())
        images = np.stack([prepare_ink(mark.ink).image for mark in photo.found])
        st.session_state[_PHOTO] = _Taken(photo, images, photo_uri(photo.picture, 2 * CANVAS))
    except (UnusablePicture, UnusableFile) as error:
        st.session_state[_PHOTO] = str(error)
