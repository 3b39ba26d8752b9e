"""A worker process: takes jobs from its parent one by one, loads the table, tells what happens.

Started by `ProcessExecutor` as `python -m dmsform.replication.worker CONNECTION LIFELINE PARENT` (two inherited file
descriptors and a process id); jobs, which hold secrets, come through the connection alone. SIGTERM rolls back the job
in hand and ends the process.
"""

from __future__ import annotations

import logging
import signal
import sys
from multiprocessing.connection import Connection
from types import FrameType
from typing import TypeAlias, assert_never

from dmsform.diagnostics import DiagnosticError
from dmsform.faults import reached
from dmsform.replication import codes
from dmsform.replication.events import JobEvent, name_of
from dmsform.replication.foreign_keys import add_foreign_keys
from dmsform.replication.job import ForeignKeyJob, Job, Result, TableJob
from dmsform.replication.lifeline import hang_on
from dmsform.replication.load import Tell, load_table
from dmsform.replication.redaction import log_without, redact, secrets_of

Message: TypeAlias = JobEvent | Result | DiagnosticError
"""What a worker sends: any number of events, then one result or error per job."""

log = logging.getLogger("dmsform.worker")


class LoadStopped(BaseException):
    """The worker was told to stop; raised wherever the load stands, so that its contexts roll back."""


def main(arguments: list[str]) -> int:
    """Serve jobs until the parent closes the connection or asks to stop."""
    descriptor, lifeline, parent = (int(argument) for argument in arguments)
    hang_on(parent, lifeline)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    try:
        with Connection(descriptor) as parent_side:
            _serve(parent_side)
    except (LoadStopped, EOFError, BrokenPipeError):
        pass
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once: the roll-back itself is not to be interrupted
    raise LoadStopped


def _serve(parent_side: Connection[Message, Job]) -> None:
    while True:
        job = parent_side.recv()
        parent_side.send(_run(job, parent_side))


def _run(job: Job, parent_side: Connection[Message, Job]) -> Message:
    secrets = _secrets_of(job)
    log_without(secrets)

    def tell(event: JobEvent) -> None:
        reached(f"worker:{name_of(event)}")
        parent_side.send(event)

    try:
        return perform(job, tell)
    except DiagnosticError as error:
        return error
    except (OSError, EOFError) as error:
        if parent_side.closed:
            raise
        return unexpected(job, error, secrets)
    except Exception as error:
        return unexpected(job, error, secrets)


def perform(job: Job, tell: Tell) -> Result:
    """Do the job. Raises DiagnosticError, ConnectionLostError; then nothing was kept of a load."""
    match job:
        case TableJob():
            return load_table(job, tell)
        case ForeignKeyJob():
            return add_foreign_keys(job)
        case _:
            assert_never(job)


def _secrets_of(job: Job) -> tuple[str, ...]:
    return secrets_of(job.source, job.target) if isinstance(job, TableJob) else secrets_of(job.target)


def unexpected(job: Job, error: Exception, secrets: tuple[str, ...]) -> DiagnosticError:
    """An error nobody foresaw, as a diagnostic; the traceback goes to the task's log."""
    log.exception("table %s", job.table)
    return DiagnosticError(
        codes.UNEXPECTED.error(
            redact(f"The work on table {job.table} ended with {type(error).__name__}: {error}", secrets),
            "The task's log (dmsform task logs NAME) has the traceback: please report it. It was rolled back; "
            "start the task again to retry it.",
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
