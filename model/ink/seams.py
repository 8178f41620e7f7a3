"""Where a mark may be cut: ways from its top to its bottom that cross hardly any ink."""

import cv2
import numpy as np
import numpy.typing as npt

HEIGHT = 64  # pixels: ways are sought on marks made so small
MOST = 7  # ways
CROSSED = 1.6  # times the lines' width: so much ink a way crosses at most, which is one line

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


def seams(mask: Mask, thickness: float) -> list[npt.NDArray[np.int64]]:
    """Ways from the top to the bottom of an (h, w) mask through as little ink as can be: (h,) the column of each row.

    As in seam carving (S. Avidan, A. Shamir, "Seam carving for content-aware image resizing", 2007), each within a band
    of columns of its own.
    """
    factor = min(1.0, HEIGHT / mask.shape[0])
    size = max(4, round(mask.shape[1] * factor)), max(4, round(mask.shape[0] * factor))
    small = np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
    height, width = small.shape
    reach, margin = max(2, height // 6), max(2, height // 8)
    middles = np.arange(margin, width - margin, max(1, height // 16))
    if not middles.size:
        return []
    costs, ways = _cheapest(small, middles, reach)
    kept: list[npt.NDArray[np.int64]] = []
    for index in np.argsort(costs).tolist():
        is_new = all(np.abs(ways[index] - other).mean() > 0.1 * height for other in kept)
        if costs[index] <= CROSSED * thickness * factor + 2 and is_new and len(kept) < MOST:
            kept.append(ways[index])
    rows = np.minimum(np.arange(mask.shape[0]) * height // mask.shape[0], height - 1)
    kept.sort(key=lambda seam: float(seam.mean()))
    return [np.rint((seam[rows] + 0.5) * mask.shape[1] / width).astype(np.int64) for seam in kept]


def _cheapest(
    ink: Floats, middles: npt.NDArray[np.int64], reach: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """For each of n columns the way down that stays within reach of it: how much ink it crosses (n,), and (n, h)."""
    height, width = ink.shape
    columns = middles[:, None] + np.arange(-reach, reach + 1)
    is_within = (columns >= 1) & (columns < width - 1)
    columns = np.clip(columns, 0, width - 1)
    price = np.where(is_within, 0, 1e6) + 0.2 * np.abs(np.arange(-reach, reach + 1)) / reach / height
    bands = ink[:, columns]  # (h, n, 2 reach + 1)
    total = price + bands[0]
    steps = np.zeros((height, *columns.shape), np.int64)
    for row in range(1, height):
        before = np.pad(total, ((0, 0), (1, 1)), constant_values=np.inf)
        ways = np.stack([before[:, :-2] + 0.05, before[:, 1:-1], before[:, 2:] + 0.05])
        choice = ways.argmin(axis=0)
        steps[row] = choice - 1
        total = ways.min(axis=0) + bands[row] + price
    each = np.arange(len(middles))
    places = np.empty((height, len(middles)), np.int64)
    places[-1] = total.argmin(axis=1)
    for row in range(height - 1, 0, -1):
        places[row - 1] = places[row] + steps[row][each, places[row]]
    crossed = np.take_along_axis(bands, places[..., None], axis=2)[..., 0].sum(axis=0)
    return crossed, columns[each, places].T
