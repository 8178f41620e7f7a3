#!/bin/sh
# Keras, HDF5: a file of weights does not know the names of the layers, so weights come into the wrong one unnoticed.
#
# Layers are named, names must differ within a network, and summary and get_layer go by them; one would expect a
# .weights.h5 to do so as well. In fact it holds dense, dense_1 and so on: each layer's class, counted in the order of
# the network's list of layers, which for branches depends on the order of the outputs. Here the same network with
# branches "ink" and "paper" is built again with its outputs exchanged: everything loads, every shape fits, and each
# branch has the other's weights. A misspelled or renamed layer is not noticed either.
#
# Seen in Keras 3.15.1.

. "$(dirname "$0")/helper"
export KERAS_BACKEND=jax
environment here keras==3.15.1 jax==0.7.2 jaxlib==0.7.2 numpy==2.4.6
here/bin/python - <<'END_OF_PYTHON'
import sys

import h5py
import keras
import numpy as np


def network(*outputs):
    pixels = keras.Input((2,))
    branches = {name: keras.layers.Dense(2, use_bias=False, name=name)(pixels) for name in ("ink", "paper")}
    return keras.Model(pixels, [branches[name] for name in outputs])


def weights(network):
    return {name: float(network.get_layer(name).get_weights()[0][0, 0]) for name in ("ink", "paper")}


saved = network("ink", "paper")
saved.get_layer("ink").set_weights([np.full((2, 2), 1.0)])
saved.get_layer("paper").set_weights([np.full((2, 2), 2.0)])
saved.save_weights("network.weights.h5")
with h5py.File("network.weights.h5") as file:
    print("in the file:", *(name for name in file["layers"] if name.startswith("dense")))
same, exchanged = network("ink", "paper"), network("paper", "ink")
same.load_weights("network.weights.h5")
exchanged.load_weights("network.weights.h5")
print("saved:", weights(saved))
print("loaded:", weights(same))
print("loaded, outputs exchanged:", weights(exchanged))
sys.exit(weights(same) != weights(saved) or weights(exchanged) != {"ink": 2.0, "paper": 1.0})
END_OF_PYTHON
