#!/bin/sh
# Keras, NumPy: the backend that computes with NumPy alone cannot be imported without JAX.
#
# KERAS_BACKEND=numpy is the small one, for answering where no framework is to be installed, and NumPy is all that its
# name speaks of. In fact "import keras" ends with "No module named 'jax'": the backend takes a few functions, such as
# the Fourier transform, from the module of the JAX backend, which imports all of JAX. It wants SciPy besides.
#
# Seen in Keras 3.15.1, 3.14.1 and 3.12.4.

. "$(dirname "$0")/helper"
export KERAS_BACKEND=numpy
environment here keras==3.15.1 numpy==2.4.6 scipy==1.17.1
without=$(here/bin/python -c 'import keras; print("imported")' 2>&1 | tail -n 1)
environment here jax==0.7.2 jaxlib==0.7.2
with=$(here/bin/python -c 'import keras; print("imported")' 2>&1 | tail -n 1)
echo "without JAX: $without"
echo "with JAX: $with"
test "$without" = "ModuleNotFoundError: No module named 'jax'" && test "$with" = imported
