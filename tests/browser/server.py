"""The app, started as its users start it, for tests and measurements."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psutil

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 300  # against waiting for ever


class RunningApp:
    """The app on a free port of this machine, with a folder of runs of its own; a context manager."""

    def __init__(self, folder: Path, **environment: str) -> None:
        port = _free_port()
        self.url = f"http://localhost:{port}"
        self.log_file = folder / "server.log"
        self.runs = folder / "runs"
        self._forgiven = 0
        command = (
            *(sys.executable, "-m", "streamlit", "run", "app.py"),
            *("--server.port", str(port), "--server.address", "localhost"),
            *("--server.headless", "true"),
        )
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env=os.environ | {"DIGITS_RUNS": str(self.runs)} | environment,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def forgive(self, line: str) -> None:
        """Take a line out of the log that a test has provoked, with all that belongs to it; it must be there."""
        assert line in self.log
        self._forgiven = len(self.log)

    @property
    def unforgiven_log(self) -> str:
        """The log without what came before the last line that was forgiven."""
        return self.log[self._forgiven :]

    @contextmanager
    def held(self) -> Iterator[None]:
        """The server does nothing meanwhile, and goes on afterwards, whatever happened."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def training_held(self) -> Iterator[None]:
        """The run that trains stays where it is meanwhile, and takes no processor from what a test looks at."""
        workers = psutil.Process(self.process.pid).children()
        for worker in workers:
            worker.suspend()
        try:
            yield
        finally:
            for worker in workers:
                worker.resume()

    def wait_until_up(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise TimeoutError(f"The app did not start:\n{self.log}")

    def __enter__(self) -> "RunningApp":
        try:
            self.wait_until_up()
        except BaseException:
            self.process.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def app_in_new_folder() -> RunningApp:
    """For measurements: the app with its runs and its log in a temporary folder."""
    return RunningApp(Path(tempfile.mkdtemp(prefix="digits-")))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port: int = free.getsockname()[1]
        return port
