"""Ctrl-C: at once, or after the running step; signals are really sent, to this very process."""

from __future__ import annotations

import os
import signal

import pytest

from dmsform.cli.interrupts import Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_at_once_while_nothing_is_changed(number: int) -> None:
    with Interrupts().installed(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


def _interrupted_steps(interrupts: Interrupts, done: list[str], signals: int) -> None:
    with interrupts.deferred():
        for step in ("first step", "second step"):
            interrupts.check()
            for _ in range(signals):
                os.kill(os.getpid(), signal.SIGINT)
            done.append(step)


def test_steps_are_finished_first(capfd: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    with Interrupts().installed() as interrupts, pytest.raises(KeyboardInterrupt):
        _interrupted_steps(interrupts, done, signals=1)
    assert done == ["first step"]
    assert "finishing the current step" in capfd.readouterr().err


def test_the_second_signal_interrupts_the_step() -> None:
    done: list[str] = []
    with Interrupts().installed() as interrupts, pytest.raises(KeyboardInterrupt):
        _interrupted_steps(interrupts, done, signals=2)
    assert done == []


def test_after_the_last_step_the_next_check_ends_it(capfd: pytest.CaptureFixture[str]) -> None:
    with Interrupts().installed() as interrupts:
        with interrupts.deferred():
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
    assert "Interrupt again" in capfd.readouterr().err


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupts().installed():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
