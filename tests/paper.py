"""Digits on paper, as a camera sees them: pens and paper of many kinds, uneven light, shadows, noise, a tilted hand."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from model.ink.strokes import Drawing, fitted, render_ink

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Paper:
    """One way to write and to take the photo.

    Attributes:
        pen: width of the line, as a share of the digit's longer side.
        size: the digit's longer side, as a share of the picture's shorter one.
        ink, paper: grey levels.
        shade: how much darker one side is, as a share.
        shadow: an edge of shadow across the picture, this much darker.
        noise: standard deviation in grey levels.
        ruled: grey levels by which ruled lines are darker; 0 for plain paper.
        hand: how much darker it is under the shadow of a hand that lies over a part of the digit.
        desk: the grey level of a desk on which the paper lies, a note not much larger than the digit; None without.
    """

    pen: float = 0.05
    size: float = 0.5
    ink: int = 50
    paper: int = 215
    shade: float = 0.0
    shadow: float = 0.0
    noise: float = 3.0
    ruled: int = 0
    hand: float = 0.0
    desk: int | None = None


PAPERS = {
    "ballpoint": Paper(pen=0.03),
    "pencil": Paper(pen=0.03, ink=130, paper=225),
    "marker": Paper(pen=0.13, size=0.8, ink=20),
    "in a dark room": Paper(ink=25, paper=80, noise=5),
    "light from one side": Paper(shade=0.55),
    "half in shadow": Paper(shadow=0.4),
    "ruled paper": Paper(ruled=45),
    "under a hand": Paper(pen=0.04, hand=0.5),
    "a note on a dark desk": Paper(size=0.35, desk=60),
    "a note on a light desk": Paper(size=0.35, desk=245),
    "chalk": Paper(pen=0.08, ink=210, paper=60, noise=6),
    "small": Paper(size=0.15, pen=0.08),
    "screenshot": Paper(pen=0.1, ink=0, paper=255, noise=0),
    "white on black": Paper(pen=0.1, ink=255, paper=0, noise=0),
}


def photo_of(
    strokes: Sequence[Sequence[tuple[float, float]]] | Drawing, paper: Paper, seed: int = 0, side: int = 640
) -> Grey:
    """The picture, (side, side * 4 / 3) uint8."""
    rng = np.random.default_rng(seed)
    width = side * 4 // 3
    drawing = tuple(np.array(stroke, np.float64) for stroke in strokes)
    pixels = paper.size * side
    place = width / 2 + rng.uniform(-0.1, 0.1) * side, side / 2 + rng.uniform(-0.05, 0.05) * side
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, side))
    ink = render_ink(fitted(drawing, pixels, place), paper.pen * pixels, width)[:side] / 255
    sheet = np.full((side, width), float(paper.paper))
    if paper.ruled:
        sheet -= paper.ruled * ((np.arange(side) % (side // 12)) < 3)[:, None]
    picture = (
        sheet * (1 - ink) + np.minimum(sheet, paper.ink) * ink
        if paper.ink < paper.paper
        else sheet + (paper.ink - sheet) * ink
    )
    if paper.desk is not None:
        on_note = (abs(x + 0.03 * y - place[0] / width) < 0.22) & (abs(y - 0.04 * x - 0.5) < 0.29)
        picture = np.where(on_note, picture, paper.desk)
    if paper.hand:
        across, down = (x - place[0] / width) / 0.25, (y - 1) / 0.6
        picture *= 1 - paper.hand / (1 + np.exp((np.hypot(across, down) - 1) * 15))
    picture *= 1 - paper.shade * (0.7 * x + 0.3 * y)
    picture *= 1 - paper.shadow / (1 + np.exp(-(x + 0.4 * y - 0.75) * 40))
    picture += rng.normal(0, paper.noise, picture.shape)
    blurred = Image.fromarray(np.clip(np.rint(picture), 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
    return np.asarray(blurred)


def file_of(picture: npt.NDArray[np.uint8], kind: str = "JPEG", **options: object) -> bytes:
    """The picture as a file of this kind."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format=kind, **options)
    return file.getvalue()
