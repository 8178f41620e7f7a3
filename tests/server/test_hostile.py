"""What a client may send that is no browser: none of it reaches another visitor, and no traceback reaches anybody."""

import asyncio
import http.client
import re
import secrets
import shutil
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from model.ink.pen import MOST_LENGTH, MOST_POINTS, MOST_STROKES
from model.run import RECORDED
from model.run.limits import Limits
from model.run.store import watch_id
from tests.browser.server import RunningApp
from tests.load.background import run
from tests.load.client import Refused, Screen, Tab, drawing_value
from tests.load.drawings import messages
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
    visit(app, answers_rightly)


async def answers_rightly(tab: Tab) -> None:
    tally = Tally()
    await draw(tab, tally, messages()[0][0])
    assert len(tally.answers) == 1
    assert tally.is_clean


async def send_to(tab: Tab, key: str, value: str) -> Screen:
    """In a component's name; "$start" stands for what the pen was told to begin with."""
    return await tab.set(key, json_value=value.replace("$start", tab.told["pen"]["start"]))


def assert_one_sentence_or_nothing(screen: Screen) -> None:
    """The page says that this is no drawing, or goes on as if nothing had been sent."""
    assert screen.exceptions == []
    assert screen.texts.count(SENTENCE) <= 1
    if SENTENCE not in screen.texts:
        assert any('class="answer"' in html for html in screen.html)


def nested(depth: int) -> Any:
    value: Any = 5
    for _ in range(depth):
        value = [value]
    return value


# In place of strokes, told with the right start and a new name.
NO_STROKES: dict[str, Any] = {
    "a number": 5,
    "a text": "[[18, 80, 80]]",
    "nothing": None,
    "an object": {"0": [18, 80, 80]},
    "a list of numbers": [18, 80, 80],
    "an empty stroke": [[]],
    "no point": [[18]],
    "half a point": [[18, 80, 80, 160]],
    "a text for a place": [[18, "80", 80]],
    "half a place": [[18, 80.5, 80]],
    "a truth for a place": [[18, True, 80]],
    "nothing for a place": [[18, None, 80]],
    "no number": [[18, float("nan"), 80]],
    "infinity": [[18, float("inf"), 80]],
    "less than infinity": [[18, 80, float("-inf")]],
    "a number without end": [[18, 10**300, 80]],
    "a number beyond a machine's": [[18, 2**63, 80]],
    "a list for a place": [[18, [80], 80]],
    "an object for a place": [[18, {}, 80]],
    "no width": [[0, 80, 80]],
    "less than no width": [[-18, 80, 80]],
    "a width that no brush has": [[61, 80, 80]],
    "a width without end": [[10**300, 80, 80]],
    "a place far off": [[18, 4481, 80]],
    "a place far off to the left": [[18, 80, -2241]],
    "lists in lists": nested(20),
    "strokes in lists": [[[18, 80, 80]]],
    "too many strokes": [[18, 80, 80]] * 2_001,
    "too many points": [[18, *[80, 80] * (MOST_POINTS + 1)]],
    "lines without end": [[18, *[0, 0, 2240, 2240] * 250]],
    "two megabytes of one stroke": [[18, *[80] * 500_000]],
    "two megabytes of strokes": [[18, 80, 80]] * 150_000,
    "two megabytes of empty strokes": [[]] * 500_000,
    "two megabytes of text": "8" * 2_000_000,
}


@pytest.mark.parametrize("strokes", NO_STROKES.values(), ids=NO_STROKES.keys())
def test_what_are_no_strokes_gets_a_sentence_and_the_next_drawing_its_answer(app: RunningApp, strokes: Any) -> None:
    async def bother(tab: Tab) -> None:
        await answers_rightly(tab)
        _, screen = await tab.draw(strokes)
        assert screen.exceptions == []
        assert screen.texts.count(SENTENCE) == 1
        assert not any('class="answer"' in html for html in screen.html)
        await answers_rightly(tab)

    visit(app, bother)


