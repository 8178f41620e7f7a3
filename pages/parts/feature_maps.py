"""What a layer makes of a drawing, and the filters that make it: each layer as one sheet of small grey pictures."""

import json
from math import isqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.plan import LayerSummary
from model.plan.architecture import Shape
from model.words import counted
from pages.parts.pictures import sheet_uri

Floats = npt.NDArray[np.float32]

SHEET = 440  # CSS pixels: a sheet is as wide as this at most, unless it is told otherwise
GAP = 2  # CSS pixels between two maps, and half as many between two numbers
LARGEST_PIXEL = 12  # CSS pixels: the side of one number of a small map
TOWER = 4  # times as high as wide, at most
UNITS = 64  # units of a dense layer that are shown as pictures
FEW = 16  # Numbers of a layer that are shown as bars, with their values

DEAD = 0.5  # the grey of the stroke through a map that is zero everywhere


class _Layout(NamedTuple):
    """Of a sheet: maps or numbers in a row, CSS pixels for one number and between two, and which scale of greys."""

    columns: int
    scale: int
    gap: int
    each: bool = False


def feature_maps(
    layer: LayerSummary,
    activation: Floats,
    *,
    each_its_own_scale: bool = False,
    columns: int | None = None,
    width: int = SHEET,
) -> str:
    """A layer's output for one drawing, as the HTML of a figure.

    Black is zero. White is the largest number of the layer, or of each map with `each_its_own_scale`. A map that is
    zero everywhere is struck through. Vectors are shown as rows of squares, and as bars where they are short.

    Args:
        activation: (h, w, c) or (n,), not negative, as after ReLU and softmax.
        columns: maps in a row; by default so many that the sheet is about square.
        width: CSS pixels that the sheet may take; it is never wider than what it stands in.
    """
    if activation.ndim == 1 and activation.size <= FEW:
        return _figure(_bars(activation), _caption(layer, f"{activation.size} numbers"))
    if activation.ndim == 1:
        return _vector(layer, activation, columns, width)
    maps = np.moveaxis(activation, 2, 0)
    dead = np.flatnonzero(~maps.any(axis=(1, 2)))
    brightest = maps.max(axis=(1, 2), keepdims=True) if each_its_own_scale else maps.max()
    shown = np.divide(maps, brightest, out=np.zeros_like(maps), where=brightest > 0)
    number, height, wide = maps.shape
    columns = columns or columns_for(number)
    scale = _scale(columns, wide, GAP, width)
    tiles = _struck_through(_enlarged(shown, scale), dead)
    silent = f", {dead.size} zero everywhere and struck through" if dead.size else ""
    white = "white is each map's largest number" if each_its_own_scale else f"white is {maps.max():.2f}"
    alt = f"{layer.name}: {counted(number, 'feature map')} of {height} by {wide} pixels, {dead.size} of them zero"
    return _figure(
        _image(sheet_uri(tiles, min(columns, number), GAP), alt, min(columns, number), wide * scale, GAP),
        _caption(layer, f"{counted(number, 'map')} of {height} × {wide}{silent}; {white}"),
        _Layout(min(columns, number), scale, GAP, each_its_own_scale),
    )


def filter_sheet(kernel: Floats, *, channel: int | None = None, columns: int | None = None, width: int = SHEET) -> str:
    """The filters of a convolution, as the HTML of a figure: mid-grey is zero, white positive, black negative.

    A filter has a slice for each channel that comes in, and a picture shows one: that of `channel`, or, where none is
    chosen, each filter's own strongest, the one with the largest sum of squares.

    Args:
        kernel: (kernel_size, kernel_size, input channels, filters).
    """
    height, wide, channels, filters = kernel.shape
    if channels == 1:
        slices, which = kernel[:, :, 0], ""
    elif channel is None:
        slices, which = _strongest_slices(kernel)
    else:
        slices, which = kernel[:, :, channel], f", their slice of map {channel}"
    return _signed(slices, f"{counted(filters, 'filter')} of {height} × {wide}{which}", columns, width)


def filter_slices(kernel: Floats, *, columns: int | None = None, width: int = SHEET) -> str:
    """All slices of one filter, (kernel_size, kernel_size, input channels), one for each map that it looks at."""
    height, wide, channels = kernel.shape
    what = f"a filter of {height} × {wide}"
    if channels > 1:
        what += f", a slice for each of the {channels} maps before it"
    return _signed(kernel, what, columns, width)


def unit_sheet(kernel: Floats, inputs: Shape, *, width: int = SHEET) -> str:
    """What the units of a dense layer weigh, as the HTML of a figure, in greys as of filters.

    Args:
        kernel: (inputs, units).
        inputs: the shape that came in; where it was a map before Flatten, (h, w, c), each unit is a picture of it, with
            c > 1 of its own strongest slice; a vector, (n,), is laid out in rows as `feature_maps` does it.
    """
    units = kernel.shape[1]
    shown = kernel[:, :UNITS]
    few = f"the first {UNITS} of {units} units" if units > UNITS else f"{units} units"
    if len(inputs) == 1:
        wide = columns_for(inputs[0])
        gap = np.zeros((-inputs[0] % wide, shown.shape[1]), np.float32)
        slices = np.concatenate([shown, gap]).reshape(-1, wide, shown.shape[1])
        return _signed(slices, f"{few}, each with {inputs[0]:,} weights in rows of {wide}", None, width)
    maps = shown.reshape(*inputs, -1)
    slices, which = _strongest_slices(maps) if inputs[2] > 1 else (maps[:, :, 0], "")
    return _signed(slices, f"{few}, each with {inputs[0]} × {inputs[1]} weights{which}", None, width)


