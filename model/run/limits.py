"""What a server allows its visitors, each limit with an environment variable that sets it."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much is trained at a time, and how much is kept.

    Attributes:
        runs_at_once: runs that train at the same time, each in a worker process of its own.
        waiting_runs: places in the queue.
        seconds_per_run: of a run, from its turn on; what was learned until then is kept.
        seconds_away: how long a visitor who has left the page keeps a place in the queue.
        idle_seconds: how long a worker without work stays warm; it holds about 600 MB.
        kept_runs, kept_days, kept_megabytes: of the runs on disk; the oldest go first.
    """

    runs_at_once: int = 1
    waiting_runs: int = 20
    seconds_per_run: float = 900.0
    seconds_away: float = 120.0
    idle_seconds: float = 300.0
    kept_runs: int = 100
    kept_days: float = 30.0
    kept_megabytes: float = 500.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The limits with what variables such as DIGITS_RUNS_AT_ONCE say; one that is no number is passed over."""
        settings: dict[str, Any] = {}
        for name, default in vars(cls()).items():
            variable = f"DIGITS_{name.upper()}"
            if variable not in environment:
                continue
            try:
                settings[name] = _positive(type(default)(environment[variable]))
            except ValueError:
                logger.warning("%s must be a number above 0; it stays %s", variable, default)
        return cls(**settings)


def _positive(number: float) -> float:
    if not number > 0:
        raise ValueError
    return number
