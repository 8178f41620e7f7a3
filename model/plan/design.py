"""A visitor's own network, as the designer knows it: blocks of convolution and pooling, then dense layers."""

import re
from dataclasses import dataclass

from model.checks import check_count
from model.plan.architecture import (
    DIGITS,
    FILTERS,
    UNITS,
    Architecture,
    Conv2D,
    Dense,
    Flatten,
    Layer,
    MaxPooling2D,
    Padding,
)

BLOCKS = (0, 5)
KERNEL_SIZES = (1, 7)
HIDDEN_LAYERS = (0, 2)
LONGEST_TEXT = 200

_BLOCK = re.compile(r"c(\d{1,3})k(\d{1,2})(p?)")
_TEXT = re.compile(
    r"(?P<padding>same-)?(?P<blocks>(?:c\d{1,3}k\d{1,2}p?-)*)flatten(?P<hidden>(?:-d\d{1,4})*)", re.ASCII
)


@dataclass(frozen=True)
class Block:
    """A convolution, with or without a 2x2 max-pooling after it.

    Raises:
        ValueError: a setting is out of its limits; the message says which.
    """

    filters: int
    kernel_size: int = 3
    is_pooled: bool = True

    def __post_init__(self) -> None:
        check_count("number of filters", self.filters, FILTERS)
        check_count("kernel size", self.kernel_size, KERNEL_SIZES)

    @property
    def text(self) -> str:
        return f"c{self.filters}k{self.kernel_size}{'p' if self.is_pooled else ''}"


@dataclass(frozen=True)
class Design:
    """What a visitor chooses of a network; by default the notebook's. It may be impossible: `architecture` tells.

    Attributes:
        blocks: none at all for a plain dense network.
        padding: of all convolutions.
        hidden: the units of each dense layer between Flatten and the last one.

    Raises:
        ValueError: there are more blocks, hidden layers or units than the designer allows; the message says what.
    """

    blocks: tuple[Block, ...] = (Block(32), Block(64), Block(128, is_pooled=False))
    padding: Padding = "valid"
    hidden: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_count("number of blocks", len(self.blocks), BLOCKS)
        check_count("number of hidden layers", len(self.hidden), HIDDEN_LAYERS)
        for units in self.hidden:
            check_count("number of units", units, UNITS)

    def architecture(self) -> Architecture:
        """The network with its layers.

        Raises:
            ImpossibleNetwork: it cannot be built, or is too large; the message is a sentence that says why.
        """
        layers: list[Layer] = []
        for block in self.blocks:
            layers.append(Conv2D(block.filters, block.kernel_size, self.padding))
            if block.is_pooled:
                layers.append(MaxPooling2D())
        return Architecture((*layers, Flatten(), *map(Dense, self.hidden), Dense(DIGITS)))

    @property
    def text(self) -> str:
        """For a link: `c32k3p-c64k3p-c128k3-flatten` is the notebook's network."""
        # Without convolutions there is nothing to pad.
        same = "same-" if self.padding == "same" and self.blocks else ""
        blocks = "".join(f"{block.text}-" for block in self.blocks)
        return f"{same}{blocks}flatten" + "".join(f"-d{units}" for units in self.hidden)

    @classmethod
    def from_text(cls, text: str) -> "Design":
        """The design that a link names.

        Raises:
            ValueError: it names none.
        """
        found = _TEXT.fullmatch(text) if len(text) <= LONGEST_TEXT else None
        if not found:
            raise ValueError("this text describes no network")
        return cls(
            blocks=tuple(
                Block(int(filters), int(kernel_size), is_pooled=bool(pooled))
                for filters, kernel_size, pooled in _BLOCK.findall(found["blocks"])
            ),
            padding="same" if found["padding"] else "valid",
            hidden=tuple(int(units) for units in re.findall(r"\d+", found["hidden"])),
        )


NOTEBOOK = Design()
