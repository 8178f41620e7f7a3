"""Two replicas of the app behind nginx, with the file that is in the repository: `make replicas`.

It needs nginx and openssl, which `make replicas` installs on Debian; for that reason it is no part of `make test`.
"""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from tests.browser.devices import new_device
from tests.browser.server import ROOT, RunningApp
from tests.browser.visitor import Visitor
from tests.drawn_digits import DRAWN_DIGITS

VISITORS = 6

PROXY = """
error_log {folder}/error.log;
pid {folder}/nginx.pid;
daemon off;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/digits.conf;
}}
"""


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[list[RunningApp]]:
    with ExitStack() as running:
        apps = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            apps.append(
                running.enter_context(
                    RunningApp(
                        tmp_path / name,
                        DIGITS_RUNS=str(tmp_path / "runs"),
                        STREAMLIT_SERVER_COOKIE_SECRET="the same for both",
                    )
                )
            )
        yield apps


@pytest.fixture
def proxy(tmp_path: Path, replicas: list[RunningApp]) -> Iterator[str]:
    """nginx with the repository's file; what is put in is what a host puts in: ports, name and certificate."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    site = (ROOT / ".hosting" / "nginx.conf").read_text()
    for before, after in (
        (r"listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (r"127\.0\.0\.1:8501", replicas[0].url.removeprefix("http://")),
        (r"127\.0\.0\.1:8502", replicas[1].url.removeprefix("http://")),
        (r"server_name \S+;", "server_name localhost;"),
        (r"ssl_certificate /\S+;", f"ssl_certificate {certificate};"),
        (r"ssl_certificate_key /\S+;", f"ssl_certificate_key {key};"),
    ):
        site, times = re.subn(before, after, site)
        assert times == 1, before
    (tmp_path / "digits.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(PROXY.format(folder=tmp_path))
    nginx = subprocess.Popen(["nginx", "-c", tmp_path / "nginx.conf"])
    try:
        url = f"https://localhost:{port}"
        _wait_for(port)
        yield url
    finally:
        nginx.terminate()
        nginx.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("nginx did not start")


def connections(app: RunningApp) -> int:
    """Open connections from the proxy."""
    return sum(
        1
        for connection in psutil.Process(app.process.pid).net_connections("tcp")
        if connection.status == psutil.CONN_ESTABLISHED
    )


def test_visitors_stay_at_their_replica_and_go_on_at_the_other_when_it_is_killed(
    browser: Browser, replicas: list[RunningApp], proxy: str
) -> None:
    with ExitStack() as stack:
        visitors = []
        for _ in range(VISITORS):
            visitor = Visitor(new_device(browser, ignore_https_errors=True), proxy)
            stack.callback(visitor.close)
            visitor.open_draw()
            visitors.append(visitor)
        assert all(connections(replica) for replica in replicas), "every replica has visitors"
        for number, visitor in enumerate(visitors):
            visitor.draw(next(iter(DRAWN_DIGITS[number].values())))
            visitor.wait_for_digit(number)

        replicas[0].process.kill()
        replicas[0].process.wait()
        began = time.monotonic()
        for number, visitor in enumerate(visitors):
            visitor.page.get_by_text("CONNECTING").wait_for(state="hidden")
            # The other replica has never seen this visitor: the page tells it what is drawn, and it reads the same.
            before = visitor.wait_for_digit(number)
            visitor.draw([[(20, 20), (60, 20)]])
            visitor.wait_for_other_answer(before)
            assert visitor.key("canvas").count() == 1, number
        print(f"all {VISITORS} visitors draw again {time.monotonic() - began:.1f} s after a replica was killed")
