"""How measurements are summed up and printed: one line each, what it is and then how much."""

from collections.abc import Sequence

import numpy as np


def show(what: str, how_much: str) -> None:
    print(f"  {what:<66} {how_much}", flush=True)


def milliseconds(values: Sequence[float], digits: int = 0) -> str:
    """Median and 95th percentile of durations in milliseconds."""
    median, high = np.percentile(values, [50, 95])
    return f"median {median:.{digits}f} ms, 95 % within {high:.{digits}f} ms"


def seconds(values: Sequence[float]) -> str:
    """Median and range of a few durations in seconds: too few for a percentile."""
    return f"median {np.median(values):.1f} s, {min(values):.1f} to {max(values):.1f} s"


def megabytes(number_of_bytes: int) -> str:
    return f"{number_of_bytes / 1_000_000:,.0f} MB"


def kilobytes(number_of_bytes: int) -> str:
    return f"{number_of_bytes / 1_000:,.1f} KB"
