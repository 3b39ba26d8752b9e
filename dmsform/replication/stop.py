"""The wish to stop, as a value that a signal handler may set at any moment."""

from __future__ import annotations

import os
import select
from collections.abc import Callable


class StopFlag:
    """Raised once, never lowered. `wait` returns early when it is; whoever blocks elsewhere registers a waker.

    Wakers are called in the signal handler: they must be short and take no lock (a write to a pipe).
    """

    def __init__(self) -> None:
        self._requested = False
        # A pipe, not a threading.Event: a signal handler must not wait for a lock that the code under it holds.
        self._read, self._write = os.pipe()
        self._wakers: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        """Whether the task is to stop."""
        return self._requested

    def request(self) -> None:
        """Ask to stop."""
        if self._requested:
            return
        self._requested = True
        os.write(self._write, b"\0")
        for waker in tuple(self._wakers):
            waker()

    def on_request(self, waker: Callable[[], None]) -> None:
        """Call `waker` when the flag is raised, at once when it is already."""
        self._wakers.append(waker)
        if self._requested:
            waker()

    def wait(self, seconds: float) -> bool:
        """Wait that long or until the flag is raised; returns whether it is."""
        select.select([self._read], [], [], seconds)
        return self._requested

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._read)
        os.close(self._write)
