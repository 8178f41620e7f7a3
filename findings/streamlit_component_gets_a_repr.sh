#!/bin/sh
# Streamlit, NumPy: one NumPy number in a component's data, and its script is handed a string in place of an object.
#
# A component of version 2 is told a dict, which goes to the browser as JSON. JSON has no NumPy scalars, so {"accuracy":
# numpy.float32(0.5)} should either be sent as 0.5, as arrays and data frames are seen to, or raise an error. In fact
# Streamlit sends the text that Python prints for the whole dict: no exception, no warning, and in the browser
# data.accuracy is undefined, with all that stands beside it. float64 is a Python float and passes, so that it depends
# on which reduction the number came from.
#
# Seen in Streamlit 1.67.0 with NumPy 2.4.6.

. "$(dirname "$0")/helper"
environment here streamlit==1.67.0 numpy==2.4.6
cat >try.py <<'END_OF_PYTHON'
import json
import sys

from streamlit.testing.v1 import AppTest


def page():
    import numpy as np
    import streamlit as st

    component = st.components.v2.component("curve", js="export default function () {}")
    component(data={"epoch": 1, "accuracy": np.float64(0.5)}, key="float64")
    component(data={"epoch": 1, "accuracy": np.float32(0.5)}, key="float32")
    component(data={"epoch": np.arange(3).max(), "accuracy": 0.5}, key="int64")


run = AppTest.from_function(page, default_timeout=600).run()
sent = [json.loads(element.proto.json) for element in run.main if hasattr(element.proto, "component_name")]
for kind, data in zip(("float64", "float32", "int64"), sent, strict=True):
    print(f"{kind}: the browser gets a {type(data).__name__}, {json.dumps(data)}")
print("exceptions:", len(run.exception))
sys.exit([type(data) for data in sent] != [dict, str, str] or len(run.exception) > 0)
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
