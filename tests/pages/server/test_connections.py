"""Tests of `pages.parts.server.connections`."""

import socket

import psutil

from pages.parts.server.connections import hold_nothing_back


def waits(connection: socket.socket) -> bool:
    return not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_connection_holds_a_message_back() -> None:
    """Neither one that is open already, nor one that comes later to a socket as Streamlit makes it."""
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def connected() -> tuple[socket.socket, socket.socket]:
            return socket.create_connection(listening.getsockname()), listening.accept()[0]

        here, early = connected()
        assert waits(early)
        before = psutil.Process().num_fds()
        hold_nothing_back()
        assert psutil.Process().num_fds() == before
        there, late = connected()
        assert not waits(early)
        assert not waits(late)
        for each in (here, early, there, late):
            each.close()