def test_the_most_that_may_be_drawn_is_read(app: RunningApp) -> None:
    """As many strokes, points and pixels of line as may be, the widest brush, and as far from the canvas as may be."""
    back_and_forth = [60, *[0, 0, 2240, 2240] * (MOST_LENGTH // 1120), 0, 0]

    async def bother(tab: Tab) -> None:
        for strokes in (
            [[60, 80 + n % 2000, 80 + n // 2000] for n in range(MOST_STROKES)],
            [[60, *[80, 80] * MOST_POINTS]],
            [back_and_forth],
            [[60, -2240, -2240, 4480, 4480]],
        ):
            name, screen = await tab.draw(strokes)
            assert screen.exceptions == []
            assert SENTENCE not in screen.texts
            assert any(f'data-drawing="{name}"' in html for html in screen.html)
        await answers_rightly(tab)

    visit(app, bother)


NO_DRAWINGS = {
    "a number": "5",
    "a list": "[1, 2, 3]",
    "a text": '"drawing"',
    "a truth": "true",
    "null": "null",
    "nothing at all": "{}",
    "a drawing that is a number": '{"drawing": 5}',
    "a drawing that is a list": '{"drawing": [1]}',
    "a drawing that is a text": '{"drawing": "$start"}',
    "a drawing that is nothing": '{"drawing": null}',
    "a drawing without anything": '{"drawing": {}}',
    "no start": '{"drawing": {"name": "$start.9", "strokes": [[18, 80, 80]]}}',
    "no name": '{"drawing": {"start": "$start", "strokes": [[18, 80, 80]]}}',
    "no strokes": '{"drawing": {"start": "$start", "name": "$start.9"}}',
    "a start that is a list": drawing_value(["$start"], "$start.9", [[18, 80, 80]]),
    "a start that is an object": drawing_value({"$start": 1}, "$start.9", [[18, 80, 80]]),
    "a start that is no number": drawing_value(float("nan"), "$start.9", [[18, 80, 80]]),
    "a start that nobody has": drawing_value("00000000", "00000000.9", [[18, 80, 80]]),
    "a name that is a number": drawing_value("$start", 9, [[18, 80, 80]]),
    "a name that is a list": drawing_value("$start", ["$start.9"], [[18, 80, 80]]),
    "a name that is nothing": drawing_value("$start", None, [[18, 80, 80]]),
    "a name without end": drawing_value("$start", "$start." + "9" * 1_000_000, [[18, 80, 80]]),
    "a canvas's picture": '{"drawing": {"raw": {"objects": []}, "data": "data:image/png;base64,AAAA"}}',
    "a background fit": '{"drawing": null, "backgroundFit": 7}',
    "a trigger": '{"drawing": {"event": "click", "value": [1]}}',
}


@pytest.mark.parametrize("key", ["pen", "told", "canvas", "live"])
@pytest.mark.parametrize("value", NO_DRAWINGS.values(), ids=NO_DRAWINGS.keys())
def test_what_is_no_drawing_gets_a_sentence_or_nothing(app: RunningApp, key: str, value: str) -> None:
    """In the name of each component on the page: of the one that tells, and of those of which nothing is asked."""

    async def bother(tab: Tab) -> None:
        await answers_rightly(tab)
        screen = await send_to(tab, key, value)
        assert_one_sentence_or_nothing(screen)
        assert key == "told" or SENTENCE not in screen.texts
        await answers_rightly(tab)

    visit(app, bother)


@pytest.mark.parametrize(
    "name",
    [
        "00000000.7",
        "",
        "$start",
        "$start.",
        "$start.-1",
        "$start.7.7",
        "$start.1234567890",
        "$start.\u0667",
        "$start.7\n",
        "$start.7\ud800",
        "$start.\x00",
        '"><script>alert(1)</script>',
        '$start.7"><script>alert(1)</script>',
    ],
    ids=ascii,
)
def test_a_name_that_no_page_gives_gets_a_sentence(app: RunningApp, name: str) -> None:
    async def bother(tab: Tab) -> None:
        screen = await send_to(tab, "told", drawing_value("$start", name, messages()[0][0].strokes))
        assert screen.exceptions == []
        assert screen.texts.count(SENTENCE) == 1
        assert "<script>" not in "".join([*screen.html, *screen.texts])
        await answers_rightly(tab)

    visit(app, bother)


def test_a_drawing_that_is_known_already_is_not_drawn_anew(app: RunningApp) -> None:
    message, other = messages()[0][0], messages()[20][0]

    async def bother(tab: Tab) -> None:
        name, _ = await tab.draw(message.strokes)
        start = tab.told["pen"]["start"]
        for strokes in (other.strokes, [], [[61, 0, 0]], 5):
            screen = await tab.set("told", json_value=drawing_value(start, name, strokes))
            assert screen.exceptions == []
            assert any(message.picture in html and f'data-drawing="{name}"' in html for html in screen.html)

    visit(app, bother)


def test_a_start_of_another_session_draws_in_neither(app: RunningApp) -> None:
    """Whoever got to know it, and the name of what is drawn there, draws neither there nor here with it."""
    mine, theirs, forged = messages()[0][0], messages()[20][0], messages()[40][0]

    async def attack() -> None:
        async with Tab(app.url) as attacker, Tab(app.url) as victim:
            await attacker.open()
            await victim.open()
            own, _ = await attacker.draw(mine.strokes)
            kept, _ = await victim.draw(theirs.strokes)
            start = victim.told["pen"]["start"]
            assert start != attacker.told["pen"]["start"]
            for name in (kept, f"{start}.900", own):
                screen = await attacker.set("told", json_value=drawing_value(start, name, forged.strokes))
                assert screen.exceptions == []
                assert any(mine.picture in html and f'data-drawing="{own}"' in html for html in screen.html)
            screen = await victim.set("brush_width", string_array_value={"data": ["Brush 26"]})
            assert any(theirs.picture in html and f'data-drawing="{kept}"' in html for html in screen.html)
            await answers_rightly(attacker)
            await answers_rightly(victim)

    run(attack())


def test_a_start_that_has_been_left_draws_no_more(app: RunningApp) -> None:
    """A page that was left tells its last drawing late: what stands on the next one is not changed by it."""
    kept, late = messages()[0][0], messages()[20][0]

    async def bother(tab: Tab) -> None:
        await tab.draw(kept.strokes)
        left = tab.told["pen"]["start"]
        await tab.go_to("layers")
        screen = await tab.go_to("")
        assert any(kept.picture in html for html in screen.html)
        assert tab.told["pen"]["start"] != left
        assert tab.told["pen"]["strokes"] == kept.strokes
        screen = await tab.set("told", json_value=drawing_value(left, f"{left}.9", late.strokes))
        assert screen.exceptions == []
        assert any(kept.picture in html for html in screen.html)
        await answers_rightly(tab)

    visit(app, bother)


@pytest.mark.parametrize("key", ["pen", "told", "canvas", "live"])
def test_json_that_is_none_and_depth_without_end_reach_nobody_else(app: RunningApp, key: str) -> None:
    for value in ("{", "[" * 100_000, '{"drawing":' * 50_000, "\x00", "NaN", '{"drawing": NaN}', ""):
        screen: Screen = visit(app, partial(Tab.set, key=key, json_value=value))
        assert all(REDACTED in message for message in screen.exceptions)
    assert_others_can_draw(app)


def test_a_message_just_small_enough_gets_a_sentence(app: RunningApp) -> None:
    async def bother(tab: Tab) -> None:
        for strokes in ([[18, *[80] * 1_200_000]], [[18, 80, 80]] * 330_000, ["8" * 4_800_000]):
            _, screen = await tab.draw(strokes)
            assert screen.exceptions == []
            assert screen.texts.count(SENTENCE) == 1
        await answers_rightly(tab)

    visit(app, bother)


@pytest.mark.parametrize("key", ["pen", "told", "canvas", "live"])
def test_a_message_that_is_too_large_ends_its_sender_alone(app: RunningApp, key: str) -> None:
    with pytest.raises(Refused, match="ConnectionClosed"):
        visit(app, lambda tab: tab.set(key, json_value=drawing_value("$start", "a", "8" * 6_000_000)))
    assert_others_can_draw(app)


def test_what_is_no_message_at_all_ends_its_sender_alone(app: RunningApp) -> None:
    async def shout(tab: Tab) -> None:
        await tab.send(secrets.token_bytes(1000))
        await tab.set("told", json_value="{}")

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
