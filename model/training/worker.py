"""The process that trains: `python -m model.training.worker`, started and spoken to by `model.queue.queue`.

It reads commands from stdin and writes events to stdout, one JSON object a line:

    {"command": "train", "recipe": {...}, "architecture": [...], "folder": "..."}
    {"command": "restore", "network": "...", "folder": "..."}            a network's file, in base 64
    {"command": "index", "folder": "..."}                                find the run's neighbours, where it has none
    {"command": "stop", "keep": true}                                    and keep what was learned so far, or not

    {"event": "ready"}                                                   TensorFlow is imported
    {"event": "batches", "losses": [...], "accuracies": [...], "seconds": 1.5}
    {"event": "look", "batches": 8, "filters": [...], "probabilities": [...], "test": {...}}
    {"event": "epoch", "training": {...}, "test": {...}, "seconds": 9.1}
    {"event": "saving"}                                                  the training is over
    {"event": "finished"}                                                the run's folder is complete
    {"event": "cancelled"}                                               stopped, and nothing is kept
    {"event": "failed", "sentence": "..."}                               the run is over, and why

It ends when stdin closes, so it never outlives the process that started it, however that one died; a folder that is
named on its command line, for its temporary files, goes with it.
"""

import base64
import contextlib
import gc
import json
import os
import queue
import shutil
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from model.data import load_mnist
from model.data.training_images import TrainingImages
from model.errors import UnusableFile
from model.insight.neighbours import NEIGHBOURS_FILE, Interrupted, write_neighbours
from model.plan import Architecture, Recipe
from model.run.weights_file import SavedNetwork, UnusableWeights

# From 0 to 19; the tests, which keep every processor busy, have nobody to give way to.
NICENESS = int(os.environ.get("DIGITS_NICENESS", "10"))

# So long nobody has asked for anything, before neighbours are looked for: when a run has ended, its visitor looks at
# what came of it and draws, and often the next run begins, for which what was found so far would be thrown away. The
# tests rest for longer: nobody asks there which digits a new network takes for neighbours.
SECONDS_OF_REST = float(os.environ.get("DIGITS_SECONDS_OF_REST", "10"))

Command = dict[str, Any]

Send = Callable[..., None]


def main() -> None:
    """Train what stdin asks for, one run after the other, until it closes."""
    send = _claim_stdout()
    _be_the_first_to_go()
    commands: queue.Queue[Command] = queue.Queue()
    unfinished: deque[Path] = deque()
    stop = Stop()
    # Reads before the seconds-long import of TensorFlow, so that a closed stdin ends this process even then.
    threading.Thread(target=_read_commands, args=(sys.stdin, commands, unfinished, stop), daemon=True).start()
    _leave_out_what_keras_may_lack()
    # What is imported stays: to look through it for garbage, again and again, would take a third of the time.
    gc.disable()
    from model.training.loop import Diverged

    gc.freeze()
    gc.enable()
    with contextlib.suppress(UnusableFile):  # the run that needs the images will say what is wrong with them
        _mnist()
    send("ready")
    if commands.empty():
        _get_ready()
    while True:
        command = _next(commands, unfinished)
        try:
            if command["command"] == "restore":
                _restore(command, send)
            else:
                _train(command, send, stop)
            unfinished.append(Path(command["folder"]))
        except (UnusableFile, UnusableWeights, Diverged) as error:
            send("failed", sentence=str(error))
        except OSError as error:
            traceback.print_exc()
            send("failed", sentence=f"The trained model could not be saved: {error.strerror or error}.")
        except Exception:  # noqa: BLE001 - whatever it is, the visitor reads that the run is over
            traceback.print_exc()
            send("failed", sentence="The training failed for a reason of its own, which stands in the server's log.")


@dataclass
class Stop:
    """What the thread that reads commands tells the one that trains."""

    asked: threading.Event = field(default_factory=threading.Event)
    keep: bool = True

    def ask(self, *, keep: bool) -> None:
        self.keep = keep
        self.asked.set()

    def forget(self) -> None:
        self.keep = True
        self.asked.clear()


def _next(commands: queue.Queue[Command], unfinished: deque[Path]) -> Command:
    """The command that comes next; neighbours are looked for while none does."""
    if unfinished:
        with contextlib.suppress(queue.Empty):
            return commands.get(timeout=SECONDS_OF_REST)
        _write_neighbours(unfinished, commands)
    return commands.get()


def _train(command: Command, send: Send, stop: Stop) -> None:
    if stop.asked.is_set():  # while this process started: a network that learned nothing need not be made and tested
        send("cancelled")
        return
    from model.training.loop import train

    trained = train(
        Recipe.from_json(command["recipe"]),
        Architecture.from_json(command["architecture"]),
        _mnist(),
        lambda batches: send("batches", **asdict(batches)),
        lambda epoch: send("epoch", **asdict(epoch)),
        stop.asked,
        lambda look: send("look", **look.to_json()),
    )
    if not trained.record.batch_losses or not stop.keep:
        send("cancelled")
        return
    send("saving")
    trained.save(Path(command["folder"]))
    send("finished")


def _restore(command: Command, send: Send) -> None:
    from model.training.restoring import restore

    send("saving")
    saved = SavedNetwork.unpack(base64.b64decode(command["network"]))
    restore(saved, _mnist(), Path(command["folder"]))
    send("finished")


def _get_ready() -> None:
    """What the first run would wait for at its end, while nobody waits."""
    from model.training.export import litert_template

    litert_template(Architecture())


_mnist = cache(load_mnist)


def _write_neighbours(folders: deque[Path], commands: queue.Queue[Command]) -> None:
    """Only while nobody waits for a run to begin or to end; without its neighbours a run is one all the same."""
    while folders and commands.empty():
        folder = folders[0]
        try:
            # Where the run was kept, and is not deleted yet, and no worker before this one has done it.
            if folder.is_dir() and not (folder / NEIGHBOURS_FILE).exists():
                write_neighbours(folder, TrainingImages.unpack(), lambda: not commands.empty())
        except Interrupted:
            return
        except (UnusableFile, OSError):
            traceback.print_exc()
        folders.popleft()


def _claim_stdout() -> Send:
    """Keep stdout for the protocol alone: what TensorFlow and Keras print goes to stderr from here on."""
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(event: str, **content: Any) -> None:
        protocol.write(json.dumps({"event": event, **content}) + "\n")
        protocol.flush()

    return send


def _leave_out_what_keras_may_lack() -> None:
    """Keras imports these where they are installed, to take in their tables and to pass for one of their models.

    Without them the worker starts in four fifths of the time, and takes a sixth less memory.
    """
    for name in ("pandas", "sklearn"):
        sys.modules[name] = None  # type: ignore[assignment]


def _be_the_first_to_go() -> None:
    """Let visitors who draw come first, and a Linux host short of memory take a run rather than the server."""
    os.nice(NICENESS)
    # Linux shares its processors among sessions first, and this process has one of its own: niceness alone would only
    # count within it.
    for file, value in {"autogroup": NICENESS, "oom_score_adj": 1000}.items():
        with contextlib.suppress(OSError):
            Path("/proc/self", file).write_text(str(value))


def _read_commands(lines: IO[str], commands: queue.Queue[Command], unfinished: deque[Path], stop: Stop) -> None:
    for line in lines:
        command = json.loads(line)
        if command["command"] == "stop":
            stop.ask(keep=command["keep"])
        elif command["command"] == "index":
            unfinished.append(Path(command["folder"]))
        else:
            stop.forget()
            commands.put(command)
    for temporary in sys.argv[1:]:
        shutil.rmtree(temporary, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
