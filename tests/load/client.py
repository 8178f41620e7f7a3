"""A browser tab without a browser: it speaks Streamlit's own websocket protocol, with the classes that Streamlit ships.

The protocol in short: the client asks for a run of the page, or of one of its fragments, with the values of its
widgets; the server answers with messages, most of which put an element in its place, and says when it is done.
"""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import websockets
from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

# Against waiting for ever; how long an answer took, the screen says.
SECONDS_TO_ANSWER = 120.0

_USER_KEY = re.compile(r"\$\$ID-[0-9a-f]+-(.*)", re.DOTALL)
_MEDIA = re.compile(rb"/media/[0-9a-f]+\.[a-z0-9]+")


class Refused(Exception):
    """The server did not do what a browser may ask of it; the message says what happened."""


@dataclass
class Screen:
    """What one run of a page or a fragment sent.

    Attributes:
        html: the bodies of all st.html elements, and what components are told as "html", in order.
        texts: the bodies of all markdown elements and of alerts.
        progress: the texts of progress bars.
        exceptions: the messages of exceptions that reached the browser; none ever should.
        seconds: from the question to the end of the run.
    """

    html: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class _Known:
    """A large message that the server need not send again, and the run of the page in which it was of use last."""

    message: ForwardMsg
    used: int


class Tab:
    """One session of the app, as an asynchronous context manager.

    After `open`, `widgets` maps each widget's key to its id, `fragments` to the fragment that it belongs to, and `told`
    maps the key of each component that is told JSON to what it was told last.
    """

    def __init__(self, url: str, cookies: str = "") -> None:
        """Get ready to talk to the app at this address, "http://host:port", with what a browser's cookies say."""
        self.url = url
        self._headers = {"Cookie": cookies} if cookies else {}
        self.widgets: dict[str, str] = {}
        self.fragments: dict[str, str] = {}
        self.told: dict[str, Any] = {}
        self.polls: dict[str, float] = {}
        self.media_fetched = 0
        self._values: dict[str, WidgetState] = {}
        self._pages: dict[str, str] = {}
        self._page = ""
        self._query = ""
        self._seen_media: set[bytes] = set()
        self._known: dict[str, _Known] = {}
        self._runs = 0
        self._longest = 0
        self._start = ""
        self._state = 1
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._socket = await websockets.connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers=self._headers,
            max_size=None,
            open_timeout=SECONDS_TO_ANSWER,
            ping_interval=None,
            # What is still on its way is not waited for: a tab that is closed does not either.
            close_timeout=0.5,
            compression=None,
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._socket.close()

    async def open(self, page: str = "", query: str = "") -> Screen:
        """Open a page of the app by its name in the address, as a deep link does."""
        message = BackMsg()
        message.rerun_script.query_string = self._query = query
        message.rerun_script.page_name = page
        return await self.ask(message)

    async def go_to(self, page: str) -> Screen:
        """Change to another page by the menu; the widgets of this one are left behind."""
        self._values.clear()
        self.polls.clear()
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self._pages[page]
        return await self.ask(message)

    async def set(self, key: str, **value: Any) -> Screen:
        """Give a widget a value, as in `json_value="{}"` or `trigger_value=True`, and run what that makes run."""
        state = WidgetState(id=self.widgets[key], **value)
        self._values[key] = state
        message = self._rerun(self.fragments[key])
        if state.WhichOneof("value") == "trigger_value":
            del self._values[key]
        return await self.ask(message)

    async def tell(self, key: str, **value: Any) -> None:
        """Give a widget a value, and do not wait for what that makes run; its answer comes before the next one."""
        self._values[key] = WidgetState(id=self.widgets[key], **value)
        await self.send(self._rerun(self.fragments[key]).SerializeToString())

    async def draw(self, strokes: object) -> tuple[str, Screen]:
        """Tell of a drawing as the page's pen does once it rests: the name of what was told, and what came of it."""
        name, value = self.drawing(strokes)
        return name, await self.set("told", json_value=value)

    def drawing(self, strokes: object) -> tuple[str, str]:
        """The name of the next state of what is drawn, and what the pen tells of it."""
        name = self.next_name()
        return name, drawing_value(self._start, name, strokes)

    def next_name(self) -> str:
        """Of the next state of what is drawn, which a page counts from the start that it was told."""
        start = self.told["pen"]["start"]
        self._state = self._state + 1 if start == self._start else 2
        self._start = start
        return f"{start}.{self._state}"

    async def poll(self, fragment: str) -> Screen:
        """Run a fragment again by itself, as the page does that follows a training run."""
        message = self._rerun(fragment)
        message.rerun_script.is_auto_rerun = True
        return await self.ask(message)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return next((name for name, page in self._pages.items() if page == self._page), "")

    @property
    def query(self) -> str:
        """What stands behind the question mark in the address bar."""
        return self._query

    @property
    def other_pages(self) -> list[str]:
        """The names of the pages that the menu leads to from here, without the first one."""
        return [name for name, page in self._pages.items() if name and page != self._page]

    def _rerun(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        script = message.rerun_script
        script.query_string = self._query
        script.page_script_hash = self._page
        script.fragment_id = fragment
        script.widget_states.widgets.extend(self._values.values())
        return message

    async def send(self, content: bytes) -> None:
        """Send anything at all, which need be no message."""
        await self._socket.send(content)

    async def ask(self, message: BackMsg, heard: Callable[[ForwardMsg], None] = lambda _: None) -> Screen:
        """Send one message, and take what the server says until the run is over.

        Raises:
            Refused: nothing came in time, or the connection was closed.
        """
        async with self._turn:
            began = time.perf_counter()
            try:
                message.rerun_script.cached_message_hashes[:] = self._known
                await self.send(message.SerializeToString())
            except websockets.ConnectionClosed as error:
                raise Refused(f"{type(error).__name__}: {error}") from error
            screen = await self._listen(heard)
            screen.seconds = time.perf_counter() - began
        return screen

    async def hear(self) -> Screen:
        """Take what the server says to the end of the next run, without asking for one.

        Raises:
            Refused: as above.
        """
        async with self._turn:
            return await self._listen()

    async def _listen(self, heard: Callable[[ForwardMsg], None] = lambda _: None) -> Screen:
        screen = Screen()
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                while True:
                    content = await self._socket.recv()
                    assert isinstance(content, bytes)
                    self._seen_media.update(_MEDIA.findall(content))
                    answer = ForwardMsg.FromString(content)
                    heard(answer)
                    if self._take(self._whole(answer), screen):
                        return screen
        except (TimeoutError, DecodeError, websockets.ConnectionClosed) as error:
            raise Refused(f"{type(error).__name__}: {error}") from error

    def _whole(self, answer: ForwardMsg) -> ForwardMsg:
        """The message itself, where the server sends a reference to one that is known, as a browser knows it."""
        kind = answer.WhichOneof("type")
        if kind == "ref_hash":
            known = self._known[answer.ref_hash]
            known.used = self._runs
            return known.message
        if answer.metadata.cacheable:
            self._known[answer.hash] = _Known(answer, self._runs)
        if kind == "new_session":
            self._longest = answer.new_session.config.max_cached_message_age or self._longest
        if kind == "script_finished":
            self._runs += 1
            if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self._forget()
        return answer

    def _forget(self) -> None:
        """After a run of the whole page: what has been of no use for some runs."""
        self._known = {hash_: known for hash_, known in self._known.items() if self._runs - known.used <= self._longest}

    def _take(self, answer: ForwardMsg, screen: Screen) -> bool:
        """Note what a message says; True when it is the run's last."""
        kind = answer.WhichOneof("type")
        if kind == "new_session" and not answer.metadata.run.fragment_ids:
            self.polls.clear()
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages}
            self._page = answer.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = answer.page_info_changed.query_string
        elif kind == "stop_auto_rerun":
            for fragment in answer.stop_auto_rerun.fragment_ids:
                self.polls.pop(fragment, None)
        elif kind == "auto_rerun":
            self.polls[answer.auto_rerun.fragment_id] = answer.auto_rerun.interval
        elif kind == "delta":
            self._take_element(answer, screen)
        # A run that another question cut short says so as well; the one that counts comes after it.
        return kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _take_element(self, answer: ForwardMsg, screen: Screen) -> None:
        delta = answer.delta
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        if kind is None:
            return
        element = getattr(delta.new_element, kind)
        if kind == "html":
            screen.html.append(element.body)
        elif kind in ("markdown", "alert"):
            screen.texts.append(element.body)
        elif kind == "progress":
            screen.progress.append(element.text)
        elif kind == "exception":
            screen.exceptions.append(f"{element.type}: {element.message}")
        widget = _USER_KEY.fullmatch(getattr(element, "id", ""))
        if widget:
            self.widgets[widget[1]] = element.id
            self.fragments[widget[1]] = delta.fragment_id
            if kind == "bidi_component" and element.WhichOneof("data") == "json":
                self.told[widget[1]] = told = json.loads(element.json)
                if isinstance(told, dict) and "html" in told:
                    screen.html.append(told["html"])

    async def fetch_media(self) -> None:
        """Get every file that the pages so far have named, once.

        Raises:
            Refused: one of them is not there.
        """
        new, self._seen_media = self._seen_media, set()
        for path in new:
            await asyncio.to_thread(_fetch, self.url + path.decode())
            self.media_fetched += 1


def drawing_value(start: object, name: object, strokes: object) -> str:
    """The JSON that stands for the pen's value in the websocket."""
    return json.dumps({"drawing": {"start": start, "name": name, "strokes": strokes}})


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS_TO_ANSWER) as answer:
            content: bytes = answer.read()
            return content
    except (urllib.error.URLError, OSError) as error:
        raise Refused(f"{url}: {error}") from error
