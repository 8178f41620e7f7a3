"""Speaks the worker's protocol and trains nothing: the queue's tests say by the seed how a run goes.

Seed 1 ends at once, 2 waits for a stop, 3 says something that is no JSON, 4 dies after some batches, and 5 fails with
a sentence. Seed 6 dies before the first batch, 7 after an epoch, 8 while it saves, 9 when it has saved; 10 never ends.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

FILTERS = [[[0.1, -0.2], [0.3, 0.0]]] * 4
PROBABILITIES = [[0.1] * 10] * 10

PRETRAINED = Path(__file__).parents[1] / "model" / "pretrained"


def send(event: str, **content: Any) -> None:
    print(json.dumps({"event": event, **content}), flush=True)


def die() -> None:
    print("out of patience", file=sys.stderr, flush=True)
    os._exit(7)


def main() -> None:
    send("ready")
    for line in sys.stdin:
        command = json.loads(line)
        if command["command"] == "restore":
            send("saving")
            shutil.copytree(PRETRAINED, command["folder"])
            send("finished")
        if command["command"] == "index":
            Path(command["folder"], "indexed").touch()
        if command["command"] != "train":
            continue
        seed = command["recipe"]["seed"]
        if seed == 6:
            die()
        send("look", batches=0, filters=FILTERS, probabilities=PROBABILITIES, test={"loss": 2.3, "accuracy": 0.1})
        send("batches", losses=[2.0, 1.0], accuracies=[0.25, 0.75], seconds=0.5)
        if seed == 2:
            if not json.loads(sys.stdin.readline())["keep"]:
                send("cancelled")
                continue
        elif seed == 3:
            print("no JSON", flush=True)
        elif seed == 4:
            die()
        elif seed == 5:
            send("failed", sentence="It went wrong.")
            continue
        result = {"loss": 0.1, "accuracy": 0.9}
        send("epoch", training=result, test=result, seconds=0.5)
        if seed == 7:
            die()
        if seed == 10:
            time.sleep(100)
        send("saving")
        if seed == 8:
            Path(command["folder"] + ".part").mkdir(parents=True)
            die()
        shutil.copytree(PRETRAINED, command["folder"])
        if seed == 9:
            die()
        send("finished")


if __name__ == "__main__":
    main()
