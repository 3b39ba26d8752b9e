"""Hears early that the server gave up a COPY.

libpq does not look at what the server says while it sends: a value refused in the first row of a large table would
show only after the last. In that state the server speaks only to refuse (or, rarely, to notify), so that the first
byte waiting in the socket tells.

What waits in an encrypted connection cannot be read, so that it is only a suspicion: then the server is asked, over
another connection, what has become of this one. A suspicion is raised once for each thing that the server says, so
that these questions are few. Without an answer the COPY goes on, and the refusal shows at its end.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from psycopg import pq

_ERROR_RESPONSE = b"E"


class RefusalWatch:
    """Peeks into a connection's socket. Close it when the COPY has ended.

    ask -- whether the server has given the connection's transaction up, asked over another connection.
    """

    def __init__(self, raw: pq.abc.PGconn, ask: Callable[[], bool]) -> None:
        self._raw = raw
        self._ask = ask
        self._socket = socket.socket(fileno=os.dup(raw.socket))

    def refused(self) -> bool:
        """Whether an error waits to be read."""
        try:
            waiting = self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except (BlockingIOError, ConnectionError):
            # A broken connection shows in the next write.
            return False
        if not self._raw.ssl_in_use:
            return waiting == _ERROR_RESPONSE
        if not waiting:
            return False
        # Out of the socket into libpq's buffer, where it waits for the end: what is said next is another suspicion.
        self._raw.consume_input()
        return self._ask()

    def close(self) -> None:
        """Close the watch's own descriptor."""
        self._socket.close()
