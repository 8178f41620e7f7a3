"""What the visitors of a load test do, and what is counted of it."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.load.client import Refused, Screen, Tab
from tests.load.drawings import Message, messages

SECONDS_PER_STROKE = 3.0


@dataclass
class Tally:
    """What happened to all visitors together.

    Attributes:
        opened: pages that came up whole, each with its seconds.
        answers: right answers, each with its seconds from the message to the answer.
        wrong: answers to another drawing than the one that was told, or with another picture or verdict.
        missing: drawings without an answer.
        digits: when each drawn digit was finished and answered to, as of time.monotonic.
        trained: training runs that came to their end.
        errors: everything that should not happen, in a sentence, with how often it did.
    """

    opened: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    wrong: int = 0
    missing: int = 0
    digits: list[float] = field(default_factory=list)
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


async def draw_for(tab: Tab, tally: Tally, until: float, chance: random.Random, *, each_stroke: bool = False) -> None:
    """Draw one digit of two strokes after the other, three seconds a stroke, at least one, until then (as of
    time.monotonic).

    Args:
        each_stroke: is told, as of a hand that rests after it; otherwise a digit is told when it is finished.
    """
    two_strokes = [drawing for drawing in messages() if len(drawing) == 2]
    await asyncio.sleep(chance.uniform(0, SECONDS_PER_STROKE))
    while True:
        drawing = chance.choice(two_strokes)
        for message in drawing:
            await asyncio.sleep(SECONDS_PER_STROKE)
            if each_stroke or message is drawing[-1]:
                await draw(tab, tally, message)
        tally.digits.append(time.monotonic())
        if time.monotonic() > until:
            return


async def draw(tab: Tab, tally: Tally, message: Message) -> None:
    """Tell of one drawing, and look at what comes back: it must name that drawing, and be the right answer to it."""
    name, screen = await tab.draw(message.strokes)
    tally.note(screen)
    answers = [html for html in screen.html if 'class="answer"' in html]
    if not answers:
        tally.missing += 1
    elif all(f'data-drawing="{name}"' in answer and _is_right(answer, message) for answer in answers):
        tally.answers.append(screen.seconds)
    else:
        tally.wrong += 1


def _is_right(answer: str, message: Message) -> bool:
    says = f'<div class="digit">{message.digit}</div>' if message.is_digit else f"Nearest guess: {message.digit}<"
    return message.picture in answer and says in answer


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
