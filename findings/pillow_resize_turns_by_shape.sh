#!/bin/sh
# Pillow: resize goes along rows or along columns first by the shape of the picture, and that changes pixels.
#
# A resize in two directions takes two passes, with a rounding to a byte between them, so the result depends on their
# order. One would expect one order for all pictures: then who rewrites a preparation in another language, or resizes
# in two calls, gets equal bytes by keeping to it. In fact most pictures are resized along their rows first, and high,
# narrow ones along their columns: of the digits of one hand, a slender 1 can be prepared in another way than the rest.
#
# Seen in Pillow 13.0.0.

. "$(dirname "$0")/helper"
environment here pillow==13.0.0 numpy==2.4.6
here/bin/python - <<'END_OF_PYTHON'
import sys

import numpy as np
from PIL import Image

BOX = Image.Resampling.BOX


def order(height, width, new_height, new_width):
    """Which order of two calls gives the bytes of one."""
    noise = np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)
    image = Image.fromarray(noise)
    one = np.asarray(image.resize((new_width, new_height), BOX))
    rows = np.asarray(image.resize((new_width, height), BOX).resize((new_width, new_height), BOX))
    columns = np.asarray(image.resize((width, new_height), BOX).resize((new_width, new_height), BOX))
    assert (rows != columns).any()
    return "rows first" if (one == rows).all() else "columns first" if (one == columns).all() else "neither"


seen = {}
for height, width in [(100, 200), (150, 150), (200, 100), (210, 70), (250, 50)]:
    longest = max(height, width)
    new_height, new_width = round(20 * height / longest), max(1, round(20 * width / longest))
    seen[height, width] = order(height, width, new_height, new_width)
    print(f"{height}x{width} to {new_height}x{new_width}: {seen[height, width]}")
sys.exit(set(seen.values()) != {"rows first", "columns first"})
END_OF_PYTHON
