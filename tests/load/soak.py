"""Long life: `make soak` opens and leaves sessions, draws and trains, and looks at what the server keeps of it.

It takes about ten minutes. A part of it with `python -m tests.load.soak --share 0.1`.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.browser.server import RunningApp
from tests.load.__main__ import show
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw, session, train

SESSIONS = 500
RUNS = 20
DRAWINGS = 2_000

TABS = 10  # at once
SECONDS_OF_REST = 150.0  # a session that was left lives for two minutes
WARM_UP = 0.05  # this share of it all comes first: what a server loads once is no leak

MOST_GROWTH = 60.0  # MB


@dataclass(frozen=True)
class State:
    """What the web process holds: memory in MB, and how many of everything else."""

    memory: float
    threads: int
    files: int
    processes: int
    temporary: int

    @classmethod
    def of(cls, app: RunningApp, temporary: Path) -> "State":
        server = psutil.Process(app.process.pid)
        return cls(
            server.memory_info().rss / 2**20,
            server.num_threads(),
            server.num_fds(),
            len(server.children(recursive=True)),
            sum(1 for _ in temporary.rglob("*")),
        )

    def __str__(self) -> str:
        return (
            f"{self.memory:.0f} MB, {self.threads} threads, {self.files} open files, "
            f"{self.processes} processes below it, {self.temporary} temporary files"
        )


def at_rest(app: RunningApp, temporary: Path) -> State:
    """What is held long after all have left; a session that has run out is dropped when the next one comes."""
    time.sleep(SECONDS_OF_REST)
    asyncio.run(pass_by(app.url))
    return State.of(app, temporary)


async def pass_by(url: str) -> None:
    """A visitor who opens the page and leaves."""
    async with session(url, Tally()):
        pass


async def live(url: str, share: float) -> Tally:
    """A share of the whole: sessions in turn, a few at once, which draw and leave; then runs, one after the other."""
    tally = Tally()
    drawings = [message for drawing in messages() for message in drawing]
    in_each = round(DRAWINGS / SESSIONS)

    async def visit(number: int) -> None:
        async with turn, session(url, tally) as tab:
            for step in range(in_each):
                await draw(tab, tally, drawings[(number * in_each + step) % len(drawings)])
            tally.note(await tab.go_to(tab.other_pages[number % len(tab.other_pages)]))

    turn = asyncio.Semaphore(TABS)
    await asyncio.gather(*(visit(number) for number in range(round(SESSIONS * share))))
    for _ in range(max(1, round(RUNS * share))):
        async with session(url, tally, "train") as tab:
            await train(tab, tally)
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.soak", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="how much of it all, from 0 to 1")
    share = parser.parse_args().share
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        with RunningApp(Path(folder), TMPDIR=str(temporary)) as app:
            asyncio.run(live(app.url, WARM_UP))
            before = at_rest(app, temporary)
            print(f"after a warm-up: {before}", flush=True)
            tally = asyncio.run(live(app.url, share))
            clean = show(tally)
            print(f"right after it: {State.of(app, temporary)}", flush=True)
            after = at_rest(app, temporary)
            print(f"at rest: {after}", flush=True)
            later = at_rest(app, temporary)
            print(f"a while later: {later}")
    growth = after.memory - before.memory
    print(f"memory grew by {growth:.0f} MB, of at most {MOST_GROWTH:.0f}")
    nothing_left = (
        later.threads <= before.threads + 4  # a pool for requests grows with the first that come together
        and later.files <= before.files + 4
        and later.processes <= before.processes
        and later.temporary <= before.temporary
    )
    has_come_to_rest = later.memory - after.memory < 2
    return 0 if clean and growth < MOST_GROWTH and nothing_left and has_come_to_rest else 1


if __name__ == "__main__":
    sys.exit(main())
