"""Backoff as AWS DMS's ErrorBehavior says; a job that kills its workers ends."""

from __future__ import annotations

import pytest

from dmsform.replication.retry import (
    MAX_LOST_WORKERS,
    GiveUp,
    RetryAfter,
    RetryQueue,
    after_lost_connection,
    after_lost_worker,
)
from dmsform.task.settings import ErrorBehavior


def test_the_wait_doubles_up_to_the_maximum() -> None:
    behavior = ErrorBehavior(recoverable_error_interval=5, recoverable_error_throttling_max=60)
    delays = [after_lost_connection(behavior, attempt) for attempt in range(1, 7)]
    assert delays == [RetryAfter(d) for d in (5, 10, 20, 40, 60, 60)]


def test_minus_one_never_gives_up() -> None:
    assert after_lost_connection(ErrorBehavior(), 10**9) == RetryAfter(1800)


@pytest.mark.parametrize(("count", "attempt", "retried"), [(0, 1, False), (3, 3, True), (3, 4, False)])
def test_a_count_is_the_number_of_retries(count: int, attempt: int, retried: bool) -> None:
    verdict = after_lost_connection(ErrorBehavior(recoverable_error_count=count), attempt)
    assert (verdict != GiveUp()) is retried


def test_lost_workers_are_bounded() -> None:
    verdicts = [after_lost_worker(attempt) for attempt in range(1, MAX_LOST_WORKERS + 1)]
    assert verdicts[-1] == GiveUp()
    delays = [v.delay for v in verdicts[:-1] if isinstance(v, RetryAfter)]
    assert delays == sorted(delays)
    assert len(delays) == MAX_LOST_WORKERS - 1


def test_a_queue_gives_out_what_is_due_in_the_order_of_its_moments() -> None:
    queue = RetryQueue[str]()
    assert (bool(queue), queue.until_next(0.0)) == (False, None)
    for moment, name in ((7.0, "late"), (3.0, "first"), (3.0, "second")):
        queue.put(moment, name)
    assert queue.until_next(1.0) == 2.0
    assert list(queue.due(3.0)) == ["first", "second"]
    assert queue.left() == ("late",)
    assert (list(queue.due(6.9)), queue.until_next(9.0)) == ([], 0.0)
