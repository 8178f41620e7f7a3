"""The processor time of the server for a drawn digit, measured while many draw."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass

import psutil

from tests.load.visitors import Tally

SECONDS_TO_SETTLE = 4.0  # after the last visitor's page has come up
SECONDS_OF_LEAVING = 2.0  # not counted at the end


@dataclass(frozen=True)
class Work:
    """What a process worked between two moments, as of time.monotonic.

    Attributes:
        seconds: of processor time, in all of its threads.
    """

    began: float
    ended: float
    seconds: float

    @property
    def share(self) -> float:
        """Of one processor's time."""
        return self.seconds / (self.ended - self.began)

    def per_digit(self, finished: Sequence[float]) -> float:
        """Processor seconds for each digit that was finished meanwhile; NaN where there was none."""
        digits = sum(self.began <= moment < self.ended for moment in finished)
        return self.seconds / digits if digits else float("nan")


async def watched(
    scenario: Coroutine[None, None, Tally], pid: int, arrival: float, seconds: float
) -> tuple[Tally, Work]:
    """A scenario, and what this process worked from when all its visitors were there until they began to leave.

    Args:
        arrival: seconds until all are there.
        seconds: that they stay then.
    """
    process = psutil.Process(pid)

    async def watch() -> Work:
        await asyncio.sleep(arrival + SECONDS_TO_SETTLE)
        began, before = time.monotonic(), _worked(process)
        await asyncio.sleep(max(seconds - SECONDS_TO_SETTLE - SECONDS_OF_LEAVING, 1))
        return Work(began, time.monotonic(), _worked(process) - before)

    return await asyncio.gather(scenario, watch())


def _worked(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
