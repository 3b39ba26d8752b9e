"""Hears early that the server gave up a COPY.

libpq does not look at what the server says while it sends: a value refused in the first row of a large table would
show only after the last. In that state the server speaks only to refuse (or, rarely, to notify), so that the first
byte waiting in the socket tells. Encrypted connections cannot be peeked into: there the refusal shows at the end.
"""

from __future__ import annotations

import os
import socket

from psycopg import pq

_ERROR_RESPONSE = b"E"


class RefusalWatch:
    """Peeks into a connection's socket. Close it when the COPY has ended."""

    def __init__(self, raw: pq.abc.PGconn) -> None:
        self._socket = None if raw.ssl_in_use else socket.socket(fileno=os.dup(raw.socket))

    def refused(self) -> bool:
        """Whether an error waits to be read."""
        if self._socket is None:
            return False
        try:
            return self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == _ERROR_RESPONSE
        except (BlockingIOError, ConnectionError):
            # A broken connection shows in the next write.
            return False

    def close(self) -> None:
        """Close the watch's own descriptor."""
        if self._socket is not None:
            self._socket.close()
