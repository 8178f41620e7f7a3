"""The handle of the process that trains: what `model.queue.queue` holds of `model.training.worker`."""

import contextlib
import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]

WORKER = (sys.executable, "-m", "model.training.worker")

ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
    # NumPy's threads wait for one another by spinning: beside visitors who draw, or other runs, they would take twice
    # the processor's time, and longer for it, to index a run's neighbours.
    "OPENBLAS_NUM_THREADS": "1",
}

LOG_LINES = 40

LAST_WORDS_SECONDS = 2


class WorkerProcess:
    """The process that trains, its pipes, and the last lines that it wrote to its log."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start the process.

        Raises:
            OSError: the system has no room for it.
        """
        # TensorFlow leaves temporary files, which nobody would remove after a process that is ended at once.
        self._temporary = tempfile.mkdtemp(prefix="digits-")
        try:
            self._process = self._started(command)
        except OSError:
            shutil.rmtree(self._temporary, ignore_errors=True)
            raise
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._log_keeper = threading.Thread(target=self._keep_log, name="training-log", daemon=True)
        self._log_keeper.start()
        self._commands: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._write_commands, name="training-commands", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, **command: Any) -> None:
        """Tell the worker something, and never wait for it; when it has died, `events` will say so."""
        self._commands.put(json.dumps(command) + "\n")

    def events(self) -> Iterator[dict[str, Any]]:
        """What the worker tells, until it ends."""
        assert self._process.stdout
        for line in self._process.stdout:
            if line.endswith("\n"):  # it may die in the middle of its last one
                yield json.loads(line)

    def how_it_ended(self) -> str:
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def last_words(self) -> str:
        """The end of the log of a worker that has ended."""
        # Its last lines may still be in the pipe, whose end can be long in coming when a child of its holds it open.
        self._log_keeper.join(timeout=LAST_WORDS_SECONDS)
        return "".join(self._log)

    def kill(self) -> None:
        """End the process at once; what it was doing is lost."""
        self._process.kill()

    def close(self) -> None:
        self.kill()
        self._process.wait()
        self._commands.put(None)
        assert self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdout.close()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _started(self, command: Sequence[str]) -> subprocess.Popen[str]:
        # Its own session: Ctrl-C in the terminal reaches the server alone, which then takes the worker with it.
        return subprocess.Popen(
            [*command, self._temporary],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | ENVIRONMENT | {"TMPDIR": self._temporary},
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )

    def _write_commands(self) -> None:
        """In a thread of its own, since a pipe takes no more than the worker has read, and it may be slow to read."""
        assert self._process.stdin
        with contextlib.suppress(OSError), self._process.stdin as lines:  # a pipe that is broken
            while (line := self._commands.get()) is not None:
                lines.write(line)
                lines.flush()

    def _keep_log(self) -> None:
        assert self._process.stderr
        with self._process.stderr as lines:
            for line in lines:
                self._log.append(line[:500])
