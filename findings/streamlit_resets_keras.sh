#!/bin/sh
# Streamlit, Keras: at the end of every run of every visitor's script, Streamlit resets Keras for the whole process.
#
# Where keras has been imported, each run of a script ends with keras.backend.clear_session(). A script is run anew at
# every click, so all visitors pay a full garbage collection for it, through every object of the process; with
# TensorFlow imported these are hundreds of thousands. And what the program has set for Keras as a whole goes with it:
# here a policy for mixed precision, set once at the start outside of any page, is back at float32 after the first
# visit.
#
# Seen in Streamlit 1.67.0 (_clean_problem_modules in its script runner) with Keras 3.15.1; JAX is the smaller backend.

. "$(dirname "$0")/helper"
export KERAS_BACKEND=jax
environment here streamlit==1.67.0 keras==3.15.1 jax==0.7.2 jaxlib==0.7.2 numpy==2.4.6
cat >try.py <<'END_OF_PYTHON'
import gc
import sys

from streamlit.testing.v1 import AppTest

RUNS = 5


def page():
    import streamlit as st

    st.text("Nothing of Keras here")


def full_collections(test):
    """Collections of everything that the program or a library asked for, in so many runs of the page."""
    gc.collect()
    gc.disable()
    before = gc.get_stats()[2]["collections"]
    for _ in range(RUNS):
        test.run()
    return gc.get_stats()[2]["collections"] - before


test = AppTest.from_function(page, default_timeout=600).run()
without = full_collections(test)
import keras

keras.config.set_dtype_policy("mixed_bfloat16")
layers = [keras.layers.Dense(1)]
with_keras = full_collections(test)
layers.append(keras.layers.Dense(1))
policies = [layer.dtype_policy.name for layer in layers]
print(f"full collections in {RUNS} runs: {without} before Keras is imported, {with_keras} after it")
print("policy of a layer made before and after them:", *policies)
sys.exit(with_keras - without != RUNS or policies != ["mixed_bfloat16", "float32"])
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
