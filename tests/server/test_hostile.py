"""What a client may send that is no browser: none of it reaches another visitor, and no traceback reaches anybody."""

import asyncio
import base64
import http.client
import io
import json
import re
import secrets
import shutil
import struct
import urllib.parse
import urllib.request
import zlib
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg

from model.run import RECORDED
from model.run.limits import Limits
from model.run.store import watch_id
from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Refused, Screen, Tab
from tests.load.drawings import canvas_value, fabric_path, messages
from tests.load.visitors import Tally, draw

SENTENCE = "The canvas sent something that is not a drawing; clear it and draw again."
# What Streamlit says in place of an error that the page did not foresee; the error itself stays in the log.
REDACTED = "The original error message is redacted to prevent data leaks."


def visit(app: RunningApp, what: Callable[[Tab], Awaitable[Any]], page: str = "", query: str = "") -> Any:
    """Do something in a new tab."""

    async def visiting() -> Any:
        async with Tab(app.url) as tab:
            await tab.open(page, query)
            return await what(tab)

    return run(visiting())


def assert_others_can_draw(app: RunningApp) -> None:
    """One who comes and one who comes back each get the right answer; how fast, `make load` tells."""
    tally = Tally()
    for drawing in messages()[:2]:
        visit(app, partial(draw, tally=tally, message=drawing[0]))
    assert len(tally.answers) == 2
    assert tally.is_clean


