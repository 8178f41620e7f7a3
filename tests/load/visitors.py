"""What the visitors of a load test do, and what is counted of it."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.load.client import Refused, Screen, Tab
from tests.load.drawings import Message, messages

SECONDS_BETWEEN_STROKES = 3.0


@dataclass
class Tally:
    """What happened to all visitors together.

    Attributes:
        opened: pages that came up whole, each with its seconds.
        answers: right answers, each with its seconds from the stroke to the answer.
        wrong: answers with another picture or another digit than the stroke that asked for it.
        missing: strokes without an answer.
        trained: training runs that came to their end.
        errors: everything that should not happen, in a sentence, with how often it did.
    """

    opened: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    wrong: int = 0
    missing: int = 0
    trained: int = 0
    media: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        return not (self.wrong or self.missing or self.errors)

    def note(self, screen: Screen) -> Screen:
        """Count what a run of a page sent.

        Raises:
            Refused: it sent an exception; the visitor leaves.
        """
        if screen.exceptions:
            raise Refused(screen.exceptions[0])
        return screen


@asynccontextmanager
async def session(url: str, tally: Tally, page: str = "", query: str = "") -> AsyncIterator[Tab]:
    """A tab on one of the app's pages, which has come up whole; what goes wrong in it is counted, not raised."""
    try:
        began = time.perf_counter()
        async with Tab(url) as tab:
            tally.note(await tab.open(page, query))
            await tab.fetch_media()
            tally.opened.append(time.perf_counter() - began)
            yield tab
            await tab.fetch_media()
            tally.media += tab.media_fetched
    except (Refused, OSError) as error:
        tally.errors[f"{type(error).__name__}: {error}"[:200]] += 1


async def draw_for(tab: Tab, tally: Tally, until: float, chance: random.Random) -> None:
    """Draw one digit after the other, a stroke every three seconds, one at least, until then (as of time.monotonic)."""
    await asyncio.sleep(chance.uniform(0, SECONDS_BETWEEN_STROKES))
    for drawing in (chance.choice(messages()) for _ in itertools.count()):
        for message in drawing:
            pause = asyncio.create_task(asyncio.sleep(SECONDS_BETWEEN_STROKES))
            await draw(tab, tally, message)
            await pause
            if time.monotonic() > until:
                return


async def draw(tab: Tab, tally: Tally, message: Message) -> None:
    """One stroke, and a look at what comes back."""
    screen = tally.note(await tab.set("canvas", json_value=message.canvas))
    answer = next((html for html in screen.html if 'class="answer"' in html), None)
    if answer is None:
        tally.missing += 1
    elif message.picture in answer and _says(answer, message.digit):
        tally.answers.append(screen.seconds)
    else:
        tally.wrong += 1


def _says(answer: str, digit: int) -> bool:
    return f'<div class="digit">{digit}</div>' in answer or f"Nearest guess: {digit}<" in answer


async def train(tab: Tab, tally: Tally, preset: str = "Fast", images: int = 2_000) -> None:
    """Start a run on the Train page, follow it as the page does, to its end."""
    tally.note(await tab.set("preset", string_array_value={"data": [preset]}))
    tally.note(await tab.set(f"images_{preset}", double_value=images))
    tally.note(await tab.set("start", trigger_value=True))
    while tab.polls:
        fragment, interval = next(iter(tab.polls.items()))
        await asyncio.sleep(interval)
        tally.note(await tab.poll(fragment))
    if "use" in tab.widgets:
        tally.trained += 1
