"""The process of one running task, started by the supervisor; its standard output and error are the task's log.

The command line names data directory, task and process number; the definition with its secrets comes out of the
store. SIGTERM stops the task: running loads roll back. The process dies with its server.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path

from dmsform import faults
from dmsform.api.paths import DataDirectory
from dmsform.diagnostics import Diagnostic
from dmsform.replication.events import Observers, RowsCopied, TaskEvent, fields_of, name_of, table_of
from dmsform.replication.lifeline import hang_on
from dmsform.replication.processes import ProcessExecutor
from dmsform.replication.redaction import log_without, secrets_of
from dmsform.replication.stop import StopFlag
from dmsform.replication.task import End, Outcome, run_task
from dmsform.server import codes
from dmsform.server.database import Database
from dmsform.server.events import TaskKey
from dmsform.server.progress import SupersededError, TaskProgress
from dmsform.server.secrets import load_key

log = logging.getLogger("dmsform.task")


class FaultObserver:
    """Tells the fault hook of every event, before anybody hears of it."""

    def observe(self, event: TaskEvent) -> None:
        """The process may end here."""
        faults.reached(f"task:{name_of(event)}")


class LogObserver:
    """Writes every event but plain progress to the log."""

    def observe(self, event: TaskEvent) -> None:
        """One line."""
        if isinstance(event, RowsCopied):
            return
        table = table_of(event)
        told = " ".join(f"{name}={value}" for name, value in fields_of(event).items())
        log.info("%s", " ".join(part for part in (name_of(event), str(table) if table else "", told) if part))


def main(arguments: list[str]) -> int:
    """Run the task to its end; the exit status is for the log alone, the outcome is in the store."""
    options = _parse(arguments)
    hang_on(options.parent, options.lifeline)
    stop = StopFlag()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stop.request())
    directory = DataDirectory(Path(options.data_dir))
    box = load_key(directory.key, create=False)
    database = Database(directory.database, durable=False)
    progress = TaskProgress(database, box, TaskKey(options.lineage, options.name), options.spawn)
    try:
        _run(progress, stop)
    except SupersededError:
        log.warning("the task was stopped, deleted or given to another process")
    finally:
        database.close()
    return 0


def _run(progress: TaskProgress, stop: StopFlag) -> None:
    definition, digests = progress.begin()
    log_without(secrets_of(definition.source, definition.target))
    observer = Observers((FaultObserver(), progress, LogObserver()))
    executor = ProcessExecutor(definition.settings.full_load.parallel_tables)
    try:
        outcome = run_task(definition, digests, executor, observer, stop)
    except SupersededError:
        raise
    except Exception as error:
        log.exception("task %s", definition.name)
        outcome = Outcome(End.FAILED, (unexpected(error),))
    for diagnostic in outcome.diagnostics:
        log.error("%s %s: %s", diagnostic.code, diagnostic.summary, diagnostic.detail)
    log.info("task %s %s", definition.name, outcome.end)
    progress.finish(outcome)


def unexpected(error: Exception) -> Diagnostic:
    """An error nobody foresaw, as a diagnostic."""
    return codes.TASK_ERROR.error(
        f"The task ended with {type(error).__name__}; its log has the message and the traceback.",
        "Please report it with the log (dmsform task logs NAME). Then resume the task; tables already completed stay "
        "completed.",
    )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dmsform.server.task_process", description="The process of one task.")
    for text in ("--data-dir", "--lineage", "--name"):
        parser.add_argument(text, required=True)
    for number in ("--spawn", "--parent", "--lifeline"):
        parser.add_argument(number, required=True, type=int)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
