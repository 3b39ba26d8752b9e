"""What follows a lost connection or a killed worker. Pure: the moment of the retry is computed, not waited for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dmsform.task.settings import ErrorBehavior

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
