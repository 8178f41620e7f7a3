"""The optimizers and schedules of a recipe, in Keras."""

import keras
import tensorflow as tf

from model.plan import Recipe

ONE_CYCLE_RISE = 0.2  # of the run
ADAM_BETA_2 = 0.99  # forgets old gradients sooner than the usual 0.999, as a run of a few hundred batches needs
MOMENTUM = 0.9
WEIGHT_DECAY = 0.004


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A straight line up to the peak and a straight line down to zero."""

    def __init__(self, peak: float, steps: int) -> None:
        self.peak = peak
        self.steps = steps

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        done = tf.cast(step, tf.float32) / self.steps
        return self.peak * tf.minimum(done / ONE_CYCLE_RISE, (1 - done) / (1 - ONE_CYCLE_RISE))


def optimizer_for(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimizer, not yet built."""
    rate: float | OneCycle = recipe.learning_rate
    if recipe.schedule == "one-cycle":
        rate = OneCycle(recipe.learning_rate, recipe.all_batches)
    match recipe.optimizer:
        case "RMSprop":
            return keras.optimizers.RMSprop(rate)
        case "Adam":
            return keras.optimizers.Adam(rate, beta_2=ADAM_BETA_2)
        case "AdamW":
            return keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY, beta_2=ADAM_BETA_2)
        case "SGD":
            return keras.optimizers.SGD(rate, momentum=MOMENTUM)
