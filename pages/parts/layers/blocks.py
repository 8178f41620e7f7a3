"""Output shapes drawn to scale, as SVG: a map is as high and deep as it has pixels, and as wide as it has channels."""

import base64
from itertools import zip_longest

from model.plan import Architecture, Conv2D, Layer, LayerSummary, MaxPooling2D
from model.plan.architecture import Shape

PIXEL = 2.0  # SVG units for a pixel of height, and along the slanting edge
CHANNEL = 0.35  # SVG units for a channel
SLANT = 0.4  # of a pixel, to the right and upward

THINNEST = 1.5  # SVG units: a map with one channel, or a vector, would be a hair
LONGEST_VECTOR = 42.0  # SVG units: longer ones are broken off, with the mark of draughtsmen
BREAK = 5.0

# For a layer's row: room for the largest map, and for a vector that is broken off.
ROW = (116, 84)

# For the whole network, drawn larger.
ENLARGED = 1.7
SLOT = 86  # SVG units: room for a block and for the words below it, at least
GAP = 14  # SVG units between two blocks, at least
MARGIN = 12
WORDS = 58  # SVG units below the blocks

_LIGHT = "--ink:#3d4450;--words:#1d1c1a"
_DARK = "--ink:#c3c8d1;--words:#e6e4df"
_FACES = (
    "text{font:11px system-ui,sans-serif;fill:var(--words);text-anchor:middle}"
    "path{fill:var(--ink);stroke:var(--ink);stroke-width:1;stroke-linejoin:round;vector-effect:non-scaling-stroke}"
    ".front{fill-opacity:.28}.top{fill-opacity:.16}.side{fill-opacity:.07}.window{fill-opacity:.35;stroke-width:.5}"
    ".break{fill:none}"
)


def block_picture(line: LayerSummary) -> str:
    """A layer's output as the HTML of an image; all layers in the same scale."""
    width, height = ROW
    drawing = _block(line.output_shape, 2, height / 2 + 28 * PIXEL * SLANT / 2)
    svg = _svg(drawing, width, height, _adaptive(""))
    return f'<img src="{_uri(svg)}" width="{width}" height="{height}" alt="{_in_words(line.output_shape)}, to scale">'


def network_picture(architecture: Architecture) -> str:
    """All layers' outputs side by side, as the HTML of an image with words where there is room for them."""
    width, height = _network_size(architecture)
    # Where the picture must shrink by much, its words would be too small to read.
    style = _adaptive(f"@media (max-width:{width * 0.8:.0f}px){{text{{display:none}}}}")
    svg = _svg(_network(architecture), width, height, style)
    shapes = ", ".join(_in_words(line.output_shape) for line in architecture.summary)
    alt = f"The network, to scale: {shapes}"
    return f'<img class="network" src="{_uri(svg)}" width="{width}" height="{height}" alt="{alt}">'


def network_file(architecture: Architecture) -> str:
    """The same as an SVG file: dark on light paper, whatever program opens it."""
    width, height = _network_size(architecture)
    paper = f'<rect width="{width}" height="{height}" fill="#fbfaf7"/>'
    return _svg(paper + _network(architecture), width, height, f"svg{{{_LIGHT}}}")


def _network_size(architecture: Architecture) -> tuple[int, int]:
    tallest = 28 * PIXEL * (1 + SLANT) * ENLARGED
    across = sum(_slot(line) for line in architecture.summary)
    return round(2 * MARGIN + across), round(2 * MARGIN + tallest + WORDS)


def _slot(line: LayerSummary) -> float:
    return max(SLOT, _width(line.output_shape) * ENLARGED + GAP)


def _network(architecture: Architecture) -> str:
    middle = MARGIN / ENLARGED + 28 * PIXEL * (0.5 + SLANT)
    bottom = _network_size(architecture)[1] - WORDS + 6
    left = float(MARGIN)
    parts = []
    for line, after in zip_longest(architecture.summary, architecture.layers):
        slot = _slot(line)
        indent = (slot - _width(line.output_shape) * ENLARGED) / 2
        parts.append(
            f'<g transform="translate({left + indent:.1f} 0) scale({ENLARGED})">'
            f"{_block(line.output_shape, 0, middle, _window(after))}</g>"
        )
        shape = "×".join(f"{size:,}" for size in line.output_shape)
        parts += [
            f'<text x="{left + slot / 2:.0f}" y="{bottom + 16 * row}">{words}</text>'
            for row, words in enumerate((_operation(line), shape, _parameters(line)))
        ]
        left += slot
    return "".join(parts)


