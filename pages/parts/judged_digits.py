"""A visitor's own digits that were judged on Draw, kept in the session for all pages that hand them out."""

from dataclasses import replace

import numpy as np
import streamlit as st

from model.insight.handwriting import JudgedDigit
from pages.parts import models

_JUDGED = "judged_digits"
_READ_BY = "judged_digits_read_by"

Judged = dict[str, JudgedDigit]


def judged_digits() -> Judged:
    """This session's own digits, in the order in which they were judged, by what tells one drawing from another.

    Where another model has read them, the one that now answers reads them again.

    Raises:
        UnusableFile: a file of the model is missing or damaged.
    """
    judged: Judged = st.session_state.setdefault(_JUDGED, {})
    if not judged:
        return judged
    folder = str(models.model_in_use().run.folder)
    if st.session_state.setdefault(_READ_BY, folder) != folder:
        _read_again(judged)
        st.session_state[_READ_BY] = folder
    return judged


def forget(name: str | None = None) -> None:
    """Take this one back, or all of them.

    Raises:
        UnusableFile: as above.
    """
    judged = judged_digits()
    if name is None:
        judged.clear()
    else:
        judged.pop(name, None)
    if not judged:
        st.session_state.pop(_READ_BY, None)


def _read_again(judged: Judged) -> None:
    classifier, refusal = models.classifier_in_use(), models.refusal_in_use()
    for name, digit in judged.items():
        image = digit.image.astype(np.float32) / np.float32(255)
        refused = refusal.score(image) > refusal.threshold
        judged[name] = replace(digit, answer=None if refused else classifier.read(image).digit)
