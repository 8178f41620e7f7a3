"""Where a run stands, in words: its recipe, its place in the queue, how far it has come and how long it will take."""

from model.insight.comparison import in_words
from model.plan import PRESETS, Recipe
from model.queue import Progress
from model.queue.job import seconds_left, seconds_of_tests_left


def status_of(recipe: Recipe, progress: Progress) -> str:
    """Epoch, batch, images a second and the time left of a run that trains."""
    epoch = max(progress.batches_done - 1, 0) // recipe.batches
    batch = progress.batches_done - epoch * recipe.batches
    parts = [f"Epoch {epoch + 1} of {recipe.epochs}", f"batch {batch:,} of {recipe.batches:,}"]
    if progress.images_per_second:
        parts.append(f"{progress.images_per_second:,.0f} images a second")
    left = seconds_left(recipe, progress)
    if left:
        parts.append(f"about {duration(left + seconds_of_tests_left(recipe, progress))} left")
    return " · ".join(parts)


def recipe_line(recipe: Recipe) -> str:
    """All settings in one line, after the name of the preset where they are one."""
    preset = next((f"{name}: " for name, preset in PRESETS.items() if preset == recipe), "")
    rate = f"learning rate {in_words(recipe.learning_rate)}, {recipe.schedule}"
    parts = [recipe.optimizer, rate, f"batches of {recipe.batch_size}"]
    parts.append(f"{recipe.epochs} {'epoch' if recipe.epochs == 1 else 'epochs'} over {recipe.images:,} images")
    parts += ["random changes"] * recipe.augmentation + ["half precision"] * recipe.half_precision
    return f"{preset}{' · '.join(parts)} · seed {recipe.seed}"


def duration(seconds: float) -> str:
    """As a clock on the wall tells it: "40 s", and from a hundred seconds on "2 min"."""
    return f"{seconds:.0f} s" if seconds < 99.5 else f"{seconds / 60:.0f} min"


def place_in_queue(runs_before: int, seconds: float, *, is_own: bool) -> str:
    """Who comes first, and about how long it takes until the turn of a run that waits."""
    if not runs_before:
        return "Waiting: the next turn."
    runs = "1 run" if runs_before == 1 else f"{runs_before} runs"
    return f"Waiting: {runs} before {'yours' if is_own else 'this one'}, about {duration(seconds)}."
