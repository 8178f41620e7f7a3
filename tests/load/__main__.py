"""A lecture hall at once: `make load` prints how fast and how rightly the app answers many visitors.

Each draws digits of two strokes, three seconds a stroke, and the page tells of a digit when it is finished. With
--each-stroke it tells after every stroke, as it does of hands that rest so long: twice the messages. The figures
include this tool, which takes its part of the same processors; but for what a digit costs the server's own processor,
which is told where all do nothing but draw.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext

from tests.browser.server import RunningApp, app_in_new_folder
from tests.load.drawings import messages
from tests.load.processor import watched
from tests.load.visitors import Tally, draw_for, session, train

SEED = 8
SECONDS = 40.0
SECONDS_TO_ARRIVE = 10.0  # after which all are there

# Given the app's address, how many visitors, for how many seconds, and whether each stroke is told.
Scenario = Callable[[str, int, float, bool], Coroutine[None, None, Tally]]


async def drawing(url: str, visitors: int, seconds: float, each_stroke: bool = False) -> Tally:
    """Visitors who come in one after the other and draw."""
    tally = Tally()
    until = time.monotonic() + SECONDS_TO_ARRIVE + seconds
    await asyncio.gather(*(_drawer(url, tally, until, number, visitors, each_stroke) for number in range(visitors)))
    return tally


async def while_one_trains(url: str, visitors: int, seconds: float, each_stroke: bool = False) -> Tally:
    """The same, and one more who trains a network all the while."""
    tally = Tally()
    until = time.monotonic() + SECONDS_TO_ARRIVE + seconds
    await asyncio.gather(
        _trainer(url, tally, until),
        *(_drawer(url, tally, until, number, visitors, each_stroke) for number in range(visitors)),
    )
    return tally


async def mixed(
    url: str, visitors: int, seconds: float, each_stroke: bool = False, seconds_to_arrive: float = SECONDS_TO_ARRIVE
) -> Tally:
    """A class: most draw, some look at other pages and come back, some reload, one in twenty trains."""
    tally = Tally()
    until = time.monotonic() + seconds_to_arrive + seconds
    trainers = visitors // 20
    await asyncio.gather(
        *(_trainer(url, tally, until) for _ in range(trainers)),
        *(
            _wanderer(url, tally, until, SEED + number, seconds_to_arrive * number / visitors, each_stroke)
            for number in range(visitors - trainers)
        ),
    )
    return tally


async def storm(url: str, visitors: int, seconds: float, _: bool = False) -> Tally:
    """All reload the page within this time."""
    tally = Tally()

    async def reload(number: int) -> None:
        await asyncio.sleep(seconds * number / visitors)
        async with session(url, tally):
            pass

    await asyncio.gather(*(reload(number) for number in range(visitors)))
    return tally


async def _drawer(url: str, tally: Tally, until: float, number: int, visitors: int, each_stroke: bool) -> None:
    await asyncio.sleep(SECONDS_TO_ARRIVE * number / visitors)
    async with session(url, tally) as tab:
        await draw_for(tab, tally, until, random.Random(SEED + number), each_stroke=each_stroke)


async def _trainer(url: str, tally: Tally, until: float) -> None:
    async with session(url, tally, "train") as tab:
        while time.monotonic() < until:
            await train(tab, tally)


async def _wanderer(url: str, tally: Tally, until: float, seed: int, pause: float, each_stroke: bool) -> None:
    chance = random.Random(seed)
    await asyncio.sleep(pause)
    while time.monotonic() < until:
        async with session(url, tally) as tab:
            leaves = min(until, time.monotonic() + chance.uniform(6, 20))
            await draw_for(tab, tally, leaves, chance, each_stroke=each_stroke)
            if chance.random() < 0.5:
                tally.note(await tab.go_to(chance.choice(tab.other_pages)))
                await asyncio.sleep(chance.uniform(0, 2))


# What is measured by default: the scenario, its visitors and its seconds.
PLAN: dict[str, tuple[Scenario, int, float]] = {
    "200 drawing": (drawing, 200, SECONDS),
    "100 drawing while one trains": (while_one_trains, 100, SECONDS),
    "300 drawing": (drawing, 300, SECONDS),
    "60 drawing, reloading, training, looking around": (mixed, 60, SECONDS),
    "100 reloading within 10 s": (storm, 100, 10.0),
}
SCENARIOS: dict[str, Scenario] = {"drawing": drawing, "training": while_one_trains, "mixed": mixed, "storm": storm}


def main() -> int:
    options = _chosen(sys.argv[1:])
    plan = (
        {f"{options.visitors} {options.scenario}": (SCENARIOS[options.scenario], options.visitors, options.seconds)}
        if options.scenario
        else PLAN
    )
    messages()  # beforehand: it takes seconds of this process
    clean = True
    for name, (scenario, visitors, seconds) in plan.items():
        place = nullcontext(None) if options.url else app_in_new_folder()
        with place as app:
            url = options.url or _url(app)
            print(f"\n{name}")
            going = scenario(url, visitors, seconds, options.each_stroke)
            if app and scenario is drawing:
                tally, work = asyncio.run(watched(going, app.process.pid, SECONDS_TO_ARRIVE, seconds))
                clean = show(tally) and clean
                print(
                    f"  server's processor, ms: {work.per_digit(tally.digits) * 1000:.1f} a digit; "
                    f"{work.share:.0%} of one busy"
                )
            else:
                tally = asyncio.run(going)
                clean = show(tally) and clean
    return 0 if clean else 1


def _url(app: RunningApp | None) -> str:
    assert app
    return app.url


def show(tally: Tally) -> bool:
    """Print what was counted; True when nothing went wrong."""
    print(f"  sessions opened {len(tally.opened)}, {_milliseconds(tally.opened)}")
    if tally.answers or tally.missing or tally.wrong:
        print(f"  answers {len(tally.answers)}, wrong {tally.wrong}, missing {tally.missing}")
        print(f"  from the drawing told to its answer, {_milliseconds(tally.answers)}")
    if tally.trained:
        print(f"  training runs finished {tally.trained}")
    print(f"  media files fetched {tally.media}, errors {tally.errors.total()}")
    for error, times in tally.errors.most_common(5):
        print(f"    {times} × {error}")
    return tally.is_clean


def _milliseconds(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return f"ms: {seconds[0] * 1000:.0f}" if seconds else "none"
    percentiles = statistics.quantiles(seconds, n=100, method="inclusive")
    return (
        f"ms: median {percentiles[49] * 1000:.0f}, 95 % within {percentiles[94] * 1000:.0f}, "
        f"99 % within {percentiles[98] * 1000:.0f}"
    )


def _chosen(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS, help="one scenario; by default all that README shows")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument(
        "--each-stroke", action="store_true", help="a message after every stroke, not only after the last"
    )
    parser.add_argument("--url", help="an app that runs already, http://host:port; by default one is started")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
