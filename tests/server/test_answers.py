"""What a drawing costs the server: which parts of the page it runs, and how much it sends."""

import gzip
import re
import urllib.request

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Tab
from tests.load.drawings import Message, messages
from tests.load.visitors import Tally, draw


def test_a_drawing_sends_its_answer_and_the_question_where_that_is_another_one(app: RunningApp) -> None:
    digits = [drawing[-1] for drawing in messages() if drawing[-1].is_digit]
    no_digit = next(message for drawing in messages() for message in drawing if not message.is_digit)
    sent: list[str] = []
    size = 0

    def hear(message: ForwardMsg) -> None:
        nonlocal size
        size += message.ByteSize()
        if message.WhichOneof("type") == "delta":
            sent.append(message.delta.new_element.WhichOneof("type") or "block")

    async def elements(tab: Tab, tally: Tally, message: Message) -> list[str]:
        nonlocal size
        sent.clear()
        size = 0
        await draw(tab, tally, message)
        return [element for element in sent if element != "block"]

    async def of_each() -> None:
        tally = Tally()
        async with Tab(app.url) as tab:
            await tab.open()
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            # The answer; "Was it right?", Yes, No, and the link.
            first = await elements(tab, tally, digits[0])
            assert first == ["bidi_component", "markdown", "button", "button", "button"]
            assert await elements(tab, tally, digits[20]) == ["bidi_component"]
            assert size < 10_000
            # "Which digit was it?", and the ten; then the first question again.
            assert (await elements(tab, tally, no_digit)).count("button") == 11
            assert await elements(tab, tally, digits[30]) == first
        assert tally.is_clean
        assert len(tally.answers) == 4

    run(of_each())


def test_the_network_is_sent_with_the_page_and_with_no_drawing(app: RunningApp) -> None:
    """What the page reads with is some 300 KB."""

    async def sizes() -> list[int]:
        sent: list[int] = []

        def hear(message: ForwardMsg) -> None:
            sent[-1] += message.ByteSize()

        async with Tab(app.url) as tab:
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            sent.append(0)
            await tab.open()
            for drawing in messages()[:3]:
                sent.append(0)
                await draw(tab, Tally(), drawing[-1])
            sent.append(0)
            await tab.set("brush_width", string_array_value={"data": ["Brush 26"]})
        return sent

    page, *drawings, brush = run(sizes())
    assert 250_000 < page < 600_000
    assert max(drawings) < 30_000
    assert brush < 60_000


def test_the_pages_scripts_come_packed_to_who_takes_them_so(app: RunningApp) -> None:
    async def open_page() -> None:
        async with Tab(app.url) as tab:
            await tab.open()

    def fetch(path: str, **headers: str) -> tuple[int, str | None, bytes]:
        request = urllib.request.Request(
            app.url + path, headers={name.replace("_", "-"): headers[name] for name in headers}
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Vary"] == "Accept-Encoding"
            return answer.status, answer.headers["Content-Encoding"], answer.read()

    run(open_page())
    page = fetch("/")[2].decode()
    script = "/" + re.findall(r"static/js/index[^\"]+", page)[0]
    status, encoding, whole = fetch(script)
    assert (status, encoding) == (200, None)
    for _ in range(2):
        status, encoding, packed = fetch(script, Accept_Encoding="gzip, br")
        assert (status, encoding) == (200, "gzip")
        assert len(packed) < 0.5 * len(whole)
        assert gzip.decompress(packed) == whole
    assert fetch(script, Accept_Encoding="gzip", Range="bytes=0-99") == (206, None, whole[:100])
    assert gzip.decompress(fetch("/train", Accept_Encoding="gzip")[2]).decode() == page
