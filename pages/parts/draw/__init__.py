"""The Draw page: the ways to bring a digit, its answer judged, and the network opened up below it."""

from pages.parts.draw.drawn import Drawn
from pages.parts.draw.handwriting import show_handwriting
from pages.parts.draw.judgement import show_judgement
from pages.parts.draw.offer import show_offer
from pages.parts.draw.opened_up import show_opened_up
from pages.parts.draw.reader import read_in_page
from pages.parts.draw.sources import Source, choose_source, open_example, way_in
from pages.parts.draw.time_machine import show_time_machine

__all__ = [
    "Drawn",
    "Source",
    "choose_source",
    "open_example",
    "read_in_page",
    "show_handwriting",
    "show_judgement",
    "show_offer",
    "show_opened_up",
    "show_time_machine",
    "way_in",
]
