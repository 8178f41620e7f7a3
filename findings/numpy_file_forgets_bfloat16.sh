#!/bin/sh
# NumPy, ml_dtypes: np.save takes arrays of bfloat16 and float8, and np.load gives back no numbers, or fails.
#
# Arrays of these types come out of JAX, and of TensorFlow's .numpy(). They add and print like any others, and np.save
# and np.savez write them without a word. But the file names the type by its size alone. Of bfloat16, int4 and most
# kinds of float8 one loads a void type that cannot be counted with, and for one byte nothing tells which of them it
# was; a file of float8_e5m2 is not loaded at all, since it names a type that NumPy does not know. One would expect the
# numbers back, or an error before anything is written.
#
# Seen in NumPy 2.4.6 with ml_dtypes 0.6.0. Reported in jax-ml/ml_dtypes#41, and of float8_e5m2 in #148 and #216; all
# are open. loaded.view(ml_dtypes.bfloat16) mends it, for who knows the type.

. "$(dirname "$0")/helper"
environment here numpy==2.4.6 ml_dtypes==0.6.0
here/bin/python - <<'END_OF_PYTHON'
import io
import sys

import ml_dtypes
import numpy as np

seen = {}
for kind in (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.int4, ml_dtypes.float8_e5m2):
    array = np.array([1, 2, 3], kind)
    file = io.BytesIO()
    np.save(file, array)
    file.seek(0)
    try:
        loaded = np.load(file)
        seen[kind.__name__] = loaded.dtype.str
        assert (loaded.view(kind) == array).all()
        loaded + loaded
    except TypeError:
        seen[kind.__name__] += ", no numbers"
    except ValueError as error:
        seen[kind.__name__] = f"not loaded: {error}"
    print(f"{array.dtype}, {array + array} when doubled, comes back as {seen[kind.__name__]}")
sys.exit(
    list(seen.values())[:3] != ["|V2, no numbers", "|V1, no numbers", "|V1, no numbers"]
    or not seen["float8_e5m2"].startswith("not loaded")
)
END_OF_PYTHON
