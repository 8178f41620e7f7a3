#!/bin/sh
# Pillow: shrinking a picture by a whole number with BOX does not give the means of its squares.
#
# BOX takes the mean of all pixels under a new one. Shrinking 400×400 to 100×100 should so give the means of squares of
# 4×4 pixels, rounded. In fact resize goes over rows first and over columns then, and rounds to a byte in between: about
# a fifth of the pixels of random noise are off by one, and a picture turned on its side, shrunk and turned back is
# another one. Image.reduce, which reads like a mere shorthand, rounds once and gives every mean exactly.
#
# Seen in Pillow 13.0.0.

. "$(dirname "$0")/helper"
environment here pillow==13.0.0 numpy==2.4.6
here/bin/python - <<'END_OF_PYTHON'
import sys

import numpy as np
from PIL import Image

pixels = np.random.default_rng(0).integers(0, 256, (400, 400), np.uint8)
means = np.floor(pixels.reshape(100, 4, 100, 4).mean(axis=(1, 3)) + 0.5).astype(int)
image = Image.fromarray(pixels)
resized = np.asarray(image.resize((100, 100), Image.Resampling.BOX)).astype(int)
reduced = np.asarray(image.reduce(4)).astype(int)
on_its_side = image.transpose(Image.Transpose.TRANSPOSE).resize((100, 100), Image.Resampling.BOX)
turned_back = np.asarray(on_its_side.transpose(Image.Transpose.TRANSPOSE)).astype(int)

off = (resized != means).mean()
print(f"resize: {off:.1%} of the pixels are not the mean, by {abs(resized - means).max()} at most")
print(f"reduce: {(reduced != means).mean():.1%}")
print(f"resize, on its side and back: {(turned_back != resized).mean():.1%} differ from resize")
sys.exit(not (off > 0.1 and (reduced == means).all() and (turned_back != resized).any()))
END_OF_PYTHON
