"""The wish to stop reaches whoever waits, even out of a signal handler."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from dmsform.replication.stop import StopFlag


@pytest.fixture
def flag() -> Iterator[StopFlag]:
    made = StopFlag()
    yield made
    made.close()


def test_a_wait_ends_early(flag: StopFlag) -> None:
    assert not flag.wait(0.0)
    timer = threading.Timer(0.05, flag.request)
    timer.start()
    began = time.monotonic()
    assert flag.wait(30.0)
    assert time.monotonic() - began < 10
    timer.join()
    assert flag.requested


def test_a_signal_handler_may_raise_it(flag: StopFlag) -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: flag.request())
    try:
        timer = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1])
        timer.start()
        began = time.monotonic()
        assert flag.wait(30.0)
        assert time.monotonic() - began < 10
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_wakers_are_called_once_even_late(flag: StopFlag) -> None:
    woken: list[str] = []
    flag.on_request(lambda: woken.append("early"))
    flag.request()
    flag.request()
    flag.on_request(lambda: woken.append("late"))
    assert woken == ["early", "late"]
