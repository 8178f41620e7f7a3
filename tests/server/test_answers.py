"""What a stroke costs the server: which parts of the page it runs."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Tab
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw


def test_a_stroke_sends_the_canvas_and_its_answer_and_nothing_else(app: RunningApp) -> None:
    async def elements() -> list[str]:
        sent: list[str] = []

        def hear(message: ForwardMsg) -> None:
            if message.WhichOneof("type") == "delta":
                sent.append(message.delta.new_element.WhichOneof("type") or "block")

        async with Tab(app.url) as tab:
            await tab.open()
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            tally = Tally()
            await draw(tab, tally, messages()[0][0])
        assert tally.is_clean
        return [element for element in sent if element != "block"]

    # Below the answer: "Was it right?", Yes, No, and the link.
    assert run(elements()) == ["bidi_component", "html", "markdown", "button", "button", "button"]
