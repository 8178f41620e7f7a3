"""Asynchronous visitors for tests that are not asynchronous themselves."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Background:
    """An event loop in a thread of its own, as a context manager: Playwright keeps one in the main thread."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine to end; what it raises is raised here."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()


def run(what: Coroutine[Any, Any, T]) -> T:
    """Wait for one coroutine alone."""
    with Background() as background:
        return background.run(what)
