#!/bin/sh
# Pillow, MPO: the list of formats that may be opened lets through one that is not in it, and does not know that one.
#
# Image.open(file, formats=["JPEG"]) is the way to take JPEG files and nothing else. A JPEG file with a second picture
# behind it, as stereo cameras and some phones write, is opened under it as an image of format "MPO", with two frames:
# code that goes by image.format, or saves in that format again, meets a value that it has excluded. The other way
# round, formats=["MPO"] opens no such file: it ends in a KeyError, though "MPO" is what Pillow calls it and how it was
# saved.
#
# Seen in Pillow 13.0.0. The reader of JPEG hands such a file on to the reader of MPO, which is not registered itself.

. "$(dirname "$0")/helper"
environment here pillow==13.0.0
here/bin/python - <<'END_OF_PYTHON'
import io
import sys

from PIL import Image

file = io.BytesIO()
Image.new("RGB", (16, 16), "red").save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (16, 16), "blue")])
content = file.getvalue()

as_jpeg = Image.open(io.BytesIO(content), formats=["JPEG"])
print(f'formats=["JPEG"]: format {as_jpeg.format}, {as_jpeg.n_frames} frames')
try:
    as_mpo = Image.open(io.BytesIO(content), formats=["MPO"]).format
except KeyError as error:
    as_mpo = repr(error)
print(f'formats=["MPO"]: {as_mpo}')
sys.exit((as_jpeg.format, as_jpeg.n_frames, as_mpo) != ("MPO", 2, "KeyError('MPO')"))
END_OF_PYTHON
