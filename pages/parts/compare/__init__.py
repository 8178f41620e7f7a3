"""The Compare page: two runs side by side, by what they answer, what they were trained with, and their curves."""

from pages.parts.compare.curves import show_both_curves
from pages.parts.compare.drawing import show_both_answers
from pages.parts.compare.pair import choose_two, show_differences, show_disagreement, show_results

__all__ = [
    "choose_two",
    "show_both_answers",
    "show_both_curves",
    "show_differences",
    "show_disagreement",
    "show_results",
]
