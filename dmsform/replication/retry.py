"""What follows a lost connection or a killed worker. Pure: the moment of the retry is computed, not waited for."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from dmsform.task.settings import ErrorBehavior

_T = TypeVar("_T")
MAX_LOST_WORKERS = 5
_LOST_WORKER_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Try again after so many seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further try."""


Verdict: TypeAlias = RetryAfter | GiveUp


def after_lost_connection(behavior: ErrorBehavior, attempt: int) -> Verdict:
    """The verdict on the `attempt`-th failure in a row (from 1), as AWS DMS's ErrorBehavior says.

    The interval doubles each time up to the throttling maximum; a count of -1 never gives up.
    """
    if 0 <= behavior.recoverable_error_count < attempt:
        return GiveUp()
    # Beyond 2**30 the maximum has long been reached; the bound keeps the power small.
    delay = behavior.recoverable_error_interval * 2 ** min(attempt - 1, 30)
    return RetryAfter(float(min(delay, behavior.recoverable_error_throttling_max)))


def after_lost_worker(attempt: int) -> Verdict:
    """The verdict on a table's `attempt`-th killed worker (from 1): a job that kills its workers must end."""
    return RetryAfter(_LOST_WORKER_SECONDS * 2 ** (attempt - 1)) if attempt < MAX_LOST_WORKERS else GiveUp()


class RetryQueue(Generic[_T]):
    """What is to be tried again, by the moment when; moments are seconds of one clock that the caller reads."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, _T]] = []
        self._order = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, moment: float, what: _T) -> None:
        """Let it be tried again at the moment."""
        heapq.heappush(self._waiting, (moment, next(self._order), what))

    def until_next(self, now: float) -> float | None:
        """Seconds until the first is due; None while nothing waits."""
        return max(0.0, self._waiting[0][0] - now) if self._waiting else None

    def due(self, now: float) -> Iterator[_T]:
        """Take out one by one what is due."""
        while self._waiting and self._waiting[0][0] <= now:
            yield heapq.heappop(self._waiting)[2]

    def left(self) -> tuple[_T, ...]:
        """What still waits, without taking it out."""
        return tuple(what for _, _, what in self._waiting)
