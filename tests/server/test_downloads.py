"""A file that is made at a click can be fetched, however much others do before the browser comes for it."""

import asyncio
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Tab
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw


async def made(tab: Tab, session: str, button: str) -> str:
    """Press a download's button: the address of the file."""
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.session_id = session
    message.backend_operation_request.deferred_file.file_id = button
    await tab.send(message.SerializeToString())
    while True:
        content = await tab._socket.recv()
        assert isinstance(content, bytes)
        answer = ForwardMsg.FromString(content)
        if answer.WhichOneof("type") == "backend_operation_response":
            assert answer.backend_operation_response.error_msg == ""
            address: str = answer.backend_operation_response.deferred_file.url
            return address


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read()
        return content


def test_a_download_waits_for_the_browser_while_others_draw(app: RunningApp) -> None:
    async def download() -> bytes:
        sessions: list[str] = []
        buttons: list[str] = []

        def hear(message: ForwardMsg) -> None:
            sessions.append(message.new_session.initialize.session_id)
            buttons.append(message.delta.new_element.download_button.deferred_file_id)

        async with Tab(app.url) as tab, Tab(app.url) as other:
            ask = tab.ask
            tab.ask = lambda message, heard=hear: ask(message, heard)  # type: ignore[method-assign]
            await tab.open("evaluate")
            await other.open()
            address = await made(tab, next(filter(None, sessions)), next(filter(None, buttons)))
            tally = Tally()
            for drawing in messages()[:4]:
                await draw(other, tally, drawing[-1])
            assert tally.is_clean
            return await asyncio.to_thread(fetched, app.url + address)

    assert run(download()).startswith(b"<!DOCTYPE html>")
