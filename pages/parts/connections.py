"""What a page sends leaves at once.

TCP holds back a small message while an earlier one is on its way unconfirmed, and the other side may take 40 ms to
confirm (J. Nagle, "Congestion control in IP/TCP internetworks", RFC 896). An answer is a dozen small messages. asyncio
turns this off for its connections, but not where the listening socket was made without naming its protocol, as
Streamlit makes it.
"""

import os
import socket
from contextlib import closing, suppress
from pathlib import Path


def hold_nothing_back() -> None:
    """Turn the waiting off for every TCP socket of this process; new connections inherit it from the listening one."""
    for file in Path("/dev/fd").iterdir():
        with suppress(OSError), closing(socket.socket(fileno=os.dup(int(file.name)))) as copy:
            if copy.family in (socket.AF_INET, socket.AF_INET6) and copy.type == socket.SOCK_STREAM:
                copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
