"""Random affine changes, so that no image is ever shown twice as it was."""

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Affine:
    """Limits of the random change that an image gets each time it is shown; each is drawn evenly from both sides."""

    rotation: float = 0.25  # radians
    scale: float = 0.2  # of width and of height, as a logarithm
    shear: float = 0.3
    shift: float = 2.0  # pixels: `prepare` centres by mass, which a flag or a foot moves by nearly as much
    # Share of the images that are only moved, by whole pixels: other changes blur, and what is read later is sharp.
    sharp: float = 0.25


def changed(images: tf.Tensor, affine: Affine, random: tf.random.Generator) -> tf.Tensor:
    """(n, 28, 28) uint8 to (n, 28, 28, 1) float32 in [0, 1], each turned, stretched and shifted at random."""
    number = tf.shape(images)[0]
    changes = tf.cast(random.uniform((number,)) >= affine.sharp, tf.float32)

    def evenly(limit: float) -> tf.Tensor:
        return random.uniform((number,), -limit, limit) * changes

    def shift() -> tf.Tensor:
        pixels = random.uniform((number,), -affine.shift, affine.shift)
        return pixels * changes + tf.round(pixels * 0.67) * (1 - changes)

    angle, shear = evenly(affine.rotation), evenly(affine.shear)
    width, height = tf.exp(evenly(affine.scale)), tf.exp(evenly(affine.scale))
    cosine, sine = tf.cos(angle), tf.sin(angle)
    # From a pixel of the result to where its value comes from: scale, then slant, then turn, about the middle.
    xx, xy = cosine * width, (cosine * shear - sine) * height
    yx, yy = sine * width, (sine * shear + cosine) * height
    middle = 13.5
    x = middle - (xx + xy) * middle + shift()
    y = middle - (yx + yy) * middle + shift()
    zero = tf.zeros((number,))
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0,
        transforms=tf.stack([xx, xy, x, yx, yy, y, zero, zero], axis=1),
        output_shape=tf.constant([28, 28]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
