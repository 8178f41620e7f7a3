#!/bin/sh
# Pillow, PNG: turning a picture grey can make opaque pixels transparent.
#
# A PNG without alpha may name one colour that is transparent (its chunk tRNS), and Pillow keeps that colour in
# info["transparency"]. convert("L") turns it grey like any pixel, so that it still means transparent. But many colours
# share a grey: here the key is red, and an opaque grey of the same lightness becomes a hole, in convert("LA") after it
# and in the PNG that is saved of it. One would expect the same as from convert("LA") at once, which does it right.
#
# Seen in Pillow 13.0.0. convert("L") carries the key along since python-pillow/Pillow#574, and the direct way to LA
# respects the colour since python-pillow/Pillow#7888.

. "$(dirname "$0")/helper"
environment here pillow==13.0.0
here/bin/python - <<'END_OF_PYTHON'
import io
import sys

from PIL import Image

RED, GREY = (255, 0, 0), (76, 76, 76)

picture = Image.new("RGB", (2, 1), GREY)
picture.putpixel((0, 0), RED)
file = io.BytesIO()
picture.save(file, "PNG", transparency=RED)
opened = Image.open(file)
grey = opened.convert("L")
saved = io.BytesIO()
grey.save(saved, "PNG")

alphas = {
    "RGB to LA": [opened.convert("LA").getpixel((x, 0))[1] for x in (0, 1)],
    "RGB to L to LA": [grey.convert("LA").getpixel((x, 0))[1] for x in (0, 1)],
    "RGB to L, saved, opened": [Image.open(saved).convert("RGBA").getpixel((x, 0))[3] for x in (0, 1)],
}
for way, (red, other) in alphas.items():
    print(f"{way}: alpha of the transparent red {red}, of the opaque grey {other}")
sys.exit(list(alphas.values()) != [[0, 255], [0, 0], [0, 0]])
END_OF_PYTHON
