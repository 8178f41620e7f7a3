"""What a drawing costs the server: which parts of the page it runs, and how much it sends."""

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
        assert tally.is_clean
        assert tally.answers
        return [element for element in sent if element != "block"], size

    sent, size = run(elements())
    # The canvas, the pen, whose script is known already, the answer, and below it: "Was it right?", Yes, No, and the link.
    assert sent == ["bidi_component", "known already", "html", "markdown", "button", "button", "button"]
    assert size < 20_000


def test_the_network_is_sent_once(app: RunningApp) -> None:
    """What the page reads with is some 300 KB: it comes with the page, and with no drawing, and not again after that."""

    async def sent() -> list[int]:
        sizes: list[int] = []

        def hear(message: ForwardMsg) -> None:
            sizes[-1] += message.ByteSize()

        async with Tab(app.url) as tab:
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            for again in range(3):
                sizes.append(0)
                await (tab.go_to("") if again else tab.open())
                for drawing in messages()[:3]:
                    sizes.append(0)
                    await draw(tab, Tally(), drawing[-1])
        return sizes

    first, *others = run(sent())
    assert 250_000 < first < 600_000
    assert max(others) < 60_000
