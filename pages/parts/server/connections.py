"""What a page sends leaves at once.

TCP holds back a small message while an earlier one is on its way unconfirmed, and the other side may take 40 ms to
confirm (J. Nagle, "Congestion control in IP/TCP internetworks", RFC 896). An answer is a dozen small messages. asyncio
turns this off for its connections, but not where the listening socket was made without naming its protocol, as
Streamlit makes it.
"""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path


def hold_nothing_back() -> None:
    """Turn the waiting off for every TCP socket of this process; new connections inherit it from the listening one."""
    for file in Path("/dev/fd").iterdir():
        number = int(file.name)
        # One that has just been closed, or is no TCP socket, says so.
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM) as same:
                    same.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
