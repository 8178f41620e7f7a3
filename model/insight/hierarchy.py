"""What excites the filters of a network: the patches of many images to which each of them answers most strongly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.plan import LayerSummary
from model.reading import Classifier

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.intp]

PATCHES = 9  # of each filter

# All layers' activations of one image take 155 KB in the notebook's network.
IMAGES_AT_ONCE = 200


@dataclass(frozen=True, eq=False)
class Excitations:
    """Where the filters of one convolution answered most strongly; all arrays (filters, patches), strongest first.

    Attributes:
        line: the convolution.
        images: which image; no image twice for the same filter.
        rows, columns: the place in the feature map.
        values: the number there; 0 where the filter never answered.
    """

    line: LayerSummary
    images: Indices
    rows: Indices
    columns: Indices
    values: Floats

    def patches(self, images: Bytes, index: int) -> Floats:
        """What a filter sees at its places, (patches, size, size) in [0, 1], with zeros beyond an image's edge.

        Where it may see more than an image has, whole images.
        """
        size = self.line.receptive_field.size
        if size > images.shape[1]:
            seen = images[self.images[index]]
        else:
            places = zip(self.images[index], self.rows[index], self.columns[index], strict=True)
            seen = np.stack([_cut(images[image], self.line, int(row), int(column)) for image, row, column in places])
        patches: Floats = seen / np.float32(255)
        return patches

    def strongest(self, number: int) -> list[int]:
        """The filters that answer most strongly to their nine, in the layer's order."""
        return sorted(int(index) for index in np.argsort(-self.values.mean(axis=1), kind="stable")[:number])


def excitations(
    classifier: Classifier, lines: Sequence[LayerSummary], images: Bytes, report: Callable[[float], None]
) -> list[Excitations]:
    """The strongest answers of each convolution of a network, first convolution first.

    Args:
        lines: the network's layers, the input first.
        images: (n, 28, 28) uint8, at least nine.
        report: told the share of the work that is done.
    """
    convolutions = [index for index, line in enumerate(lines) if line.kind == "Conv2D"]
    values: dict[int, list[Floats]] = {index: [] for index in convolutions}
    places: dict[int, list[Indices]] = {index: [] for index in convolutions}
    for start in range(0, len(images), IMAGES_AT_ONCE):
        activations = classifier.activations(images[start : start + IMAGES_AT_ONCE])
        for index in convolutions:
            maps = activations[index].reshape(len(activations[index]), -1, activations[index].shape[-1])
            place = maps.argmax(axis=1)
            places[index].append(place)
            values[index].append(np.take_along_axis(maps, place[:, np.newaxis], axis=1)[:, 0])
        report(min(1.0, (start + IMAGES_AT_ONCE) / len(images)))
    return [_strongest(lines[index], np.concatenate(values[index]), np.concatenate(places[index])) for index in values]


def _strongest(line: LayerSummary, values: Floats, places: Indices) -> Excitations:
    """Of (images, filters) largest numbers and their places, those of the strongest images."""
    images = np.argsort(-values, axis=0, kind="stable")[:PATCHES]
    strongest = np.take_along_axis(values, images, axis=0).T
    rows, columns = np.divmod(np.take_along_axis(places, images, axis=0).T, line.output_shape[1])
    return Excitations(line, images.T, rows, columns, strongest)


def _cut(image: Bytes, line: LayerSummary, row: int, column: int) -> Bytes:
    """The receptive field of one number of a feature map."""
    field = line.receptive_field
    margin = field.size
    top, left = (field.pixels(index).start + margin for index in (row, column))
    return np.pad(image, margin)[top : top + field.size, left : left + field.size]
