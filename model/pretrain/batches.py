"""Which images make up each batch: so many of each kind, every image of a kind once before any comes again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.pretrain.renderings import Labelled


@dataclass(frozen=True)
class Source:
    """Images of one kind, and the share of each batch that is taken from them."""

    name: str
    images: Labelled
    share: float


def together(sources: Sequence[Source]) -> Labelled:
    """All images, those of the first source first: what the indices of `shuffled_batches` count."""
    return Labelled(
        np.concatenate([source.images.images for source in sources]),
        np.concatenate([source.images.digits for source in sources]),
    )


def shuffled_batches(
    sources: Sequence[Source], batch_size: int, batches: int, at_once: int, seed: Sequence[int]
) -> Iterator[npt.NDArray[np.int32]]:
    """Indices of the images to train on next, (at_once, batch_size), until there were so many batches."""
    counts = [round(source.share * batch_size) for source in sources]
    counts[0] += batch_size - sum(counts)
    starts = np.cumsum([0] + [len(source.images) for source in sources[:-1]])
    streams = [
        _Shuffled(len(source.images), int(start), np.random.default_rng([*seed, number]))
        for number, (source, start) in enumerate(zip(sources, starts, strict=True))
    ]
    for first in range(0, batches, at_once):
        rows = [
            np.concatenate([stream.take(count) for stream, count in zip(streams, counts, strict=True)])
            for _ in range(min(at_once, batches - first))
        ]
        yield np.stack(rows).astype(np.int32)


class _Shuffled:
    """Indices from `start` on, without end: each once in random order, and then again in another."""

    def __init__(self, number: int, start: int, random: np.random.Generator) -> None:
        self._number = number
        self._start = start
        self._random = random
        self._left = np.empty(0, np.int64)

    def take(self, number: int) -> npt.NDArray[np.int64]:
        while len(self._left) < number:
            self._left = np.concatenate([self._left, self._random.permutation(self._number)])
        taken, self._left = self._left[:number], self._left[number:]
        return taken + self._start
