"""Random affine changes of training images, in TensorFlow: turned, stretched, slanted and shifted a little."""

from dataclasses import dataclass

import tensorflow as tf

MIDDLE = 13.5  # of an image of 28 pixels, about which it is changed


@dataclass(frozen=True)
class Affine:
    """Limits of the random change that an image gets each time it is shown; each is drawn evenly from both sides."""

    rotation: float = 0.2  # radians
    scale: float = 0.15  # of width and of height, as a logarithm
    shear: float = 0.2
    shift: float = 1.5  # pixels: `prepare` centres by mass, which a flag or a foot moves by about as much
    # Share of the images that are only moved, by whole pixels: other changes blur, and what is read later is sharp.
    sharp: float = 0.25


AFFINE = Affine()


class RandomAffine:
    """Changes images at random, differently each time; the same seed gives the same changes in the same order."""

    def __init__(self, affine: Affine, seed: int) -> None:
        self._affine = affine
        self._random = tf.random.Generator.from_seed(seed)

    def __call__(self, images: tf.Tensor) -> tf.Tensor:
        """(n, 28, 28) uint8 to (n, 28, 28, 1) float32 in [0, 1], each turned, stretched and shifted at random."""
        affine = self._affine
        number = tf.shape(images)[0]

        changed = tf.cast(self._random.uniform((number,)) >= affine.sharp, tf.float32)

        def evenly(limit: float) -> tf.Tensor:
            return self._random.uniform((number,), -limit, limit) * changed

        def shift() -> tf.Tensor:
            pixels = self._random.uniform((number,), -affine.shift, affine.shift)
            return pixels * changed + tf.round(pixels * 0.67) * (1 - changed)

        angle, shear = evenly(affine.rotation), evenly(affine.shear)
        width, height = tf.exp(evenly(affine.scale)), tf.exp(evenly(affine.scale))
        cosine, sine = tf.cos(angle), tf.sin(angle)
        # From a pixel of the result to where its value comes from: scale, then slant, then turn, about the middle.
        xx, xy = cosine * width, (cosine * shear - sine) * height
        yx, yy = sine * width, (sine * shear + cosine) * height
        x = MIDDLE - (xx + xy) * MIDDLE + shift()
        y = MIDDLE - (yx + yy) * MIDDLE + shift()
        zero = tf.zeros((number,))
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0,
            transforms=tf.stack([xx, xy, x, yx, yy, y, zero, zero], axis=1),
            output_shape=tf.constant([28, 28]),
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="CONSTANT",
        )
