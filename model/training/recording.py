"""Trains the run that the app replays: `python -m model.training.recording`, Notebook into `model/recorded`."""

import sys

from model.data import load_mnist
from model.plan import Architecture
from model.plan.recipe import NOTEBOOK
from model.run import RECORDED


def main() -> None:
    """Train, telling each epoch on stderr, and write the run's folder."""
    from model.training.loop import train

    def tell(epoch: object) -> None:
        sys.stderr.write(f"{epoch}\n")

    train(NOTEBOOK, Architecture(), load_mnist(), lambda _: None, tell).save(RECORDED)


if __name__ == "__main__":
    main()
