"""What a drawing costs the server: which parts of the page it runs, and how much it sends."""

import gzip
import re
import urllib.request

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Tab
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw


def test_a_drawing_sends_the_canvas_and_its_answer_and_nothing_else(app: RunningApp) -> None:
    async def elements() -> tuple[list[str], int]:
        sent: list[str] = []
        size = 0

        def hear(message: ForwardMsg) -> None:
            nonlocal size
            size += message.ByteSize()
            if message.WhichOneof("type") == "delta":
                sent.append(message.delta.new_element.WhichOneof("type") or "block")
            elif message.WhichOneof("type") == "ref_hash":
                sent.append("known already")

        async with Tab(app.url) as tab:
            await tab.open()
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            tally = Tally()
            await draw(tab, tally, messages()[0][0])
            # The pen has been told that a drawing is known now; from here on it is told nothing new.
            sent.clear()
            size = 0
            await draw(tab, tally, messages()[20][0])
        assert tally.is_clean
        assert len(tally.answers) == 2
        return [element for element in sent if element != "block"], size

    sent, size = run(elements())
    # The canvas; the pen, whose script is known already; the answer; "Was it right?", Yes, No, and the link.
    assert sent == ["bidi_component", "known already", "html", "markdown", "button", "button", "button"]
    assert size < 20_000


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
