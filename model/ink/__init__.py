"""From any hand, file or link to the 28x28 pixels that a network reads.

What reads photos is left to `model.ink.photo`: a drawing on the canvas need not wait for it.
"""

from model.ink.preparation import FRAME, Prepared, prepare
from model.ink.strokes import CANVAS

__all__ = ["CANVAS", "FRAME", "Prepared", "prepare"]
