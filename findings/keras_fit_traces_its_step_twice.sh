#!/bin/sh
# Keras, TensorFlow: fit traces its step twice, although the network is built and compiled.
#
# A functional network has all its variables once it is made, so one would expect fit to trace its training step once.
# But the optimizer's variables are made within the first step, for which TensorFlow traces it, and then once more
# without making any. With optimizer.build(network.trainable_variables) before fit it is traced once. Of a small network
# that is trained for a moment, tracing is most of the time.
#
# Seen in Keras 3.15.1 with TensorFlow 2.21.0. That TensorFlow traces twice where variables are made in the first call is
# told in tensorflow/tensorflow#48851; not that every first fit of Keras is such a call.

. "$(dirname "$0")/helper"
environment here tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cat >try.py <<'END_OF_PYTHON'
import keras
import numpy as np


def traces(optimizer_is_built):
    """How often Python goes through the network's step while it is fitted."""
    count = 0

    class Counted(keras.losses.Loss):
        def call(self, true, predicted):
            nonlocal count
            count += 1
            return keras.ops.mean(keras.ops.square(true - predicted))

    inputs = keras.Input((4,))
    network = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    network.compile("adam", Counted())
    if optimizer_is_built:
        network.optimizer.build(network.trainable_variables)
    count = 0
    network.fit(np.ones((64, 4)), np.ones((64, 1)), batch_size=16, epochs=3, verbose=0)
    return count


found = {"as compiled": traces(False), "with a built optimizer": traces(True)}
print(f"Keras {keras.__version__}: times that the step is traced in three epochs of four batches: {found}")
raise SystemExit(found != {"as compiled": 2, "with a built optimizer": 1})
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
