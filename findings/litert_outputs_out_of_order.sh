#!/bin/sh
# LiteRT, Keras: a file's outputs are in another order than the network's, and their shapes need not tell.
#
# keras.Model(input, [first, second, ...]).export(..., format="litert") keeps the outputs' order in the names of the
# signature alone, output_0, output_1 and so on. Interpreter.get_output_details(), which one reaches for first, and the
# signature's list in CompiledModel go by an order of their own. Whoever takes output number 1 for the second layer gets
# another one; where layers have the same shape, as here, it goes unnoticed.
#
# Seen in LiteRT 2.3.0, with files made by Keras 3.15.1 and TensorFlow 2.21.0. get_signature_runner() goes by the names.

. "$(dirname "$0")/helper"
environment here ai-edge-litert==2.3.0 tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cat >try.py <<'END_OF_PYTHON'
import sys

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

LAYERS = 6

keras.utils.set_random_seed(0)
layer = pixels = keras.Input((4,))
outputs = [layer := keras.layers.Dense(4, activation="tanh")(layer) for _ in range(LAYERS)]
network = keras.Model(pixels, outputs)
network.export("network.tflite", format="litert", verbose=False)
given = np.random.default_rng(0).normal(size=(1, 4)).astype(np.float32)
expected = [np.asarray(each) for each in network(given)]


def which(output):
    """The layer, counted from 0, whose output this is."""
    return int(np.argmin([abs(each - output).max() for each in expected]))


interpreter = Interpreter(model_path="network.tflite")
interpreter.allocate_tensors()
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], given)
interpreter.invoke()
by_details = [which(interpreter.get_tensor(each["index"])) for each in interpreter.get_output_details()]
signature = interpreter.get_signature_runner()
(name,) = signature.get_input_details()
by_name = signature(**{name: given})
by_name = [which(by_name[f"output_{number}"]) for number in range(LAYERS)]
print("the layers, by get_output_details():", *by_details)
print("the layers, by the signature's names:", *by_name)
right = list(range(LAYERS))
sys.exit(not (by_name == right and by_details != right and sorted(by_details) == right))
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
