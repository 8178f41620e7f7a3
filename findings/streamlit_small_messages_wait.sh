#!/bin/sh
# Streamlit, Uvicorn, asyncio: connections keep TCP's waiting for confirmations (Nagle's algorithm) turned on.
#
# asyncio sets TCP_NODELAY for its connections, so one would expect it behind any asyncio server, and "uvicorn app" has
# it. But asyncio does so only where the socket names its protocol as TCP, and an accepted one has that from the socket
# that listens. Streamlit makes that one itself, by socket.socket(family), which leaves the protocol open; Uvicorn does
# the same as soon as it is given --workers or --reload. An answer of several small messages then waits up to 40 ms on
# Linux.
#
# Seen in Streamlit 1.67.0 and Uvicorn 0.54.0, on Linux. Uvicorn's part is reported in Kludex/uvicorn#3149, which is
# open.

. "$(dirname "$0")/helper"
test "$(uname -s)" = Linux || not_run "elsewhere asyncio leaves the waiting on everywhere, for another reason."
environment here streamlit==1.67.0 uvicorn==0.54.0
cat >seen.py <<'END_OF_PYTHON'
"""Whether TCP_NODELAY is set: of all TCP connections that came to this process."""

import os
import socket
from contextlib import suppress


def connections():
    found = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError), socket.socket(fileno=os.dup(int(number))) as same:
            if same.family in (socket.AF_INET, socket.AF_INET6) and same.getpeername():
                found.append(bool(same.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
    return found


async def app(scope, receive, send):
    body = str(connections()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
END_OF_PYTHON
cat >pages_and_question.py <<'END_OF_PYTHON'
from seen import connections
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.starlette import App


async def answer(request):
    return PlainTextResponse(str(connections()))


app = App("page.py", routes=[Route("/seen", answer)])
END_OF_PYTHON
touch page.py
cat >ask.py <<'END_OF_PYTHON'
import socket
import subprocess
import sys
import time
import urllib.request


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return str(any_port.getsockname()[1])


def asked(path, *command):
    port = free_port()
    server = subprocess.Popen([sys.executable, *[part.replace("PORT", port) for part in command]], stdout=2)
    try:
        while server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                    return answer.read().decode()
            except OSError:
                time.sleep(0.2)
        return "the server ended"
    finally:
        server.terminate()
        server.wait()


UVICORN = ("-m", "uvicorn", "seen:app", "--lifespan", "off", "--log-level", "error", "--port", "PORT")
STREAMLIT = ("-m", "streamlit", "run", "pages_and_question.py", "--server.headless", "true", "--server.port", "PORT")
seen = {
    "uvicorn": asked("/", *UVICORN),
    "uvicorn --workers 2": asked("/", *UVICORN, "--workers", "2"),
    "streamlit run": asked("/seen", *STREAMLIT, "--server.address", "127.0.0.1"),
}
for command, answer in seen.items():
    print(f"{command}: TCP_NODELAY of its connections {answer}")
sys.exit(list(seen.values()) != ["[True]", "[False]", "[False]"])
END_OF_PYTHON
here/bin/python ask.py 2>servers.log
