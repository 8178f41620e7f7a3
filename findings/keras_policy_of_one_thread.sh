#!/bin/sh
# Keras: the global policy for types holds in the thread that set it, and nowhere else.
#
# keras.config.set_dtype_policy("mixed_bfloat16") is described as setting the default policy globally, and is called
# once at the start of a program. In fact it is kept in a threading.local: a network that is built in another thread, by
# a web server, a queue of jobs or a user interface, is plain float32, without a word. Its neighbour
# keras.config.set_floatx, which likewise sets what layers get by default, holds in all threads.
#
# Seen in Keras 3.15.1, with TensorFlow and with JAX, which is the smaller one to install.

. "$(dirname "$0")/helper"
export KERAS_BACKEND=jax
environment here keras==3.15.1 jax==0.7.2 jaxlib==0.7.2 numpy==2.4.6
here/bin/python - <<'END_OF_PYTHON'
import sys
from concurrent.futures import ThreadPoolExecutor

import keras


def built():
    return keras.layers.Dense(1).dtype_policy.name, keras.config.floatx()


elsewhere = ThreadPoolExecutor(1)
keras.config.set_dtype_policy("mixed_bfloat16")
policies = built()[0], elsewhere.submit(built).result()[0]
print("policy of a layer, in this thread and in another:", *policies)
keras.config.set_floatx("float64")
kinds = built()[1], elsewhere.submit(built).result()[1]
print("floatx, in this thread and in another:", *kinds)
sys.exit((policies, kinds) != (("mixed_bfloat16", "float32"), ("float64", "float64")))
END_OF_PYTHON
