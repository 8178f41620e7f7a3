"""Speaks the worker's protocol and trains nothing: the queue's tests say by the seed how a run goes.

Seed 1 finishes at once, 2 waits for a stop, 3 says something that is no JSON, 4 dies, and 5 fails with a sentence.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

PRETRAINED = Path(__file__).parents[2] / "model" / "pretrained"


def send(event: str, **content: Any) -> None:
    print(json.dumps({"event": event, **content}), flush=True)


def main() -> None:
    send("ready")
    for line in sys.stdin:
        command = json.loads(line)
        if command["command"] == "restore":
            send("saving")
            shutil.copytree(PRETRAINED, command["folder"])
            send("finished")
        if command["command"] != "train":
            continue
        seed = command["recipe"]["seed"]
        send("batches", losses=[2.0, 1.0], accuracies=[0.25, 0.75], seconds=0.5)
        if seed == 2:
            sys.stdin.readline()
        elif seed == 3:
            print("no JSON", flush=True)
        elif seed == 4:
            print("out of patience", file=sys.stderr, flush=True)
            os._exit(7)
        elif seed == 5:
            send("failed", sentence="It went wrong.")
            continue
        result = {"loss": 0.1, "accuracy": 0.9}
        send("epoch", training=result, test=result, seconds=0.5)
        send("saving")
        shutil.copytree(PRETRAINED, command["folder"])
        send("finished")


if __name__ == "__main__":
    main()
