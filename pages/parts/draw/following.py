"""What else runs when a drawing comes, besides the fragment of its answer: only what changes with it."""

from contextlib import suppress

from model.errors import UnusableFile
from pages.parts import session
from pages.parts.draw import reading
from pages.parts.draw.drawn import Drawn
from pages.parts.draw.judgement import says_something_else


def follow(drawn: Drawn) -> None:
    """As the callback of a drawing that has come: read it, and run what follows it and would not stay as it is."""
    if session.is_leaving():
        return
    others = [reading.BELOW] if reading.is_unfolded() else []
    with suppress(UnusableFile):  # the answer's fragment says so
        read = reading.read(drawn)
        if read and says_something_else(read):
            others.append(reading.JUDGEMENT)
    if others:
        reading.run(reading.ANSWER, *others)
