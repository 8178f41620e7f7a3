"""A drawing of lines, dots and words, and the two kinds of file that it becomes: SVG and PNG.

Both come from the same marks, so that they cannot differ. A chart library would bring a browser's engine or a hundred
megabytes along into the process that answers visitors; these charts are a few straight lines.
"""

import io
from dataclasses import dataclass
from html import escape
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

PNG_SCALE = 2  # pixels of the file for one of the figure, as sharp screens and slides want it
# Drawn this much larger still and then shrunk, since Pillow draws lines without smoothing their edges.
_OVERSAMPLING = 2

_PILLOW_ANCHORS: dict[Anchor, str] = {"start": "ls", "middle": "ms", "end": "rs"}


@dataclass(frozen=True)
class Line:
    """Straight lines from point to point."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    centre: Point
    radius: float
    colour: str


@dataclass(frozen=True)
class Words:
    """A line of text; `at` is on its baseline, where the anchor says."""

    at: Point
    text: str
    size: float
    colour: str
    anchor: Anchor = "start"


Mark = Line | Dot | Words


@dataclass(frozen=True)
class Figure:
    """Marks on white, each over the ones before; x grows to the right and y downward, both in pixels.

    Attributes:
        title: what the figure shows, for who cannot see it.
    """

    width: int
    height: int
    title: str
    marks: tuple[Mark, ...]

    def svg(self) -> str:
        """The figure as an SVG document, which needs nothing besides itself."""
        marks = "\n".join(_svg(mark) for mark in self.marks)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" font-family="system-ui, sans-serif">\n'
            f"<title>{escape(self.title)}</title>\n"
            f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>\n{marks}\n</svg>\n'
        )

    def png(self) -> bytes:
        """The figure as a PNG file, PNG_SCALE times as many pixels wide and high."""
        scale = PNG_SCALE * _OVERSAMPLING
        large = Image.new("RGB", (self.width * scale, self.height * scale), "#ffffff")
        brush = ImageDraw.Draw(large)
        for mark in self.marks:
            _paint(brush, mark, scale)
        file = io.BytesIO()
        large.reduce(_OVERSAMPLING).save(file, format="PNG")
        return file.getvalue()


def _svg(mark: Mark) -> str:
    match mark:
        case Line(points, colour, width):
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            return (
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
                'stroke-linejoin="round"/>'
            )
        case Dot((x, y), radius, colour):
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'
        case Words((x, y), text, size, colour, anchor):
            return (
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">'
                f"{escape(text)}</text>"
            )


def _paint(brush: ImageDraw.ImageDraw, mark: Mark, scale: int) -> None:
    match mark:
        case Line(points, colour, width):
            scaled = [(x * scale, y * scale) for x, y in points]
            brush.line(scaled, fill=colour, width=max(1, round(width * scale)), joint="curve")
        case Dot((x, y), radius, colour):
            brush.circle((x * scale, y * scale), radius * scale, fill=colour)
        case Words((x, y), text, size, colour, anchor):
            font = ImageFont.load_default(size * scale)
            brush.text((x * scale, y * scale), text, fill=colour, font=font, anchor=_PILLOW_ANCHORS[anchor])