def picture(size: tuple[int, int], mode: str = "RGBA", kind: str = "PNG") -> str:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def claiming(width: int, height: int) -> str:
    """A PNG of a few bytes that claims to be this large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    return "data:image/png;base64," + base64.b64encode(content + chunk(b"IEND", b"")).decode()


def drawing(data: Any, raw: Any = None) -> str:
    return json.dumps({"drawing": {"raw": raw if raw is not None else {"objects": []}, "data": data}})


NO_DRAWINGS = {
    "a number": "5",
    "a list": "[1, 2, 3]",
    "a text": '"drawing"',
    "null": "null",
    "a drawing that is a number": '{"drawing": 5}',
    "a drawing that is a list": '{"drawing": [1]}',
    "data of a wrong type": drawing(5),
    "data that are no address": drawing("abc"),
    "data that are not base64": drawing("data:image/png;base64,@@@@"),
    "data of another kind": drawing(picture((280, 280), "RGB", "GIF")),
    "an absurd size": drawing(claiming(2**31 - 1, 2**31 - 1)),
    "a bomb": drawing(claiming(30_000, 30_000)),
    "another size": drawing(picture((281, 280))),
    "a damaged picture": drawing(picture((280, 280))[:-200]),
    "more bytes than a drawing can have": drawing("data:image/png;base64," + "A" * 1_000_000),
    "a background fit of a wrong type": json.dumps({"drawing": None, "backgroundFit": 7}),
}


@pytest.mark.parametrize("value", NO_DRAWINGS.values(), ids=NO_DRAWINGS.keys())
def test_what_is_no_drawing_gets_a_sentence_or_nothing(app: RunningApp, value: str) -> None:
    screen: Screen = visit(app, lambda tab: tab.set("canvas", json_value=value))
    assert screen.exceptions == []
    assert SENTENCE in screen.texts or any('class="hint"' in html for html in screen.html)


def test_json_that_is_none_and_depth_without_end_reach_nobody_else(app: RunningApp) -> None:
    for value in ("{", "[" * 100_000, "\x00", "NaN"):
        screen: Screen = visit(app, partial(Tab.set, key="canvas", json_value=value))
        assert all(REDACTED in message for message in screen.exceptions)
    assert_others_can_draw(app)


def test_strokes_that_are_too_long_are_not_kept_but_the_drawing_is_read(app: RunningApp) -> None:
    message = messages()[0][0]
    many = [fabric_path([(1, 1), (200, 200)])] * 4000
    screen: Screen = visit(
        app, lambda tab: tab.set("canvas", json_value=canvas_value(many, json.loads(message.canvas)["drawing"]["data"]))
    )
    assert screen.exceptions == []
    assert any(message.picture in html for html in screen.html)


def test_a_message_that_is_too_large_ends_its_sender_alone(app: RunningApp) -> None:
    with pytest.raises(Refused, match="ConnectionClosed"):
        visit(app, lambda tab: tab.set("canvas", json_value=drawing("A" * 6_000_000)))
    assert_others_can_draw(app)


def test_what_is_no_message_at_all_ends_its_sender_alone(app: RunningApp) -> None:
    async def shout(tab: Tab) -> None:
        await tab.send(secrets.token_bytes(1000))
        await tab.set("canvas", json_value="{}")

    with pytest.raises(Refused, match="ConnectionClosed"):
        visit(app, shout)
    assert_others_can_draw(app)


BEYOND: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a brush that is not offered": ("", "brush_width", {"string_array_value": {"data": ["Brush 4000"]}}),
    "a brush of another type": ("", "brush_width", {"double_value": 1e9}),
    "a recipe that does not exist": (
        "train",
        "preset",
        {"string_array_value": {"data": ["<script>alert(1)</script>"]}},
    ),
    "endless epochs": ("train", "epochs_Notebook", {"double_value": 1e18}),
    "no number of epochs": ("train", "epochs_Notebook", {"double_value": float("nan")}),
    "epochs of another type": ("train", "epochs_Notebook", {"string_value": "five"}),
    "a learning rate of infinity": ("train", "learning_rate_Notebook", {"double_value": float("inf")}),
    "less than no images": ("train", "images_Notebook", {"double_value": -5.0}),
}


@pytest.mark.parametrize(("page", "key", "value"), BEYOND.values(), ids=BEYOND.keys())
def test_values_beyond_a_widgets_range_start_nothing(
    app: RunningApp, page: str, key: str, value: dict[str, Any]
) -> None:
    screen: Screen = visit(app, lambda tab: tab.set(key, **value), page)
    assert all(REDACTED in message for message in screen.exceptions)
    shown = "".join([*screen.texts, *screen.html, *screen.exceptions])
    assert "Traceback" not in shown
    assert "<script>alert" not in shown
    assert not list(app.runs.glob("*"))
    assert_others_can_draw(app)


@pytest.mark.parametrize(
    "forged",
    ["../../etc", "A" * 22, "..%2f..%2fmodel%2fpretrained", "<script>alert(1)</script>", "\x00", "é" * 5000],
    ids=["a path", "an id", "an encoded path", "a script", "a null", "much"],
)
@pytest.mark.parametrize("page", ["", "train", "layers"])
def test_forged_ids_open_nothing(app: RunningApp, page: str, forged: str) -> None:
    async def nothing(tab: Tab) -> None:
        screen = await tab.open(page, urllib.parse.urlencode({"model": forged, "run": forged}))
        assert screen.exceptions == []
        assert "<script>alert" not in "".join([*screen.texts, *screen.html])

    visit(app, nothing)


def test_messages_that_any_client_may_send_change_nothing_for_others(app: RunningApp) -> None:
    async def bother(tab: Tab) -> None:
        for name in (
            *("clear_cache", "stop_script", "load_git_info", "app_heartbeat", "set_run_on_save"),
            *("debug_disconnect_websocket", "debug_shutdown_runtime"),
        ):
            message = BackMsg()
            setattr(message, name, True)
            await tab.send(message.SerializeToString())
        unknown = BackMsg()
        unknown.backend_operation_request.request_id = "1"
        unknown.backend_operation_request.session_id = secrets.token_hex(16)
        unknown.backend_operation_request.deferred_file.file_id = "../../model/mnist.npz"
        await tab.send(unknown.SerializeToString())

    visit(app, bother)
    assert_others_can_draw(app)


def test_who_may_only_watch_cannot_stop_or_delete_a_run_with_any_message(app: RunningApp) -> None:
    """A watcher who knows all names of the owner's buttons presses them, and asks for the owner's own fragments."""

    async def attack() -> None:
        async with Tab(app.url) as owner, Tab(app.url) as watcher:
            await owner.open("train", "epochs=50")
            await owner.set("start", trigger_value=True)
            (fragment,) = owner.polls
            owner_id = urllib.parse.parse_qs(owner.query)["run"][0]
            screen = await watcher.open("train", urllib.parse.urlencode({"run": watch_id(owner_id)}))
            assert "You are watching this run; its owner alone can stop it." in screen.texts
            for key in ("stop", "discard"):
                assert key not in watcher.widgets
                stolen = BackMsg()
                stolen.rerun_script.fragment_id = fragment  # which is none of this session's, and gets no answer
                stolen.rerun_script.widget_states.widgets.add(id=owner.widgets[key], trigger_value=True)
                await watcher.send(stolen.SerializeToString())
                watcher.widgets[key] = owner.widgets[key]
                for own_fragment in ("", *watcher.polls):
                    watcher.fragments[key] = own_fragment
                    assert (await watcher.set(key, trigger_value=True)).exceptions == []
            screen = await owner.poll(fragment)
            assert "stop" in owner.widgets
            assert screen.progress
            screen = await owner.set("discard", trigger_value=True)
            assert any("The run was stopped" in text for text in screen.texts)

    run(attack())


def test_who_may_only_watch_cannot_delete_a_finished_run_with_any_message(app: RunningApp) -> None:
    owner_id = secrets.token_urlsafe(16)
    folder = Path(shutil.copytree(RECORDED, app.runs / watch_id(owner_id)))

    async def attack() -> None:
        async with Tab(app.url) as owner, Tab(app.url) as watcher:
            await owner.open("train", f"run={owner_id}")
            await watcher.open("train", f"run={folder.name}")
            assert "delete" not in watcher.widgets
            for tab in (watcher, owner):
                assert folder.is_dir()
                tab.widgets["delete"], tab.fragments["delete"] = owner.widgets["delete"], owner.fragments["delete"]
                await tab.set("delete", trigger_value=True)

    run(attack())
    assert not folder.exists()


def test_a_storm_of_reruns_leaves_others_their_answers(app: RunningApp) -> None:
    async def storm() -> None:
        tally = Tally()
        async with Tab(app.url) as attacker, Tab(app.url) as visitor:
            await attacker.open()
            await visitor.open()
            rerun = BackMsg()
            rerun.rerun_script.query_string = ""
            for _ in range(150):
                await attacker.send(rerun.SerializeToString())
            for message in messages()[1]:
                await draw(visitor, tally, message)
        assert tally.is_clean
        assert tally.answers

    run(storm())


async def session_id(tab: Tab) -> str:
    """The tab's own id, as every browser is told it."""
    ids: list[str] = []
    rerun = BackMsg()
    rerun.rerun_script.query_string = ""
    await tab.ask(rerun, lambda heard: ids.append(heard.new_session.initialize.session_id))
    return next(filter(None, ids))


