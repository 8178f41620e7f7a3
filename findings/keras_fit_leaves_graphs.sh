#!/bin/sh
# Keras, TensorFlow: every network that is fitted leaves operations of its graph behind, after it is gone itself.
#
# A program that trains one small network after the other, and drops each, should need no more memory after the tenth
# than after the second. In fact the network and its optimizer are freed, but of the graph that fit compiled for
# TensorFlow some hundred operations with their tensors stay in the process for each, also after clear_session() and a
# full garbage collection. predict, which compiles a graph as well, leaves none. A process that trains has to be
# replaced now and then.
#
# Seen in Keras 3.15.1 with TensorFlow 2.21.0, most with Adam. That memory grows from fit to fit is told in
# keras-team/keras#21090, without this cause.

. "$(dirname "$0")/helper"
environment here tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cat >try.py <<'END_OF_PYTHON'
import gc
import sys
import weakref

import keras
import numpy as np
from tensorflow.python.framework.ops import Operation

ROUNDS = 4


def fitted(network):
    network.compile("adam", "mse")
    network.fit(np.zeros((4, 8)), np.zeros((4, 4)), verbose=0)


def asked(network):
    network.predict(np.zeros((4, 8)), verbose=0)


def growth(use):
    """How many operations each round leaves, and how many networks are still there after all of them."""
    networks, counts = [], []
    for _ in range(ROUNDS + 2):  # what is made once and kept is there after the first two
        network = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
        use(network)
        networks.append(weakref.ref(network))
        del network
        keras.backend.clear_session()
        gc.collect()
        counts.append(sum(type(each) is Operation for each in gc.get_objects()))
    return np.diff(counts)[1:].tolist(), sum(network() is not None for network in networks)


predicting, fitting = growth(asked), growth(fitted)
print(f"predict: each round leaves {predicting[0]} operations, and {predicting[1]} networks are left in all")
print(f"fit: each round leaves {fitting[0]} operations, and {fitting[1]} networks are left in all")
sys.exit(predicting != ([0] * ROUNDS, 0) or min(fitting[0]) < 50 or fitting[1] > 0)
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
