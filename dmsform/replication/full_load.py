"""The loads of a task: hand jobs to the executor, hear what becomes of them, decide what follows.

A lost attempt (connection or worker) may have committed: before anything follows, the target's own control row is
asked. That makes every table load exactly once (G1), whatever is killed.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import assert_never

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider import codes as provider_codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.replication import codes
from dmsform.replication.events import (
    Observer,
    TableCompleted,
    TableFailed,
    TableInterrupted,
    TableKept,
    TableQueued,
    TableRetried,
)
from dmsform.replication.executor import Executor, JobFinished, JobLost, JobRefused, JobReported, Report, Ticket
from dmsform.replication.job import Loaded, TableJob
from dmsform.replication.preparing import Decision, DesignedTable, Kept, Prepared
from dmsform.replication.retry import GiveUp, RetryAfter, RetryQueue, Verdict, after_lost_connection, after_lost_worker
from dmsform.replication.stop import StopFlag


class FullLoad:
    """Runs the decisions of `Prepared` to their end. Used once, from one thread."""

    def __init__(self, prepared: Prepared, executor: Executor, observer: Observer) -> None:
        self.completed = 0
        self.errors: dict[TableName, tuple[Diagnostic, ...]] = {}
        self._prepared = prepared
        self._ownership = prepared.ownership
        self._behavior = prepared.ownership.definition.settings.error_behavior
        self._executor = executor
        self._observer = observer
        self._running: dict[Ticket, DesignedTable] = {}
        self._retries = RetryQueue[DesignedTable]()
        self._lost_connections: Counter[TableName] = Counter()
        self._lost_workers: Counter[TableName] = Counter()

    def run(self, stop: StopFlag) -> bool:
        """Load all tables; returns False when it was stopped before the end.

        Raises DiagnosticError when another process owns the task by now: nothing more may be written (G11).
        """
        for name, diagnostic in self._prepared.gone.items():
            self._fail(name, (diagnostic,), gone=True)
        for name, diagnostics in self._prepared.refused.items():
            self._fail(name, diagnostics)
        for table, decision in self._prepared.decisions:
            self._follow(table, decision)
        while self._running or self._retries:
            if stop.requested:
                self._interrupt()
                return False
            report = self._executor.next_report(self._retries.until_next(time.monotonic()))
            if report is not None:
                self._hear(report)
            self._retry_due(time.monotonic())
        return True

    def _follow(self, table: DesignedTable, decision: Decision) -> None:
        match decision:
            case Kept(rows=rows):
                self.completed += 1
                self._observer.observe(TableKept(table.source, rows))
            case Diagnostic():
                self._fail(table.source, (decision,))
            case TableJob():
                self._observer.observe(TableQueued(table.source))
                self._running[self._executor.submit(decision)] = table
            case _:
                assert_never(decision)

    def _hear(self, report: Report) -> None:
        match report:
            case JobReported(event=event):
                self._observer.observe(event)
            case JobFinished(ticket=ticket, result=loaded):
                assert isinstance(loaded, Loaded)
                table = self._running.pop(ticket)
                self.completed += 1
                self._observer.observe(TableCompleted(table.source, loaded.rows, loaded.bytes, table.digest))
            case JobRefused(ticket=ticket, error=ConnectionLostError() as error):
                self._lost_connection(self._running.pop(ticket), error.diagnostics)
            case JobRefused(ticket=ticket, error=error):
                self._refused(self._running.pop(ticket), error.diagnostics)
            case JobLost(ticket=ticket, status=status):
                self._lost_worker(self._running.pop(ticket), status)
            case _:
                assert_never(report)

    def _refused(self, table: DesignedTable, diagnostics: tuple[Diagnostic, ...]) -> None:
        if any(d.code == provider_codes.NOT_OWNER.id for d in diagnostics):
            raise DiagnosticError(diagnostics)
        lost = self._lost_connections[table.source] + self._lost_workers[table.source]
        if lost and self._was_committed(table):
            return
        self._fail(table.source, diagnostics)

    def _was_committed(self, table: DesignedTable) -> bool:
        """Whether an attempt that was given up for lost committed after all, later than we looked."""
        try:
            (decision,) = self._ownership.decide([table])
        except DiagnosticError:
            return False
        if isinstance(decision, Kept):
            self._follow(table, decision)
        return isinstance(decision, Kept)

    def _lost_connection(self, table: DesignedTable, diagnostics: tuple[Diagnostic, ...]) -> None:
        self._lost_connections[table.source] += 1
        attempt = self._lost_connections[table.source]
        verdict = after_lost_connection(self._behavior, attempt)
        exhausted = codes.RETRIES_EXHAUSTED.error(
            f"Table {table.source} lost its connection {attempt} times; recoverable_error_count allows no further try.",
            "Mend the connection that the next diagnostic names, then resume the task: it goes on at this table.",
        )
        self._retry_or_fail(table, verdict, attempt, diagnostics, (exhausted, *diagnostics))

    def _lost_worker(self, table: DesignedTable, status: int) -> None:
        self._lost_workers[table.source] += 1
        attempt = self._lost_workers[table.source]
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        killed = codes.WORKER_LOST.error(
            f"The worker process of table {table.source} ended {how}, {attempt} times by now.",
            "Look into the system's log for the out-of-memory killer; lower parallel_tables or give the host more "
            "memory, then resume the task.",
        )
        self._retry_or_fail(table, after_lost_worker(attempt), attempt, (killed,), (killed,))

    def _retry_or_fail(
        self,
        table: DesignedTable,
        verdict: Verdict,
        attempt: int,
        why: tuple[Diagnostic, ...],
        final: tuple[Diagnostic, ...],
    ) -> None:
        match verdict:
            case RetryAfter(delay=delay):
                self._observer.observe(TableRetried(table.source, attempt, delay, why))
                self._retries.put(time.monotonic() + delay, table)
            case GiveUp():
                if not self._was_committed(table):
                    self._fail(table.source, final)
            case _:
                assert_never(verdict)

    def _retry_due(self, now: float) -> None:
        for table in self._retries.due(now):
            try:
                (decision,) = self._ownership.decide([table])
            except ConnectionLostError as error:
                self._lost_connection(table, error.diagnostics)
            except DiagnosticError as error:
                self._fail(table.source, error.diagnostics)
            else:
                self._follow(table, decision)

    def _fail(self, table: TableName, diagnostics: tuple[Diagnostic, ...], *, gone: bool = False) -> None:
        self.errors[table] = diagnostics
        self._observer.observe(TableFailed(table, diagnostics, gone))

    def _interrupt(self) -> None:
        self._executor.close()
        left = [*self._running.values(), *self._retries.left()]
        for table in left:
            self._observer.observe(TableInterrupted(table.source))
