"""How often progress is told. Pure: time is an argument."""

from __future__ import annotations

PROGRESS_SECONDS = 0.5


class Throttle:
    """Lets one call through per `interval` seconds; the first passes after the first interval."""

    def __init__(self, now: float, interval: float = PROGRESS_SECONDS) -> None:
        self._interval = interval
        self._next = now + interval

    def passes(self, now: float) -> bool:
        """Whether it is time again; if so, the next interval begins."""
        if now < self._next:
            return False
        self._next = now + self._interval
        return True
