"""What the supervisor decides: spawn, ask, give time, kill, bring back, give up."""

from __future__ import annotations

import pytest

from dmsform.server.supervision import (
    STOP_SECONDS,
    Action,
    AskToStop,
    GiveUp,
    Kill,
    LetEnd,
    RestartAt,
    SayStopped,
    Seen,
    Spawn,
    WaitUntil,
    after_death,
    decide,
)


@pytest.mark.parametrize(
    ("seen", "now", "action"),
    [
        (Seen(wanted=True, ended=False, alive=False), 5.0, Spawn()),
        (Seen(wanted=True, ended=False, alive=False, not_before=9.0), 5.0, WaitUntil(9.0)),
        (Seen(wanted=True, ended=False, alive=False, not_before=9.0), 9.0, Spawn()),
        (Seen(wanted=True, ended=False, alive=True), 5.0, WaitUntil()),
        (Seen(wanted=False, ended=True, alive=False), 5.0, WaitUntil()),
        (Seen(wanted=False, ended=False, alive=False), 5.0, SayStopped()),
        (Seen(wanted=False, ended=False, alive=True), 5.0, AskToStop()),
        (Seen(wanted=False, ended=True, alive=True), 5.0, LetEnd()),
        (Seen(wanted=False, ended=False, alive=True, asked_to_stop=5.0), 6.0, WaitUntil(5.0 + STOP_SECONDS)),
        (Seen(wanted=False, ended=True, alive=True, asked_to_stop=5.0), 5.0 + STOP_SECONDS, Kill()),
    ],
)
def test_decide(seen: Seen, now: float, action: Action) -> None:
    assert decide(seen, now) == action


def test_a_task_that_keeps_dying_waits_longer_and_ends() -> None:
    now, deaths, delays = 1000.0, [], []
    while True:
        deaths.append(now)
        verdict = after_death(deaths, now)
        if isinstance(verdict, GiveUp):
            break
        delays.append(verdict.moment - now)
        now = verdict.moment
    assert verdict.deaths == 9
    assert delays == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6])


def test_old_deaths_are_forgotten() -> None:
    assert after_death([0.0] * 50 + [10_000.0], 10_000.0) == RestartAt(10_000.2)
