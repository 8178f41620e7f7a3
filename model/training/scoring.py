"""How well a Keras network reads: cross-entropy and accuracy."""

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from model.run import Result

IMAGES_PER_EVALUATION = 250


def evaluate(network: keras.Model, images: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> Result:
    """Mean cross-entropy and accuracy of a network on (n, 28, 28) uint8 images, as the notebook prints them."""
    return Reader(network).evaluate(images, digits)


class Reader:
    """Reads images with a network in training, compiled once."""

    def __init__(self, network: keras.Model) -> None:
        self._network = network
        self._read = tf.function(self._compiled, reduce_retracing=True, autograph=False)

    def read(self, images: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], ...]:
        """Each of n images' probabilities (n, 10), cross-entropy (n,), and 1 where it was read rightly (n,)."""
        return tuple(values.numpy() for values in self._read(tf.constant(images), tf.constant(digits)))

    def evaluate(self, images: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> Result:
        loss = correct = 0.0
        for start in range(0, len(images), IMAGES_PER_EVALUATION):
            part = slice(start, start + IMAGES_PER_EVALUATION)
            _, losses, read = self.read(images[part], digits[part])
            loss += float(losses.sum())
            correct += float(read.sum())
        return Result(loss / len(images), correct / len(images))

    def _compiled(self, images: tf.Tensor, digits: tf.Tensor) -> tuple[tf.Tensor, ...]:
        probabilities = self._network(scaled(images), training=False)
        return probabilities, *loss_and_correct(probabilities, digits)


def scaled(images: tf.Tensor) -> tf.Tensor:
    """(n, 28, 28) uint8 to (n, 28, 28, 1) float32 in [0, 1]."""
    return tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0


def loss_and_correct(probabilities: tf.Tensor, digits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """For each of n images its cross-entropy and 1.0 where it was read rightly; both (n,) float32."""
    loss = keras.losses.sparse_categorical_crossentropy(digits, probabilities)
    read = tf.argmax(probabilities, axis=1, output_type=tf.int32)
    return loss, tf.cast(read == tf.cast(digits, tf.int32), tf.float32)
