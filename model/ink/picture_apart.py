"""Unpacks one picture, in a process of its own: `python -m model.ink.picture_apart FORM`, the file on standard input.

What it writes is the small picture as NumPy's file, or the sentence why there is none. Decoders of forms that are rare,
or that come from film, believe more of what a file says than can be checked before; so the system bounds what they
take. Linux alone keeps the bound on memory.
"""

import io
import resource
import sys

import numpy as np

from model.ink.picture_file import UnusablePicture, unpacked
from model.ink.picture_form import Form

MEMORY = 400 * 2**20  # bytes beside the programs themselves: of a picture, and of Python
SECONDS = 8  # of a processor


def main() -> None:
    """Unpack it."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    written = io.BytesIO()
    try:
        np.save(written, unpacked(sys.stdin.buffer.read(), Form(sys.argv[1])))
    except UnusablePicture as error:
        sys.stdout.write(str(error))
        sys.exit(1)
    except MemoryError:
        sys.exit(1)
    sys.stdout.buffer.write(written.getvalue())


if __name__ == "__main__":
    main()
