#!/bin/sh
# Streamlit: its own scripts come unpacked, though the browser takes gzip and the server packs other files.
#
# Streamlit's server has a middleware that packs answers with gzip, and an app's own static files come packed. One would
# expect the same of the scripts that every visit begins with, which shrink to less than a third. In fact the address
# /static/ and the page itself are left out on purpose: the middleware would pack them anew at every request, and a proxy
# is expected to do it instead. Where there is none, an empty browser fetches more than 1.4 MB of JavaScript for the first
# page, which on a line of 50 kB/s is half a minute.
#
# Seen in Streamlit 1.67.0, with the reasons in streamlit/web/server/starlette/starlette_gzip_middleware.py.

. "$(dirname "$0")/helper"
environment here streamlit==1.67.0
mkdir -p app/static
echo 'import streamlit; streamlit.write("Hello")' > app/app.py
cd app || exit 1
../here/bin/python - 2>/dev/null <<'END_OF_PYTHON'
import gzip
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

Path("static/own.txt").write_text("The same line again.\n" * 5000)
with socket.socket() as free:
    free.bind(("localhost", 0))
    port = free.getsockname()[1]
command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
command += ["--server.port", str(port), "--server.enableStaticServing", "true", "--server.showEmailPrompt", "false"]
server = subprocess.Popen(command, stdout=subprocess.DEVNULL)


def fetch(path):
    request = urllib.request.Request(f"http://localhost:{port}/{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Content-Encoding"], answer.read()


try:
    for _ in range(300):
        try:
            page = fetch("")
            break
        except OSError:
            time.sleep(0.2)
    scripts = sorted(set(re.findall(r"static/js/[^\"']+", page[1].decode())))
    answers = [fetch(script) for script in scripts]
    own = fetch("app/static/own.txt")
finally:
    server.terminate()
    server.wait()
whole = sum(len(content) for _, content in answers)
packed = sum(len(gzip.compress(content)) for _, content in answers)
print(f"{len(scripts)} scripts of Streamlit: packed {({encoding for encoding, _ in answers})}, {whole / 1e6:.2f} MB;", end=" ")
print(f"with gzip they would be {packed / 1e6:.2f} MB")
print(f"an app's own file: packed with {own[0]}, 105,000 bytes come as {len(own[1]):,}")
is_so = {encoding for encoding, _ in answers} == {None} and whole > 1_400_000 and packed < whole / 3
sys.exit(not (is_so and page[0] is None and own[0] == "gzip"))
END_OF_PYTHON
