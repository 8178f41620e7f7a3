#!/bin/sh
# Streamlit: its AppTest keeps the address's query on the way to another page, where the browser drops it.
#
# AppTest stands for the browser in tests. With ?run=7 in the address it is switched to the second page, and
# st.query_params still holds the run there; a test that a page finds by it what the page before has left passes. In the
# browser the same step, by st.page_link, leads to /second without any query, and the page finds nothing. Each link has
# to be told its query_params, and no AppTest notices where one is not.
#
# Seen in Streamlit 1.67.0, with Chromium; the browser is the first of chromium, chromium-browser and google-chrome.

. "$(dirname "$0")/helper"
for browser in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome ""; do
    CHROMIUM=$(command -v "$browser") && break
done
test "$CHROMIUM" || not_run "it needs Chromium or Chrome on the PATH, or its place in the variable CHROMIUM."
export CHROMIUM
environment here streamlit==1.67.0 playwright==1.65.2
mkdir pages
cat >app.py <<'END_OF_PYTHON'
import streamlit as st

st.text(f"first: {st.query_params.to_dict()}")
st.page_link("pages/second.py", label="Go on")
END_OF_PYTHON
cat >pages/second.py <<'END_OF_PYTHON'
import streamlit as st

st.text(f"second: {st.query_params.to_dict()}")
END_OF_PYTHON
cat >try.py <<'END_OF_PYTHON'
import os
import socket
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

PATIENCE = 300  # seconds; it is there only so that this ends one day
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def by_app_test():
    test = AppTest.from_file("app.py", default_timeout=PATIENCE)
    test.query_params["run"] = "7"
    first = test.run().text[0].value
    return first, test.switch_page("pages/second.py").run().text[0].value


def by_browser(address):
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/?run=7")
        first = page.get_by_text("first: ").inner_text()
        page.get_by_test_id("stMain").get_by_text("Go on").click()
        return first, page.get_by_text("second: ").inner_text()


def wait_for(server, address):
    while server.poll() is None:
        try:
            return urllib.request.urlopen(f"{address}/_stcore/health").close()
        except OSError:
            time.sleep(0.2)


with socket.socket() as any_port:
    any_port.bind(("127.0.0.1", 0))
    port = str(any_port.getsockname()[1])
settings = ["--server.headless", "true", "--server.port", port, "--browser.gatherUsageStats", "false"]
server = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "app.py", *settings], stdout=2)
try:
    wait_for(server, f"http://127.0.0.1:{port}")
    seen = {"AppTest": by_app_test(), "browser": by_browser(f"http://127.0.0.1:{port}")}
finally:
    server.terminate()
    server.wait()
for who, texts in seen.items():
    print(f"{who}:", *texts)
expected = {
    "AppTest": ("first: {'run': '7'}", "second: {'run': '7'}"),
    "browser": ("first: {'run': '7'}", "second: {}"),
}
sys.exit(seen != expected)
END_OF_PYTHON
here/bin/python try.py 2>log || { tail -n 3 log >&2; exit 1; }
