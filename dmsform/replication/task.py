"""A task's run, from its definition to its outcome: prepare, load, add foreign keys, say how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.replication import codes
from dmsform.replication.events import EndpointRetried, FullLoadFinished, Observer
from dmsform.replication.executor import Executor
from dmsform.replication.foreign_keys import ForeignKeys, drop_foreign_keys
from dmsform.replication.full_load import FullLoad
from dmsform.replication.preparing import Prepared, prepare
from dmsform.replication.retry import GiveUp, RetryAfter, after_lost_connection
from dmsform.replication.stop import StopFlag
from dmsform.task.definition import TaskDefinition

_MOST_DIAGNOSTICS = 100


class End(StrEnum):
    """How a run ended: all tables complete, some in error or nothing could begin, or stopped on request."""

    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run, with the reasons when it failed (those of the first hundred tables)."""

    end: End
    diagnostics: tuple[Diagnostic, ...] = ()


def run_task(
    definition: TaskDefinition,
    digests: Mapping[TableName, str],
    executor: Executor,
    observer: Observer,
    stop: StopFlag,
) -> Outcome:
    """Run the task until nothing is left to do or `stop` is raised. Closes the executor.

    digests -- `load_digest` of tables as they were completed earlier, where known.
    """
    stop.on_request(executor.wake)
    try:
        prepared = _prepare_patiently(definition, digests, observer, stop)
        if prepared is None:
            return Outcome(End.INTERRUPTED)
        load, keys = FullLoad(prepared, executor, observer), ForeignKeys(prepared, executor, observer)
        if not load.run(stop) or not keys.run(load.errors, stop):
            return Outcome(End.INTERRUPTED)
    except DiagnosticError as error:
        return Outcome(End.FAILED, error.diagnostics)
    finally:
        executor.close()
    observer.observe(FullLoadFinished(load.completed, len(load.errors)))
    if load.errors or keys.refused:
        reasons = [*(d for diagnostics in load.errors.values() for d in diagnostics), *keys.refused]
        return Outcome(End.FAILED, tuple(reasons[:_MOST_DIAGNOSTICS]))
    return Outcome(End.FINISHED)


def _prepare_patiently(
    definition: TaskDefinition, digests: Mapping[TableName, str], observer: Observer, stop: StopFlag
) -> Prepared | None:
    attempt = 0
    while not stop.requested:
        try:
            prepared = prepare(definition, digests, observer)
            drop_foreign_keys(prepared, observer)
        except ConnectionLostError as error:
            attempt += 1
            verdict = after_lost_connection(definition.settings.error_behavior, attempt)
            match verdict:
                case RetryAfter(delay=delay):
                    observer.observe(EndpointRetried(attempt, delay, error.diagnostics))
                    stop.wait(delay)
                case GiveUp():
                    raise DiagnosticError((_exhausted(attempt), *error.diagnostics)) from error
                case _:
                    assert_never(verdict)
        else:
            return prepared
    return None


def _exhausted(attempt: int) -> Diagnostic:
    return codes.RETRIES_EXHAUSTED.error(
        f"An endpoint could not be reached, {attempt} times; recoverable_error_count allows no further try.",
        "Mend the connection that the next diagnostic names, then resume the task.",
    )
