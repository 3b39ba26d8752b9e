"""Decides what happens to a task's run: left alone, modified in place, stopped and resumed, started. Pure.

A finished or running task that nothing concerns is never touched; a stop is always followed by a resume, and tables
that are complete stay so (the pain with AWS DMS, where a change recreates the task or leaves it stopped).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from dmsform.plan.values import RunState


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on.

    start -- the block's argument; recorded -- the state has the task; asked, state -- as in `ObservedTask`;
    definition_changed, connections_changed, drifted -- against what the server was last given;
    new_tables, lost_tables -- against the last apply; gone_tables -- loaded, and no longer on the target.
    """

    start: bool
    recorded: bool = True
    asked: bool = True
    state: RunState | None = None
    definition_changed: bool = False
    connections_changed: bool = False
    drifted: bool = False
    new_tables: int = 0
    lost_tables: int = 0
    gone_tables: int = 0


@dataclass(frozen=True, slots=True)
class Intent:
    """What to do, in this order: stop, put the definition, start. Nothing at all: the task is left alone."""

    reason: str = ""
    running: str = "is left alone"
    stop: bool = False
    put: bool = False
    start: bool = False

    @property
    def acts(self) -> bool:
        """Whether anything is to be done."""
        return self.stop or self.put or self.start


def intend(facts: Facts) -> Intent:
    """What is to be done with the task."""
    if not facts.recorded:
        return _create(facts, "it is declared and not in the state")
    if not facts.asked:
        return Intent(
            "its replication server is not running and could not be asked; the task is checked once it is started",
            "goes on where it stood",
            put=True,
            start=facts.start,
        )
    if facts.state is None:
        return _create(facts, "its replication server does not know it")
    reasons = _reasons(facts)
    match facts.state:
        case RunState.READY:
            return _ready(facts, reasons)
        case RunState.RUNNING if reasons:
            return Intent("; ".join(reasons), "is stopped, modified and resumed; loaded tables stay", True, True, True)
        case RunState.RUNNING:
            return Intent(running="runs and is left alone")
        case RunState.FINISHED:
            return _finished(facts, reasons)
        case RunState.STOPPED:
            return _stopped(facts, "it is stopped", reasons)
        case RunState.FAILED:
            return _stopped(facts, "its last run failed", reasons)
        case _:
            assert_never(facts.state)


def _reasons(facts: Facts) -> list[str]:
    told = (
        (facts.definition_changed, "its definition changed"),
        (facts.connections_changed, "the connection of an endpoint changed"),
        (facts.drifted, "its definition on the replication server is not the one that was applied"),
        (facts.new_tables > 0, f"{_tables(facts.new_tables)} newly matched"),
        (facts.lost_tables > 0, f"{_tables(facts.lost_tables)} no longer matched"),
        (facts.gone_tables > 0, f"{_tables(facts.gone_tables)} no longer on the target"),
    )
    return [words for holds, words in told if holds]


def _tables(count: int) -> str:
    return "1 table is" if count == 1 else f"{count} tables are"


def _create(facts: Facts, reason: str) -> Intent:
    running = "starts with the full load" if facts.start else "is created and not started"
    return Intent(reason, running, put=True, start=facts.start)


def _ready(facts: Facts, reasons: list[str]) -> Intent:
    if facts.start:
        return Intent("; ".join(["it was never started", *reasons]), "starts with the full load", put=True, start=True)
    return _modified(reasons)


def _finished(facts: Facts, reasons: list[str]) -> Intent:
    changed = facts.definition_changed or facts.connections_changed or facts.drifted
    if facts.start and (changed or facts.new_tables or facts.gone_tables):
        running = "is modified and resumed; loaded tables stay unless named below"
        return Intent("; ".join(reasons), running, put=True, start=True)
    return _modified(reasons)


def _stopped(facts: Facts, how: str, reasons: list[str]) -> Intent:
    if facts.start:
        running = "is resumed at the tables not yet completed"
        return Intent("; ".join([how, *reasons]), running, put=True, start=True)
    return _modified(reasons)


def _modified(reasons: list[str]) -> Intent:
    if not reasons:
        return Intent()
    return Intent("; ".join(reasons), "is modified in place and not started", put=True)
