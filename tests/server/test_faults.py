"""What goes wrong on a host: what the visitor reads then, and that everything else goes on."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import psutil

from tests.browser.server import ROOT, RunningApp
from tests.load.background import run
from tests.load.client import Screen, Tab
from tests.load.drawings import messages
from tests.load.visitors import Tally, draw


async def started_run(tab: Tab) -> None:
    """Start a run that no machine brings to its end before the test does, and follow it until it trains."""
    await tab.open("train", "epochs=50")
    await tab.set("start", trigger_value=True)
    screen = Screen()
    while not any("images a second" in text for text in screen.progress):
        await asyncio.sleep(0.2)
        screen = await tab.poll(next(iter(tab.polls)))


def test_a_server_killed_in_the_middle_of_a_run_leaves_no_worker_and_no_half_a_run(tmp_path: Path) -> None:
    async def begin(app: RunningApp) -> None:
        async with Tab(app.url) as tab:
            await started_run(tab)

    with RunningApp(tmp_path) as app:
        run(begin(app))
        server = psutil.Process(app.process.pid)
        workers = server.children(recursive=True)
        assert workers
        server.kill()
        psutil.wait_procs(workers)
        assert not any(worker.is_running() for worker in workers)
    assert list(app.runs.rglob("run.json")) == []
    with RunningApp(tmp_path) as app:
        tally = Tally()
        run(one_drawing(app, tally))
        assert tally.is_clean
        assert tally.answers


async def one_drawing(app: RunningApp, tally: Tally) -> None:
    async with Tab(app.url) as tab:
        await tab.open()
        await draw(tab, tally, messages()[0][0])


def test_where_runs_cannot_be_kept_the_visitor_reads_so_and_everybody_draws_on(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("")

    async def train(app: RunningApp) -> str:
        async with Tab(app.url) as tab:
            await tab.open("train")
            await tab.set("images_Notebook", double_value=500)
            await tab.set("epochs_Notebook", double_value=1)
            screen = await tab.set("start", trigger_value=True)
            while tab.polls:
                fragment, interval = next(iter(tab.polls.items()))
                await asyncio.sleep(interval)
                screen = await tab.poll(fragment)
                assert screen.exceptions == []
            return " ".join(screen.texts)

    with RunningApp(tmp_path, DIGITS_RUNS=str(no_folder)) as app:
        assert "could not be saved" in run(train(app))
        assert re.search(r"Run of [0-9a-f]{8}: RMSprop, 1 x 500 images, .* failed after", app.log)
        tally = Tally()
        run(one_drawing(app, tally))
        assert tally.is_clean


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with RunningApp(tmp_path) as app:
        port = app.url.rpartition(":")[2]
        second = subprocess.run(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", port, "--server.headless", "true"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert second.returncode != 0
    assert f"Port {port} is not available" in second.stdout + second.stderr
    assert "Traceback" not in second.stdout + second.stderr


def test_a_connection_lost_right_after_a_drawing_harms_nobody(tmp_path: Path) -> None:
    async def leave_before_the_answer(app: RunningApp) -> None:
        for _ in range(20):
            async with Tab(app.url) as tab:
                await tab.open()
                pending = asyncio.create_task(tab.draw(messages()[0][0].strokes))
                await asyncio.sleep(0.001)
                pending.cancel()

    with RunningApp(tmp_path) as app:
        run(leave_before_the_answer(app))
        tally = Tally()
        run(one_drawing(app, tally))
        assert tally.is_clean
        assert "Traceback" not in app.log
