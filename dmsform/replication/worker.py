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
from typing import TypeAlias

from dmsform.diagnostics import DiagnosticError
from dmsform.faults import reached
from dmsform.replication import codes
from dmsform.replication.events import JobEvent, name_of
from dmsform.replication.job import Loaded, TableJob
from dmsform.replication.lifeline import hang_on
from dmsform.replication.load import load_table
from dmsform.replication.redaction import log_without, redact, secrets_of

Message: TypeAlias = JobEvent | Loaded | DiagnosticError
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


def _serve(parent_side: Connection[Message, TableJob]) -> None:
    while True:
        job = parent_side.recv()
        parent_side.send(_run(job, parent_side))


def _run(job: TableJob, parent_side: Connection[Message, TableJob]) -> Message:
    secrets = secrets_of(job.source, job.target)
    log_without(secrets)

    def tell(event: JobEvent) -> None:
        reached(f"worker:{name_of(event)}")
        parent_side.send(event)

    try:
        return load_table(job, tell)
    except DiagnosticError as error:
        return error
    except (OSError, EOFError) as error:
        if parent_side.closed:
            raise
        return unexpected(job, error, secrets)
    except Exception as error:
        return unexpected(job, error, secrets)


def unexpected(job: TableJob, error: Exception, secrets: tuple[str, ...]) -> DiagnosticError:
    """An error nobody foresaw, as a diagnostic; the traceback goes to the task's log."""
    log.exception("table %s", job.table)
    return DiagnosticError(
        codes.UNEXPECTED.error(
            redact(f"Loading table {job.table} ended with {type(error).__name__}: {error}", secrets),
            "The task's log (dmsform task logs NAME) has the traceback: please report it. The table was rolled back; "
            "start the task again to retry it.",
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
