"""Where loads run, and what follows them. Jobs are self-contained values: an executor may run them on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType, Protocol, TypeAlias

from dmsform.diagnostics import DiagnosticError
from dmsform.replication.events import JobEvent
from dmsform.replication.job import Job, Result

Ticket = NewType("Ticket", int)
"""Names one submitted attempt of a job."""


@dataclass(frozen=True, slots=True)
class JobReported:
    """The job's worker told an event."""

    ticket: Ticket
    event: JobEvent


@dataclass(frozen=True, slots=True)
class JobFinished:
    """The job was committed."""

    ticket: Ticket
    result: Result


@dataclass(frozen=True, slots=True)
class JobRefused:
    """The job ended with diagnostics and was rolled back; a `ConnectionLostError` may be tried again."""

    ticket: Ticket
    error: DiagnosticError


@dataclass(frozen=True, slots=True)
class JobLost:
    """The job's worker was killed: whether it had committed, only the target's control row can tell.

    status -- the worker's exit status, negative for a signal.
    """

    ticket: Ticket
    status: int


Report: TypeAlias = JobReported | JobFinished | JobRefused | JobLost


class Executor(Protocol):
    """Runs jobs, so many at a time, in the order of their submission."""

    def submit(self, job: Job) -> Ticket:
        """Queue a job."""
        ...

    def next_report(self, timeout: float | None) -> Report | None:
        """Wait for what happens next; None after `timeout` seconds or after `wake`."""
        ...

    def wake(self) -> None:
        """Let a waiting `next_report` return; may be called from a signal handler."""
        ...

    def close(self) -> None:
        """Drop what is queued, roll back what runs, and end. May be called twice."""
        ...
