"""Measures what the README says about speed, memory and accuracy: `make bench`, or parts with ARGS="start draw"."""

import argparse
import logging
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from model.run import PRETRAINED
from tests.bench import in_browser, in_process
from tests.bench.evaluating import evaluating
from tests.bench.layers import layers
from tests.bench.opened_up import opened_up
from tests.bench.pictures import pictures
from tests.bench.race import race
from tests.bench.reading import reading

# In the order in which they run. A part measures and prints; it is given the options and returns nothing.
PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "start": lambda _: in_browser.start(),
    "draw": lambda _: in_browser.draw(),
    "visit": lambda _: in_browser.visit(),
    "answer": lambda _: in_process.answer(),
    "looks": lambda _: opened_up(),
    "reading": lambda options: reading(options.run, options.drawn),
    "pictures": lambda options: pictures(options.run, options.drawn),
    "layers": lambda _: layers(),
    "evaluate": lambda _: evaluating(),
    "memory": lambda _: in_browser.memory(),
    "train": lambda _: in_process.train(),
    "lines": lambda _: in_process.lines(),
}

# These run only when they are named, or with --long.
LONG_PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "strokes": lambda _: in_browser.strokes(),
    "notebook": lambda _: in_process.notebook(),
    "race": lambda options: race(options.seeds),
}


def main() -> None:
    options = chosen(sys.argv[1:])
    # Pages that run without a server warn of it each time.
    logging.disable(logging.WARNING)
    print(_machine())
    for name in options.parts:
        print(f"\n{name}")
        (PARTS | LONG_PARTS)[name](options)


def chosen(arguments: list[str]) -> argparse.Namespace:
    """What is asked for: `parts`, in order, and for two of them the `run`'s folder and a file of `drawn` digits."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    # Its `choices` would refuse that no part is named, so the type checks the names.
    parser.add_argument("parts", nargs="*", type=_part, metavar="part", help=", ".join(PARTS | LONG_PARTS))
    parser.add_argument("--long", action="store_true", help=f"all parts, and {', '.join(LONG_PARTS)} with them")
    parser.add_argument(
        "--run", type=Path, default=PRETRAINED, metavar="FOLDER", help="reading, pictures: the run to measure"
    )
    parser.add_argument("--drawn", type=Path, metavar="FILE", help="the same: drawn digits to measure it on")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="race: how many of each side")
    options = parser.parse_args(arguments)
    options.parts = options.parts or [*PARTS, *(LONG_PARTS if options.long else ())]
    return options


def _part(name: str) -> str:
    if name not in PARTS | LONG_PARTS:
        raise argparse.ArgumentTypeError(f"there is no part {name!r}, only {', '.join(PARTS | LONG_PARTS)}")
    return name


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "ai-edge-litert", "tensorflow", "keras"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors{load}; "
        f"Python {platform.python_version()}, {packages}"
    )


if __name__ == "__main__":
    main()
