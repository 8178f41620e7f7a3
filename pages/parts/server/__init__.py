"""What is put in order once in a server's life, with the reasons: what visitors would otherwise wait for, or harm."""

from pages.parts.server.server import put_server_in_order

__all__ = ["put_server_in_order"]