def upload(app: RunningApp, session: str, file: str, size: int) -> int:
    """Send a file to the address for uploads, as a browser may with its cookie; the status of the answer."""
    with urllib.request.urlopen(f"{app.url}/_stcore/health") as answer:
        cookie = re.search(r"_streamlit_xsrf=([^;]+)", str(answer.headers))
    token = cookie[1] if cookie else ""
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.png"\r\n\r\n' + bytes(size) + b"\r\n--b--\r\n"
    connection = http.client.HTTPConnection(app.url.removeprefix("http://"), timeout=300)
    with closing(connection):
        connection.putrequest("PUT", f"/_stcore/upload_file/{session}/{file}")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Cookie", f"_streamlit_xsrf={token}")
        connection.putheader("X-Xsrftoken", token)
        connection.endheaders()
        # Of a refused one the server does not wait for the end.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.send(body)
        return connection.getresponse().status


def test_a_file_that_is_too_large_or_for_nobody_is_refused(app: RunningApp) -> None:
    async def refused(tab: Tab) -> tuple[int, int]:
        own = await session_id(tab)
        return (
            await asyncio.to_thread(upload, app, own, "a", 23_000_000),
            await asyncio.to_thread(upload, app, secrets.token_hex(16), "a", 100),
        )

    assert visit(app, refused) == (413, 400)


def test_files_without_end_do_not_fill_the_memory(app: RunningApp) -> None:
    server = psutil.Process(app.process.pid)

    async def flood(tab: Tab) -> list[int]:
        own = await session_id(tab)
        return [await asyncio.to_thread(upload, app, own, str(number), 5_000_000) for number in range(60)]

    before = server.memory_info().rss
    assert set(visit(app, flood)) == {204}
    assert server.memory_info().rss - before < 150e6
    assert_others_can_draw(app)


def test_hundreds_of_starts_fill_a_queue_that_has_an_end(tmp_path: Path) -> None:
    """In a server of their own: nobody else's run waits behind these."""

    async def start() -> list[str]:
        async with Tab(app.url) as tab:
            await tab.open("train")
            return (await tab.set("start", trigger_value=True)).texts

    async def all_start() -> list[list[str]]:
        return await asyncio.gather(*(start() for _ in range(40)))

    with RunningApp(tmp_path) as app:
        refused = [texts for texts in run(all_start()) if any("try again in a few minutes" in text for text in texts)]
        assert len(refused) >= 40 - Limits().waiting_runs - 1
        assert_others_can_draw(app)
