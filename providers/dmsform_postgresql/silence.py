"""Ends the waiting for a server that will never speak again.

The kernel notices a peer that is gone (keepalive, TCP_USER_TIMEOUT). It does not notice one that is there and does
nothing: a proxy that keeps connections whose server it has lost, or two ends that each wait for the other since bytes
between them were lost. A long statement is as silent. So after a while of silence the server is asked, over another
connection, what it does for this one; only if it does nothing, or does not answer, the connection is shut down, and
whoever waits gets the error of a lost connection.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from psycopg import pq

_LAST_SENT, _LAST_RECEIVED = 44, 52  # places in Linux's struct tcp_info, milliseconds ago
_INFO_BYTES = 104


class SilenceWatch:
    """Watches a connection over TCP while it waits. Close it when the connection is closed.

    seconds -- without a byte in either direction for so long, the server is asked, 0 for never; ask -- whether it has
    stopped working for the connection; without it, silence alone is enough. gave_up -- the connection was shut down.
    """

    def __init__(self, raw: pq.abc.PGconn, seconds: float, ask: Callable[[], bool] | None = None) -> None:
        self.gave_up = False
        self._seconds = seconds
        self._ask = ask
        self._since: float | None = None
        self._ended = Event()
        self._socket = socket.socket(fileno=os.dup(raw.socket))
        self._thread = Thread(target=self._run, name="dmsform silence", daemon=True)
        if seconds and self._socket.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_INFO"):
            self._thread.start()
        else:
            self._socket.close()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What is done in the context waits for the server."""
        before, self._since = self._since, time.monotonic()
        try:
            yield
        finally:
            self._since = before

    def close(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _run(self) -> None:
        try:
            while not self._ended.wait(self._seconds / 4):
                since = self._since
                if since is None or time.monotonic() - since < self._seconds or self._silent() < self._seconds:
                    continue
                broken = self._ask is None or self._ask()
                # Unless it spoke while we asked.
                if broken and self._since == since and self._silent() >= self._seconds and not self._ended.is_set():
                    self.gave_up = True
                    self._socket.shutdown(socket.SHUT_RDWR)
                    return
        except OSError:
            return  # the connection is gone, and whoever waits for it knows
        finally:
            self._socket.close()

    def _silent(self) -> float:
        """Seconds since the last byte in either direction."""
        info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
        sent, received = (struct.unpack_from("I", info, place)[0] for place in (_LAST_SENT, _LAST_RECEIVED))
        return float(min(sent, received)) / 1000
