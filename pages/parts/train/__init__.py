"""The Train page: settings, a run from its start to its end, a recorded one, and one that is brought back."""

from pages.parts.train.bring_back import show_bring_back
from pages.parts.train.in_view import run_in_view, show_in_view, show_start
from pages.parts.train.replay import show_recorded_run
from pages.parts.train.settings import choose_recipe

__all__ = ["choose_recipe", "run_in_view", "show_bring_back", "show_in_view", "show_recorded_run", "show_start"]
