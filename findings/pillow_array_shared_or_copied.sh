#!/bin/sh
# Pillow, NumPy: whether an image shares its pixels with the array that it was made from depends on its mode.
#
# One would expect Image.fromarray to copy always, or to share always. In fact an image of a contiguous L, RGBA or I;16
# array looks straight into the array: who fills that array anew, as one does with a buffer for frames, changes images
# that were made long before, and a list of frames holds the last one many times. RGB, LA and float images are copies.
# It lasts until the image is first written to, which copies it after all.
#
# Seen in Pillow 13.0.0. Image.frombuffer is documented to share memory in some modes, I;16 not among them, and what one
# may expect of it is asked in python-pillow/Pillow#2973 and #3336; for fromarray it is said nowhere.

. "$(dirname "$0")/helper"
environment here pillow==13.0.0 numpy==2.4.6
here/bin/python - <<'END_OF_PYTHON'
import sys

import numpy as np
from PIL import Image

EXPECTED = {"L": True, "RGBA": True, "I;16": True, "RGB": False, "LA": False, "F": False}
SHAPES = {"RGBA": (2, 2, 4), "RGB": (2, 2, 3), "LA": (2, 2, 2)}
TYPES = {"I;16": np.uint16, "F": np.float32}

seen = {}
for mode in EXPECTED:
    frame = np.zeros(SHAPES.get(mode, (2, 2)), TYPES.get(mode, np.uint8))
    image = Image.fromarray(frame)
    assert image.mode == mode
    frame[...] = 7  # the next frame
    seen[mode] = bool(np.asarray(image).any())
    print(f"{mode:5} {'changed with the array' if seen[mode] else 'kept its pixels'}")

frame = np.zeros((2, 2), np.uint8)
written = Image.fromarray(frame)
written.putpixel((0, 0), 1)
frame[...] = 7
print("L, written to before:", written.getpixel((1, 1)))
sys.exit(seen != EXPECTED or written.getpixel((1, 1)) != 0)
END_OF_PYTHON