def columns_for(number: int) -> int:
    """How many of so many pictures stand in a row: a little more than rows, and with no gap at the end if possible."""
    root = isqrt(number - 1) + 1 if number > 1 else 1
    even = (columns for columns in range(root, min(2 * root, number) + 1) if number % columns == 0)
    return next(even, root)


def _strongest_slices(kernel: Floats) -> tuple[Floats, str]:
    """Of each filter the slice with the largest sum of squares, (h, w, filters), and words that say so."""
    _, _, channels, filters = kernel.shape
    strongest = np.square(kernel).sum(axis=(0, 1)).argmax(axis=0)
    return kernel[:, :, strongest, np.arange(filters)], f", of {channels} slices each the strongest"


def _signed(slices: Floats, what: str, columns: int | None, width: int) -> str:
    _, wide, number = slices.shape
    limit = float(np.abs(slices).max())
    shown = np.moveaxis(slices, 2, 0) / (2 * limit or 1) + 0.5
    columns = min(columns or columns_for(number), number)
    scale = _scale(columns, wide, GAP, width)
    image = _image(
        sheet_uri(_enlarged(shown, scale), columns, GAP), what[0].upper() + what[1:], columns, wide * scale, GAP
    )
    caption = f"{what[0].upper()}{what[1:]}; grey is zero, white +{limit:.2f}, black &minus;{limit:.2f}"
    return _figure(image, caption)


def _vector(layer: LayerSummary, activation: Floats, columns: int | None, width: int) -> str:
    """Squares; what Flatten gives has a row for each pixel of the maps before it, and a column for each map.

    Where that would be a tower, as with few maps or none, it has a row for each row of the maps.
    """
    if columns is None and len(layer.input_shape) == 3:
        height, wide, maps = layer.input_shape
        columns = maps if height * wide <= TOWER * maps else wide * maps
    elif columns is None:
        columns = columns_for(activation.size)
    columns = min(columns, max(1, width // 2))
    scale = _scale(columns, 1, GAP // 2, width)
    gap = GAP // 2 if scale > 2 else 0
    tiles = _enlarged(activation[:, np.newaxis, np.newaxis] / (activation.max() or 1), scale)
    zeros = int((activation == 0).sum())
    alt = f"{layer.name}: {activation.size:,} numbers, {zeros:,} of them zero"
    return _figure(
        _image(sheet_uri(tiles, columns, gap), alt, columns, scale, gap),
        _caption(layer, f"{activation.size:,} numbers, {zeros:,} of them zero; white is {activation.max():.2f}"),
        _Layout(columns, scale, gap),
    )


def _bars(values: Floats) -> str:
    largest = float(values.max()) or 1.0
    bars = "".join(
        f"<li><span>{number}</span> "
        f'<span class="track"><span style="width:{float(value) / largest:.1%}"></span></span> '
        f"<span>{value:.2f}</span></li>"
        for number, value in enumerate(values)
    )
    return f'<ol class="numbers">{bars}</ol>'


def _scale(columns: int, side: int, gap: int, width: int) -> int:
    """CSS pixels for one number, as a whole, so that all are equally large."""
    return min(max(1, (width - (columns - 1) * gap) // (columns * side)), LARGEST_PIXEL)


def _enlarged(images: Floats, scale: int) -> Floats:
    return images.repeat(scale, axis=1).repeat(scale, axis=2)


def _struck_through(tiles: Floats, dead: npt.NDArray[np.intp]) -> Floats:
    """A fine line across each dead one: finer than its pixels, so that it cannot be taken for one of them."""
    _, height, wide = tiles.shape
    steps = np.arange(max(height, wide))
    rows, columns = steps * height // steps.size, steps * wide // steps.size
    for index in dead:
        tiles[index, height - 1 - rows, columns] = DEAD
    return tiles


def _image(uri: str, alt: str, columns: int, side: int, gap: int) -> str:
    return f'<img src="{uri}" alt="{alt}" width="{columns * (side + gap) - gap}">'


def _caption(layer: LayerSummary, text: str) -> str:
    return f'<b>{layer.name}</b> <span class="shape">{layer.output_shape}</span><br>{text}'


def _figure(content: str, caption: str, layout: _Layout | None = None) -> str:
    # The layout is for the page's own reader, which draws the same sheet while the pen moves; see `draw/map_picker.js`.
    laid = f" data-sheet='{json.dumps(layout._asdict())}'" if layout else ""
    return f'<figure class="maps"{laid}>{content}<figcaption>{caption}</figcaption></figure>'
