"""pages.parts.train.run_status: where a run stands, in words."""

from dataclasses import replace

import pytest

from model.plan import FAST, Recipe
from model.queue import Progress
from pages.parts.train.run_status import duration, place_in_queue, recipe_line, status_of

RECIPE = Recipe(images=640, batch_size=64, epochs=2)  # ten batches an epoch


@pytest.mark.parametrize(
    ("batches", "pace", "text"),
    [
        (0, 0.0, "Epoch 1 of 2 · batch 0 of 10"),
        (1, 128.0, "Epoch 1 of 2 · batch 1 of 10 · 128 images a second · about 13 s left"),
        (10, 128.0, "Epoch 1 of 2 · batch 10 of 10 · 128 images a second · about 8 s left"),
        (11, 3.2, "Epoch 2 of 2 · batch 1 of 10 · 3 images a second · about 3 min left"),
        (20, 1280.0, "Epoch 2 of 2 · batch 10 of 10 · 1,280 images a second"),
    ],
)
def test_a_run_from_its_first_batch_to_its_last(batches: int, pace: float, text: str) -> None:
    """Both epochs' tests, of which none has been taken yet, belong to the time left."""
    progress = Progress(batches_done=batches, images_per_second=pace, seconds_per_test=1.6)
    assert status_of(RECIPE, progress) == text


def test_long_times_are_told_in_minutes() -> None:
    assert [duration(seconds) for seconds in (0.4, 40, 99.4, 99.6, 3600)] == ["0 s", "40 s", "99 s", "2 min", "60 min"]


def test_a_place_in_the_queue_for_owner_and_watcher() -> None:
    assert place_in_queue(2, 40, is_own=True) == "Waiting: 2 runs before yours, about 40 s."
    assert place_in_queue(1, 240, is_own=False) == "Waiting: 1 run before this one, about 4 min."
    assert place_in_queue(0, 0, is_own=True) == "Waiting: the next turn."


def test_a_recipe_in_a_line() -> None:
    line = recipe_line(replace(FAST, learning_rate=0.01, augmentation=True))
    assert line == (
        "Adam · learning rate 0.01, one-cycle · batches of 128 · 1 epoch over 60,000 images · random changes · "
        "half precision · seed 1"
    )
    assert recipe_line(FAST).startswith("Fast: Adam · ")
