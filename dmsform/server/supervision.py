"""What a supervisor does about a task, decided from what it sees. Pure: time is an argument, in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

STOP_SECONDS = 30.0
"""A task process that was asked to stop has this long to roll back before it is killed."""
_MEMORY_SECONDS = 600.0
_FIRST_DELAY = 0.2
_LONGEST_DELAY = 30.0
_MOST_DEATHS = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """A task as the supervisor sees it.

    wanted -- it is desired to run; ended -- its outcome is in the store; alive -- a process of it lives;
    asked_to_stop -- since when it has been expected to end, None if it is not; not_before -- the moment of its next
    start after a death.
    """

    wanted: bool
    ended: bool
    alive: bool
    asked_to_stop: float | None = None
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Spawn:
    """Start a process."""


@dataclass(frozen=True, slots=True)
class AskToStop:
    """Send SIGTERM."""


@dataclass(frozen=True, slots=True)
class LetEnd:
    """It has told its outcome and is about to end: give it the time of one that was asked to."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Send SIGKILL: it had its time."""


@dataclass(frozen=True, slots=True)
class SayStopped:
    """No process lives and none is wanted: say so in the store."""


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Look again at that moment; None means when something happens."""

    moment: float | None = None


Action: TypeAlias = Spawn | AskToStop | LetEnd | Kill | SayStopped | WaitUntil


def decide(seen: Seen, now: float) -> Action:
    """What to do about the task now."""
    if seen.wanted and not seen.alive:
        return Spawn() if now >= seen.not_before else WaitUntil(seen.not_before)
    if seen.wanted:
        return WaitUntil()
    if not seen.alive:
        return WaitUntil() if seen.ended else SayStopped()
    if seen.asked_to_stop is None:
        return LetEnd() if seen.ended else AskToStop()
    deadline = seen.asked_to_stop + STOP_SECONDS
    return Kill() if now >= deadline else WaitUntil(deadline)


@dataclass(frozen=True, slots=True)
class RestartAt:
    """Bring the process back at that moment."""

    moment: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It died too often of late."""

    deaths: int


def after_death(deaths: Sequence[float], now: float) -> RestartAt | GiveUp:
    """What follows a death; `deaths` are the moments of all deaths of the task so far, this one included.

    Only those of the last ten minutes count: the wait doubles with each, from 0.2 to 30 seconds.
    """
    recent = sum(1 for moment in deaths if now - moment < _MEMORY_SECONDS)
    if recent > _MOST_DEATHS:
        return GiveUp(recent)
    return RestartAt(now + min(_FIRST_DELAY * 2 ** (recent - 1), _LONGEST_DELAY))
