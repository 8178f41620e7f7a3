"""The notebook's plain `model.fit` against the Fast preset: seconds of training until 0.990 test accuracy.

The notebook trains in a process of its own, epoch by epoch until it is there; Fast goes through queue and worker with
all its reporting. Evaluation is left out on both sides. They take turns, so that both meet the same machine.
"""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np

from model.plan import FAST
from model.queue import State
from tests.bench.figures import show
from tests.bench.in_process import ROOT, queue_of_its_own, wait

GOAL = 0.990
EPOCHS = 8  # the notebook's three are enough nearly always

NOTEBOOK = f"""
import json, sys, time
import keras
from keras import layers
from model.data import load_mnist

keras.utils.set_random_seed(int(sys.argv[1]))
mnist = load_mnist()
x_train, x_test = (images.reshape((-1, 28, 28, 1)).astype("float32") / 255 for images in (mnist.x_train, mnist.x_test))
inputs = keras.Input(shape=(28, 28, 1))
x = layers.Conv2D(filters=32, kernel_size=3, activation="relu")(inputs)
x = layers.MaxPooling2D(pool_size=2)(x)
x = layers.Conv2D(filters=64, kernel_size=3, activation="relu")(x)
x = layers.MaxPooling2D(pool_size=2)(x)
x = layers.Conv2D(filters=128, kernel_size=3, activation="relu")(x)
x = layers.Flatten()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs=inputs, outputs=outputs)
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
seconds = accuracy = 0.0
for epoch in range({EPOCHS}):
    began = time.perf_counter()
    model.fit(x_train, mnist.y_train, epochs=1, batch_size=64, verbose=0)
    seconds += time.perf_counter() - began
    _, accuracy = model.evaluate(x_test, mnist.y_test, verbose=0)
    if accuracy >= {GOAL}:
        break
print(json.dumps([seconds, accuracy]))
"""


def race(seeds: int) -> None:
    """Print the median of both over so many seeds, and whether every seed of Fast reached the goal."""
    notebook, fast, accuracies = [], [], []
    with queue_of_its_own() as queue:
        for seed in range(1, seeds + 1):
            seconds, accuracy = _notebook(seed)
            notebook.append(seconds)
            job = queue.start(replace(FAST, seed=seed))
            wait(job)
            if job.progress.state != State.FINISHED or job.progress.run is None:
                raise RuntimeError(job.progress.sentence)
            record = job.progress.run.record
            fast.append(record.seconds)
            accuracies.append(record.test.accuracy)
            result = f"{seconds:.1f} s ({accuracy:.4f}), Fast {record.seconds:.1f} s ({record.test.accuracy:.4f})"
            show(f"seed {seed}: notebook", result)
    show(f"seconds to {GOAL:.3f}, median: notebook", f"{np.median(notebook):.1f} s")
    show("the same: Fast", f"{np.median(fast):.1f} s, {np.median(notebook) / np.median(fast):.1f} times faster")
    show("seeds of Fast that reached it", f"{sum(accuracy >= GOAL for accuracy in accuracies)} of {seeds}")


def _notebook(seed: int) -> tuple[float, float]:
    """Seconds of training until the goal, and the accuracy that was reached."""
    result = subprocess.run(
        (sys.executable, "-c", NOTEBOOK, str(seed)), cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, accuracy = json.loads(result.stdout.splitlines()[-1])
    return seconds, accuracy
