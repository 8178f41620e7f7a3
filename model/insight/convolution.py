"""One filter at work: a kernel moves over an image, and at each place the products of weights and pixels are summed.

What deep learning calls a convolution is a cross-correlation: the kernel is not turned round.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.plan.architecture import Padding
from model.words import counted

Floats = npt.NDArray[np.float32]

KERNEL_SIZES = (1, 3, 5, 7)
STRIDES = (1, 2, 3)
PADDINGS: tuple[Padding, ...] = ("valid", "same")

LARGEST_WEIGHT = 100.0  # of a kernel typed in by hand


@dataclass(frozen=True)
class Window:
    """How a kernel moves over an image of `size` x `size` pixels.

    Attributes:
        stride: pixels between two of its places.
        padding: "valid" keeps it inside; "same" adds zeros around, so that with a stride of 1 nothing is lost.
    """

    size: int
    kernel_size: int
    stride: int = 1
    padding: Padding = "valid"

    @property
    def padded(self) -> tuple[int, int]:
        """Zeros added before and after, on each axis; the odd one after, as in Keras and TensorFlow."""
        if self.padding == "valid":
            return (0, 0)
        reach = (-(-self.size // self.stride) - 1) * self.stride + self.kernel_size
        zeros = max(0, reach - self.size)
        return (zeros // 2, zeros - zeros // 2)

    @property
    def output_size(self) -> int:
        """Places on each axis."""
        return (self.size + sum(self.padded) - self.kernel_size) // self.stride + 1

    @property
    def formula(self) -> str:
        """The arithmetic of the output size, with these numbers in it."""
        zeros = sum(self.padded)
        room = self.size + zeros - self.kernel_size
        written = f"({self.size} + {zeros} - {self.kernel_size})" if zeros else f"({self.size} - {self.kernel_size})"
        if self.stride == 1:
            return f"{written} + 1 = {self.output_size}"
        exact = f"{room / self.stride + 1:.4g}, rounded down: " if room % self.stride else ""
        return f"{written} / {self.stride} + 1 = {exact}{self.output_size}"


@dataclass(frozen=True, eq=False)
class Filter:
    """What turns an image of one channel into a feature map: `kernel` (kernel_size, kernel_size) and `bias`."""

    kernel: Floats
    bias: float = 0.0


def correlate(image: Floats, used: Filter, window: Window, *, relu: bool = True) -> Floats:
    """The feature map of one filter on an image of one channel.

    Args:
        image: (size, size).
        used: the filter; its bias is added to each sum.
        window: says how the kernel moves, and agrees with the shapes of image and kernel.
        relu: turn what is negative into zero.

    Returns:
        (output_size, output_size) float32.
    """
    padded = np.pad(image, window.padded)
    windows = np.lib.stride_tricks.sliding_window_view(padded, used.kernel.shape)[:: window.stride, :: window.stride]
    sums = np.einsum("ijkl,kl->ij", windows, used.kernel, dtype=np.float64) + used.bias
    feature_map: Floats = (np.maximum(sums, 0) if relu else sums).astype(np.float32)
    return feature_map


def contributions(maps: Floats, kernel: Floats, row: int, column: int, window: Window) -> Floats:
    """What each channel gives to one number of a feature map, before the bias: (channels,).

    Args:
        maps: (size, size, channels), what the convolution reads.
        kernel: (kernel_size, kernel_size, channels), of one filter.
        row, column: the number's place in the feature map.
        window: says how the kernel moves, and agrees with the shapes of both.
    """
    padded = np.pad(maps, (window.padded, window.padded, (0, 0)))
    top, left = row * window.stride, column * window.stride
    seen = padded[top : top + window.kernel_size, left : left + window.kernel_size]
    given: Floats = (seen * kernel).sum(axis=(0, 1), dtype=np.float64).astype(np.float32)
    return given


def classic_kernels(kernel_size: int) -> dict[str, Floats]:
    """Kernels that people designed long before networks learned theirs, by name; (kernel_size, kernel_size).

    The edges are Sobel's (I. Sobel, G. Feldman, "A 3x3 isotropic gradient operator for image processing", 1968),
    for larger sizes with binomial weights, at the same strength.
    """
    identity = np.zeros((kernel_size, kernel_size))
    identity[kernel_size // 2, kernel_size // 2] = 1
    kernels = {"Identity": identity}
    if kernel_size > 1:
        neighbours = np.ones_like(identity)
        smooth = _binomial(kernel_size)
        rise = np.convolve(_binomial(kernel_size - 2), [-1, 0, 1])
        across = np.outer(smooth, rise)
        across *= 4 / across[across > 0].sum()
        kernels = {
            "Vertical edges": across,
            "Horizontal edges": across.T,
            "All edges": identity * kernel_size**2 - neighbours,
            "Blur": neighbours / kernel_size**2,
            "Sharpen": identity * (kernel_size**2 + 1) - neighbours,
        } | kernels
    return {name: kernel.astype(np.float32) for name, kernel in kernels.items()}


def typed_filter(weights: object, bias: object, kernel_size: int) -> Filter:
    """A filter as it was typed in, its weights row by row.

    Raises:
        ValueError: these are no such numbers; the message is a sentence that says what they should be.
    """
    wrong = ValueError(
        f"A kernel of {kernel_size}×{kernel_size} takes {counted(kernel_size**2, 'weight')} and a bias, "
        f"numbers between -{LARGEST_WEIGHT:g} and {LARGEST_WEIGHT:g}."
    )
    if not isinstance(weights, list) or len(weights) != kernel_size**2:
        raise wrong
    # NaN passes no comparison, so it is refused here too; True is an int to Python.
    if not all(type(number) in (int, float) and abs(number) <= LARGEST_WEIGHT for number in (*weights, bias)):
        raise wrong
    return Filter(np.array(weights, np.float32).reshape(kernel_size, kernel_size), float(bias))  # type: ignore[arg-type]


def _binomial(number: int) -> npt.NDArray[np.float64]:
    """A row of Pascal's triangle, `number` entries long: the discrete bell."""
    row = np.ones(1)
    for _ in range(number - 1):
        row = np.convolve(row, [1, 1])
    return row
