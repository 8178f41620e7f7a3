"""Measurements of Layers with the largest networks that can be designed: a change, and every row unfolded."""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from model.plan.design import Design
from model.run import PRETRAINED, Run
from model.run.store import FOLDER_VARIABLE, RunStore
from tests.bench.figures import show
from tests.bench.in_process import ROOT

LARGEST = {"large convolutions": "c8k1p-c128k3p-c128k3-flatten-d64", "a large dense layer": "flatten-d512"}

# In a process of its own, since Streamlit spends more on each run where Keras is imported. Processor time, the best of
# three.
TIMED = """
import sys, time
from streamlit.testing.v1 import AppTest

def seconds(change):
    times = []
    for _ in range(3):
        began = time.process_time()
        change()
        times.append(time.process_time() - began)
    return min(times)

app, model, text, rows = sys.argv[1:]
at = AppTest.from_file(app, default_timeout=30)
at.query_params.update(model=model, design=text)
at.run()
at.switch_page("pages/layers.py").run()
at.session_state["show_everything"] = True
hidden = at.run().number_input(key=f"design_hidden_{at.session_state['designer_visit']}")
values = iter([2, 1, 0])
designed = seconds(lambda: hidden.set_value(next(values)).run())
at.button_group(key="layers_view").select("The network in use").run()
for row in range(int(rows)):
    at.session_state[f"inside_{row}"] = True
opened = seconds(at.run)
assert not at.exception and not at.error
print(designed, opened)
"""


def layers() -> None:
    """The networks are untrained, which makes no difference to the page."""
    from model.training.export import export
    from model.training.network import build_convnet

    for name, text in LARGEST.items():
        architecture = Design.from_text(text).architecture()
        with tempfile.TemporaryDirectory() as folder:
            store = RunStore(Path(folder))
            run_id = store.new_id()
            record = replace(Run.load(PRETRAINED).record, architecture=architecture)
            network = build_convnet(architecture)
            Run.save(store.folder(run_id), record, partial(export, network))
            rows = str(len(architecture.summary))
            result = subprocess.run(
                [sys.executable, "-c", TIMED, str(ROOT / "app.py"), run_id, text, rows],
                cwd=ROOT,
                env=os.environ | {FOLDER_VARIABLE: folder},
                capture_output=True,
                text=True,
                check=True,
            )
        designed, opened = (float(seconds) * 1000 for seconds in result.stdout.split()[-2:])
        show(f"{name}: a change in the designer, all rows unfolded", f"{designed:.0f} ms, {opened:.0f} ms")
