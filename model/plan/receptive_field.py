"""Which pixels of the image a number somewhere in the network can see."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceptiveField:
    """The square of input pixels that one number of a layer depends on; all counts along one side.

    Where the layers before pad, a field may reach over the image's edge, where there are zeros.

    Source of the arithmetic: A. Araujo, W. Norris, J. Sim, "Computing receptive fields of convolutional neural
    networks", Distill, 2019, doi 10.23915/distill.00021.

    Attributes:
        size: pixels.
        step: pixels from one number's field to its neighbour's.
        start: the first pixel of the first number's field; negative by what is padded.
        numbers: how many there are side by side, each with its own field.
    """

    size: int
    step: int
    start: int
    numbers: int

    @classmethod
    def of_input(cls, pixels: int) -> "ReceptiveField":
        """Each pixel sees itself."""
        return cls(size=1, step=1, start=0, numbers=pixels)

    def after_window(self, size: int, stride: int, numbers: int, padding: int = 0) -> "ReceptiveField":
        """Of a layer with windows of `size` numbers, `stride` apart, the first `padding` before the map's edge."""
        return ReceptiveField(
            size=self.size + (size - 1) * self.step,
            step=self.step * stride,
            start=self.start - padding * self.step,
            numbers=numbers,
        )

    def together(self, pixels: int) -> "ReceptiveField":
        """What all of them see, of an image with so many pixels."""
        start = max(self.start, 0)
        end = min(self.pixels(self.numbers - 1).stop, pixels)
        return ReceptiveField(size=end - start, step=0, start=start, numbers=1)

    def pixels(self, index: int) -> range:
        """The rows, or columns, of the image that the number in this row, or column, of the layer sees."""
        start = self.start + index * self.step
        return range(start, start + self.size)
