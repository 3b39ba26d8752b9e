"""Ctrl-C, and SIGTERM alike: at once while nothing is being changed; after the running step while steps are applied.

While steps run, the first signal is only noted, and `check`, called before each step, raises KeyboardInterrupt: what
was begun is finished and saved, the lock is released. The second signal interrupts at once.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_NOTICE = (
    b"\nInterrupt received: finishing the current step, then stopping. "
    b"Interrupt again to stop at once (the current step may then be left half done).\n"
)
_STDERR = 2


class Interrupts:
    """What arrived so far. deferring -- whether a first signal waits for `check`."""

    def __init__(self) -> None:
        self.deferring = False
        self.pending = False

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        if not self.deferring or self.pending:
            raise KeyboardInterrupt
        self.pending = True
        # Straight to the descriptor: the interrupted code may be in the middle of a buffered print.
        os.write(_STDERR, _NOTICE)

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal is waiting."""
        if self.pending:
            raise KeyboardInterrupt

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """While inside, the first signal waits for `check`; it goes on waiting behind the end."""
        self.deferring = True
        try:
            yield
        finally:
            self.deferring = False

    @contextmanager
    def installed(self) -> Iterator[Interrupts]:
        """Listen to the signals while inside."""
        before = {number: signal.signal(number, self._receive) for number in _SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
