"""Ends the waiting for a server that will never speak again, on a connection that is open all the same.

The kernel notices a peer that is gone (keepalive, TCP_USER_TIMEOUT). It does not notice one that is there and does
nothing: a proxy that keeps connections whose server it has lost, or two ends that each wait for the other since bytes
between them were lost. A long statement is as silent. So after a while without a byte the server is asked, over another
connection, what it does for this one; only if it does nothing, or does not answer, the connection is given up.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dmsform_mysql.errors import StalledError


@dataclass(frozen=True, slots=True)
class Silence:
    """How long silence is borne. is_at_work -- whether the server is busy with what we wait for."""

    seconds: int
    is_at_work: Callable[[], bool]

    def bear(self) -> None:
        """After so many seconds without a byte: go on waiting, or raise StalledError."""
        if not self.is_at_work():
            raise StalledError(self.seconds)


class PatientReader(io.RawIOBase):
    """What comes from a socket whose timeout is that of the silence."""

    def __init__(self, source: socket.socket, silence: Silence) -> None:
        self._source = source
        self._silence = silence

    def readable(self) -> bool:
        """It is what it is for."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come; 0 at the end. Raises OSError, StalledError."""
        while True:
            try:
                return self._source.recv_into(buffer)
            except TimeoutError:
                self._silence.bear()


def send_patiently(sink: socket.socket, data: bytes, silence: Silence) -> None:
    """Send all of it, on a socket whose timeout is that of the silence. Raises OSError, StalledError."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[sink.send(rest) :]
        except TimeoutError:
            silence.bear()