def _window(layer: Layer | None) -> int:
    """Pixels along one side of the window through which the layer looks; 0 where it has none."""
    match layer:
        case Conv2D():
            return layer.kernel_size
        case MaxPooling2D():
            return layer.pool_size
        case _:
            return 0


def _operation(line: LayerSummary) -> str:
    window = _window(line.layer)
    short = {"InputLayer": "Input", "MaxPooling2D": "MaxPool"}.get(line.kind, line.kind)
    return f"{short} {window}×{window}" if window else short


def _parameters(line: LayerSummary) -> str:
    return f"{line.parameters:,} par." if line.parameters else ""


def _width(shape: Shape) -> float:
    if len(shape) == 1:
        return min(shape[0] * CHANNEL, LONGEST_VECTOR)
    _, width, channels = shape
    return max(channels * CHANNEL, THINNEST) + width * PIXEL * SLANT


def _block(shape: Shape, left: float, middle: float, window: int = 0) -> str:
    """A cuboid in slanting projection, its front's middle at this height; on its side, the next layer's window."""
    if len(shape) == 1:
        return _bar(shape[0], left, middle)
    height, width, channels = shape
    across, up = max(channels * CHANNEL, THINNEST), height * PIXEL
    slant = width * PIXEL * SLANT
    top, right = middle - up / 2, left + across
    faces = (
        f'<path class="front" d="M{left:.1f} {top:.1f}h{across:.1f}v{up:.1f}h{-across:.1f}z"/>'
        f'<path class="top" d="M{left:.1f} {top:.1f}l{slant:.1f} {-slant:.1f}h{across:.1f}l{-slant:.1f} {slant:.1f}z"/>'
        f'<path class="side" d="M{right:.1f} {top:.1f}l{slant:.1f} {-slant:.1f}v{up:.1f}l{-slant:.1f} {slant:.1f}z"/>'
    )
    if not window:
        return faces
    size = window * PIXEL
    start = (slant - size * SLANT) / 2
    return faces + (
        f'<path class="window" d="M{right + start:.1f} {middle - size / 2 - start:.1f}'
        f'l{size * SLANT:.1f} {-size * SLANT:.1f}v{size:.1f}l{-size * SLANT:.1f} {size * SLANT:.1f}z"/>'
    )


def _bar(numbers: int, left: float, middle: float) -> str:
    """A vector; one that is too long to draw ends in a break."""
    length, thick = numbers * CHANNEL, 2 * PIXEL
    if length <= LONGEST_VECTOR:
        return f'<path class="front" d="M{left:.1f} {middle - thick / 2:.1f}h{length:.1f}v{thick}h{-length:.1f}z"/>'
    half = (LONGEST_VECTOR - BREAK) / 2
    top, bottom, second = middle - thick / 2, middle + thick / 2, left + half + BREAK
    return (
        f'<path class="front" d="M{left:.1f} {top:.1f}h{half}v{thick}h{-half}z"/>'
        f'<path class="front" d="M{second:.1f} {top:.1f}h{half}v{thick}h{-half}z"/>'
        f'<path class="break" d="M{left + half - 2:.1f} {bottom + 3:.1f}l4 {-thick - 6:.1f}'
        f'm{BREAK} 0l-4 {thick + 6:.1f}"/>'
    )


def _in_words(shape: Shape) -> str:
    if len(shape) == 1:
        return f"{shape[0]:,} numbers in a row"
    height, width, channels = shape
    return f"{height} by {width} pixels in {channels} {'channel' if channels == 1 else 'channels'}"


def _adaptive(more: str) -> str:
    """For a page: light or dark as the page around it."""
    return f"svg{{color-scheme:light dark;{_LIGHT}}}@media (prefers-color-scheme:dark){{svg{{{_DARK}}}}}{more}"


def _svg(content: str, width: float, height: float, style: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<style>{style}{_FACES}</style>{content}</svg>"
    )


def _uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
