"""A network as one .npz file that a visitor takes home and brings back: its weights, its design and its recipe.

What is brought back comes from anybody. So nothing of it is unpickled, every length is known before anything of that
length is read, and a file is taken whole or not at all.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from model.plan import Architecture, ImpossibleNetwork, Recipe
from model.run.weights import LayerWeights, kernel_shape

MAXIMUM_MEGABYTES = 20
MAXIMUM_BYTES = MAXIMUM_MEGABYTES * 1024 * 1024  # of the file, and of what it unpacks to

DESIGN = "design"
RECIPE = "recipe"

# A design of the most layers takes 2,000 characters, and its file has 42 members.
_MAXIMUM_TEXT = 20_000
_MAXIMUM_MEMBERS = 1_000

# As NumPy packs. Others may take far more memory than they unpack to, and fail in ways of their own.
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# How each member begins in a zip file's directory. Reading the directory costs half a kilobyte a member, and 20 MB have
# room for 400,000.
_MEMBER = b"PK\x01\x02"

# How NumPy begins an array's file: magic, version, the length of a description, and that, filled up with spaces to a
# multiple of 64 bytes.
_MAXIMUM_HEADER = 192
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(?P<kind>[<>|=]?\w{1,8})', 'fortran_order': (?P<order>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,12}(?:, \d{1,12}){0,7},?)?)\), \} *\n",
    re.DOTALL,
)

Floats = npt.NDArray[np.float32]
Shape = tuple[int, ...]


class UnusableWeights(Exception):
    """This file cannot become a network; the message is a sentence that says why, in words of our own alone."""


@dataclass(frozen=True, eq=False)
class SavedNetwork:
    """A network as it stands in a file.

    Attributes:
        weights: of each layer that has some, in the order of the layers.
    """

    architecture: Architecture
    recipe: Recipe
    weights: tuple[LayerWeights, ...]

    def pack(self) -> bytes:
        """The file: the weights under their layers' names, and the design and the recipe as JSON texts."""
        arrays: dict[str, npt.NDArray[Any]] = {
            DESIGN: np.array(json.dumps(self.architecture.to_json())),
            RECIPE: np.array(json.dumps(self.recipe.to_json())),
        }
        flat = (array for layer in self.weights for array in (layer.kernel, layer.bias))
        arrays |= dict(zip(_shapes(self.architecture), flat, strict=True))
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def unpack(cls, content: bytes) -> "SavedNetwork":
        """The network in such a file.

        Raises:
            UnusableWeights: it is damaged, of another kind, too large, or its parts do not fit together.
        """
        if len(content) > MAXIMUM_BYTES:
            raise UnusableWeights(f"This file is larger than {MAXIMUM_MEGABYTES} MB, and was not opened.")
        try:
            if content.count(_MEMBER) > _MAXIMUM_MEMBERS:
                raise ValueError("too many members")
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return _network(archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
            raise UnusableWeights("This is no .npz file of weights, or it is damaged.") from error


def _network(archive: zipfile.ZipFile) -> SavedNetwork:
    members = archive.infolist()
    if not {member.compress_type for member in members} <= set(_PACKINGS):
        raise ValueError("packed in another way")
    if sum(member.file_size for member in members) > MAXIMUM_BYTES:
        raise UnusableWeights(f"This file would unpack to more than {MAXIMUM_MEGABYTES} MB, and was not opened.")
    by_name = {member.filename: member for member in members}
    if not {f"{DESIGN}.npy", f"{RECIPE}.npy"} <= by_name.keys():
        raise UnusableWeights("This file has no design of a network in it, so nobody can tell what its weights are of.")
    architecture = _design(archive)
    recipe = _recipe(archive)
    shapes = _shapes(architecture)
    if sorted(member.filename for member in members) != sorted(f"{name}.npy" for name in (DESIGN, RECIPE, *shapes)):
        raise UnusableWeights("The arrays in this file are not those of the design that it names.")
    arrays = iter([_numbers(archive, name, shape) for name, shape in shapes.items()])
    weights = tuple(LayerWeights(kernel, bias) for kernel, bias in zip(arrays, arrays, strict=True))
    return SavedNetwork(architecture, recipe, weights)


def _design(archive: zipfile.ZipFile) -> Architecture:
    sentence = "The design in this file is not one of a network that this app can build"
    try:
        return Architecture.from_json(json.loads(_text(archive, DESIGN)))
    except ImpossibleNetwork as error:
        raise UnusableWeights(f"{sentence}: {error}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnusableWeights(f"{sentence}.") from error


def _recipe(archive: zipfile.ZipFile) -> Recipe:
    try:
        return Recipe.from_json(json.loads(_text(archive, RECIPE)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnusableWeights("The recipe in this file is not one that this app knows.") from error


def _shapes(architecture: Architecture) -> dict[str, Shape]:
    """The arrays of a network's weights by their names, such as `conv2d/kernel`, in the order of the layers."""
    return dict(_named_shapes(architecture))


def _named_shapes(architecture: Architecture) -> Iterator[tuple[str, Shape]]:
    for layer, line in zip(architecture.layers, architecture.summary[1:], strict=True):
        if line.parameters:
            yield f"{line.name}/kernel", kernel_shape(layer, line)
            yield f"{line.name}/bias", line.output_shape[-1:]


def _text(archive: zipfile.ZipFile, name: str) -> str:
    """A text in the archive, which NumPy keeps as an array of no axes, four bytes a character."""
    array = _array(archive, name, _MAXIMUM_TEXT * 4)
    if not array.kind.startswith("<U") or array.shape:
        raise ValueError("no text")
    return array.content.decode("utf-32-le").rstrip("\0")


def _numbers(archive: zipfile.ZipFile, name: str, shape: Shape) -> Floats:
    """An array of weights in the archive, which must be of this shape and finite; read-only."""
    size = prod(shape) * np.dtype(np.float32).itemsize
    array = _array(archive, name, size)
    if array.shape != shape:
        raise UnusableWeights(f"{name} in this file is {_spelt(array.shape)}, but its design asks for {_spelt(shape)}.")
    if array.kind != "<f4" or len(array.content) != size:
        raise UnusableWeights(f"{name} in this file is not made of 32-bit floating-point numbers.")
    numbers = np.frombuffer(array.content, np.float32).reshape(shape, order="F" if array.is_fortran else "C")
    if not np.isfinite(numbers).all():
        raise UnusableWeights(f"{name} in this file holds a number that is not finite.")
    return numbers


@dataclass(frozen=True)
class _Array:
    """An array as it stands in an archive.

    Attributes:
        kind: the type of its elements, as NumPy writes it.
        is_fortran: the first axis changes fastest in the content.
    """

    kind: str
    is_fortran: bool
    shape: Shape
    content: bytes


def _array(archive: zipfile.ZipFile, name: str, most: int) -> _Array:
    """An array of at most so many bytes. Its description is compared with what NumPy writes, and never evaluated.

    Raises:
        ValueError: it is longer, or no array.
    """
    most += _MAXIMUM_HEADER
    with archive.open(f"{name}.npy") as member:
        packed = member.read(most + 1)
    found = _HEADER.match(packed)
    if found is None or len(packed) > most:
        raise ValueError("no array of this length")
    kind, order, shape = (found[group].decode("ascii") for group in ("kind", "order", "shape"))
    axes = tuple(int(axis) for axis in shape.split(",") if axis.strip())
    return _Array(kind, order == "True", axes, packed[found.end() :])


def _spelt(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "a single value"
