"""Foreign keys are off the target's tables while these load, in whatever order, and are put on behind the loads.

What stands is looked up each time, so that a killed task goes on where it was: keys that stand are left alone.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import assert_never

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider import codes as provider_codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.registry import provider
from dmsform.replication import codes
from dmsform.replication.events import ForeignKeysAdded, ForeignKeysDropped, ForeignKeysRetried, Observer
from dmsform.replication.executor import Executor, JobFinished, JobLost, JobRefused, JobReported, Report, Ticket
from dmsform.replication.job import ForeignKeyJob, KeysAdded, TableJob
from dmsform.replication.preparing import DesignedTable, Prepared
from dmsform.replication.retry import (
    GiveUp,
    RetryAfter,
    RetryQueue,
    Verdict,
    after_lost_connection,
    after_lost_worker,
)
from dmsform.replication.stop import StopFlag


def drop_foreign_keys(prepared: Prepared, observer: Observer) -> None:
    """Take off the target those keys of the task's own designs that one of its loads would meet.

    Raises DiagnosticError, ConnectionLostError.
    """
    ownership = prepared.ownership
    target = ownership.definition.target
    face = provider(target.engine).foreign_keys
    loading = {table.mapped.target for table, decision in prepared.decisions if isinstance(decision, TableJob)}
    designs = keys_between(prepared.designs, loading)
    if face is None or not designs:
        return
    if dropped := face.drop_foreign_keys(target, ownership.owner, ownership.epoch, designs):
        observer.observe(ForeignKeysDropped(tuple(dropped)))


def keys_between(designs: Sequence[TableDesign], loading: Collection[TableName]) -> list[TableDesign]:
    """The designs with those of their keys alone that lead from or to one of the tables. Pure."""
    found = []
    for design in designs:
        keys = tuple(k for k in design.foreign_keys if design.name in loading or k.referenced in loading)
        if keys:
            found.append(replace(design, foreign_keys=keys))
    return found


def keys_among(designs: Sequence[DesignedTable], complete: Collection[TableName]) -> list[DesignedTable]:
    """The complete tables with those of their keys alone that lead to complete tables. Pure.

    complete -- names on the target.
    """
    found = []
    for table in designs:
        keys = tuple(k for k in table.design.foreign_keys if k.referenced in complete)
        if keys and table.design.name in complete:
            found.append(replace(table, design=replace(table.design, foreign_keys=keys)))
    return found


def add_foreign_keys(job: ForeignKeyJob) -> KeysAdded:
    """In a worker: add the keys of one table. Raises DiagnosticError, ConnectionLostError."""
    face = provider(job.target.engine).foreign_keys
    assert face is not None
    return KeysAdded(tuple(face.add_foreign_keys(job.target, job.owner, job.epoch, job.design)))


class ForeignKeys:
    """Adds the keys behind the loads. Used once, from one thread."""

    def __init__(self, prepared: Prepared, executor: Executor, observer: Observer) -> None:
        self.refused: list[Diagnostic] = []
        self._prepared = prepared
        self._ownership = prepared.ownership
        self._executor = executor
        self._observer = observer
        self._running: dict[Ticket, DesignedTable] = {}
        self._retries = RetryQueue[DesignedTable]()
        self._lost_connections: Counter[TableName] = Counter()
        self._lost_workers: Counter[TableName] = Counter()

    def run(self, errored: Collection[TableName], stop: StopFlag) -> bool:
        """Add them; returns False when it was stopped before the end. errored -- source tables that are not loaded.

        Raises DiagnosticError when another process owns the task by now.
        """
        tables = [table for table, _ in self._prepared.decisions]
        complete = {table.mapped.target for table in tables if table.source not in errored}
        if provider(self._ownership.definition.target.engine).foreign_keys is None:
            return True
        for table in keys_among(tables, complete):
            self._submit(table)
        while self._running or self._retries:
            if stop.requested:
                self._executor.close()
                return False
            report = self._executor.next_report(self._retries.until_next(time.monotonic()))
            if report is not None:
                self._hear(report)
            for table in self._retries.due(time.monotonic()):
                self._submit(table)
        return True

    def _submit(self, table: DesignedTable) -> None:
        owner = self._ownership
        job = ForeignKeyJob(owner.definition.target, owner.owner, owner.epoch, table.design, table.source)
        self._running[self._executor.submit(job)] = table

    def _hear(self, report: Report) -> None:
        match report:
            case JobReported():
                pass
            case JobFinished(ticket=ticket, result=result):
                assert isinstance(result, KeysAdded)
                self._added(self._running.pop(ticket), result.refused)
            case JobRefused(ticket=ticket, error=ConnectionLostError() as error):
                table = self._running.pop(ticket)
                self._lost_connections[table.source] += 1
                attempt = self._lost_connections[table.source]
                verdict = after_lost_connection(self._ownership.definition.settings.error_behavior, attempt)
                self._retry_or_give_up(table, verdict, attempt, error.diagnostics)
            case JobRefused(ticket=ticket, error=error):
                if any(d.code == provider_codes.NOT_OWNER.id for d in error.diagnostics):
                    raise error
                self._added(self._running.pop(ticket), error.diagnostics)
            case JobLost(ticket=ticket, status=status):
                table = self._running.pop(ticket)
                self._lost_workers[table.source] += 1
                attempt = self._lost_workers[table.source]
                self._retry_or_give_up(table, after_lost_worker(attempt), attempt, (_killed(table, attempt, status),))
            case _:
                assert_never(report)

    def _retry_or_give_up(
        self, table: DesignedTable, verdict: Verdict, attempt: int, why: tuple[Diagnostic, ...]
    ) -> None:
        match verdict:
            case RetryAfter(delay=delay):
                self._observer.observe(ForeignKeysRetried(table.source, attempt, delay, why))
                self._retries.put(time.monotonic() + delay, table)
            case GiveUp():
                self._added(table, why)
            case _:
                assert_never(verdict)

    def _added(self, table: DesignedTable, refused: tuple[Diagnostic, ...]) -> None:
        self.refused += refused
        self._observer.observe(ForeignKeysAdded(table.source, len(table.design.foreign_keys), refused))


def _killed(table: DesignedTable, attempt: int, status: int) -> Diagnostic:
    how = f"by signal {-status}" if status < 0 else f"with status {status}"
    return codes.WORKER_LOST.error(
        f"The worker process that adds the foreign keys of table {table.source} ended {how}, {attempt} times by now.",
        "Look into the system's log for the out-of-memory killer, then resume the task: it goes on at these keys.",
    )
