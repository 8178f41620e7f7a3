"""Who says whether something looks like a digit: `model.reading.Refusal`, which this stands below."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SAFE = 6.0  # below the judge's threshold: so sure it has to be of the parts of what is parted


class Judge(Protocol):
    """Who knows digits."""

    @property
    def threshold(self) -> float:
        """What has a higher score is no digit."""
        ...

    def scores(self, images: Floats) -> Floats:
        """How strange each of (n, 28, 28) images looks, (n,)."""
        ...

    def confidences(self, images: Floats) -> Floats:
        """How probable the digit is that each of (n, 28, 28) images is taken for, (n,)."""
        ...
