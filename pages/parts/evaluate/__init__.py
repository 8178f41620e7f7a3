"""The Evaluate page: the test of the model in use, its mistakes, how sure it is, and how much it can bear."""

from pages.parts.evaluate.confusion import show_confusion
from pages.parts.evaluate.mistakes import show_mistakes
from pages.parts.evaluate.reliability import show_reliability
from pages.parts.evaluate.results import evaluation_in_use, show_by_digit, show_result
from pages.parts.evaluate.robustness import show_robustness

__all__ = [
    "evaluation_in_use",
    "show_by_digit",
    "show_confusion",
    "show_mistakes",
    "show_reliability",
    "show_result",
    "show_robustness",
]
