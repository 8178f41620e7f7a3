"""The Layers page: a row for each layer of the network with its arithmetic and its maps, and a designer of others."""

from pages.parts.layers.designer import begin_designing, design_network, wants_to_design
from pages.parts.layers.inside import look_inside
from pages.parts.layers.rows import has_guessed_the_work, show_network, show_rows

__all__ = [
    "begin_designing",
    "design_network",
    "has_guessed_the_work",
    "look_inside",
    "show_network",
    "show_rows",
    "wants_to_design",
]
