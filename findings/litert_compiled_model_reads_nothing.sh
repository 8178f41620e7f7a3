#!/bin/sh
# LiteRT, Keras: CompiledModel gives wrong numbers, other ones each time, where a model's outputs hold its input.
#
# A Keras network whose outputs are the activations of all its layers, the input layer among them, is exported to LiteRT
# as it is. Interpreter reads that file right. CompiledModel, LiteRT's newer interface, reports nothing and returns what
# happened to lie in memory, for the input and for all that is computed from it: no answer of the network is right. One
# would expect the same numbers from both, or an error. Without the input among the outputs both agree.
#
# Seen in LiteRT 2.3.0, on a processor. google-ai-edge/LiteRT#8071, which is open, reports an output with such numbers
# in another model.

. "$(dirname "$0")/helper"
environment here ai-edge-litert==2.3.0 tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cat >try.py <<'END_OF_PYTHON'
import sys

import keras
import numpy as np
from ai_edge_litert.compiled_model import CompiledModel
from ai_edge_litert.interpreter import Interpreter

keras.utils.set_random_seed(0)
pixels = keras.Input((8,))
hidden = keras.layers.Dense(16, activation="relu")(pixels)
answer = keras.layers.Dense(4, activation="softmax")(hidden)
given = np.random.default_rng(0).normal(size=(1, 8)).astype(np.float32)


def answers(path, number, expected):
    """How far the network's last output is off: read by Interpreter, and by CompiledModel."""
    signature = Interpreter(model_path=path).get_signature_runner()
    (name,) = signature.get_input_details()
    last = f"output_{number}"
    interpreted = signature(**{name: given})[last]
    compiled = CompiledModel.from_file(path)
    inputs, outputs = compiled.create_input_buffers(0), compiled.create_output_buffers(0)
    inputs[0].write(given)
    compiled.run_by_index(0, inputs, outputs)
    order = next(iter(compiled.get_signature_list().values()))["outputs"]
    read = outputs[order.index(last)].read(expected.size, np.float32).reshape(expected.shape)
    return [bool(np.allclose(each, expected, atol=1e-4)) for each in (interpreted, read)]


seen = {}
for title, layers in {"without its input": [hidden, answer], "with its input": [pixels, hidden, answer]}.items():
    network = keras.Model(pixels, layers)
    network.export("network.tflite", format="litert", verbose=False)
    expected = np.asarray(network(given)[-1])
    seen[title] = answers("network.tflite", len(layers) - 1, expected)
    print(f"outputs {title}: the answer is right by Interpreter {seen[title][0]}, by CompiledModel {seen[title][1]}")
sys.exit(list(seen.values()) != [[True, True], [True, False]])
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
