"""A task process's side of the store: its definition, its progress, its outcome.

Every write checks that this process is still the task's (`spawn`): one that was replaced, and does not know it yet,
cannot overwrite what its successor tells.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import assert_never

from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic
from dmsform.replication import events
from dmsform.replication.events import TaskEvent, fields_of, name_of, table_of
from dmsform.replication.task import End, Outcome
from dmsform.server import definitions, tables
from dmsform.server.database import Database
from dmsform.server.events import TaskKey, add_event
from dmsform.server.secrets import SecretBox
from dmsform.server.steps import ProcessStep, reached
from dmsform.server.tasks import Desired, end, update_task
from dmsform.task.definition import TaskDefinition


class SupersededError(Exception):
    """The task was deleted, stopped or given to another process: this one has nothing left to do."""


class TaskProgress:
    """Writes what a task's process `spawn` does; every method raises SupersededError once it is another's turn."""

    def __init__(self, database: Database, box: SecretBox, key: TaskKey, spawn: int) -> None:
        self._database = database
        self._box = box
        self._key = key
        self._spawn = spawn
        self._warnings: tuple[Diagnostic, ...] = ()

    def begin(self) -> tuple[TaskDefinition, Mapping[TableName, str]]:
        """The task runs; returns its definition and what is known of completed tables (`load_digest`)."""
        with self._mine() as (connection, row):
            if row["desired"] != Desired.RUNNING:
                raise SupersededError
            update_task(connection, self._key, status=TaskStatus.RUNNING)
            add_event(connection, ProcessStep.RUNNING_STORED, self._key, {"spawn": self._spawn})
            digests = tables.load_digests(connection, self._key)
        reached(ProcessStep.RUNNING_STORED)
        return definitions.unseal(row["definition"], self._key, row["run"], self._box), digests

    def finish(self, outcome: Outcome) -> None:
        """The run is over. One interrupted by the server's end is wanted still: the next server brings it back."""
        with self._mine() as (connection, row):
            match outcome.end:
                case End.FINISHED:
                    self._end(connection, TaskStatus.STOPPED, StopReason.FULL_LOAD_ONLY_FINISHED, outcome)
                case End.FAILED:
                    self._end(connection, TaskStatus.FAILED, StopReason.FATAL_ERROR, outcome)
                case End.INTERRUPTED if row["desired"] == Desired.STOPPED:
                    self._end(connection, TaskStatus.STOPPED, StopReason.NORMAL, outcome)
                case End.INTERRUPTED:
                    update_task(connection, self._key, status=TaskStatus.STARTING, process_id=None)
                    tables.reset_loading(connection, self._key)
                case _:
                    assert_never(outcome.end)
        reached(ProcessStep.OUTCOME_STORED)

    def observe(self, event: TaskEvent) -> None:
        """Keep the statistics up and the event in the log; plain progress is not logged."""
        with self._mine() as (connection, _):
            self._keep_statistics(connection, event)
            if not isinstance(event, events.RowsCopied):
                add_event(connection, name_of(event), self._key, fields_of(event), table_of(event))

    def _keep_statistics(self, connection: sqlite3.Connection, event: TaskEvent) -> None:
        key = self._key
        match event:
            case events.TablesSelected(tables=selected, warnings=warnings):
                self._warnings = warnings
                update_task(connection, key, diagnostics=_json(warnings))
                tables.select_tables(connection, key, selected)
            case events.EndpointRetried(diagnostics=diagnostics):
                update_task(connection, key, diagnostics=_json(diagnostics))
            case events.TableQueued(table=table):
                tables.queue(connection, key, table)
            case events.TableKept(table=table, rows=rows):
                tables.keep(connection, key, table, rows)
            case events.TableLoadStarted(table=table):
                now = time.time()
                tables.update_table(connection, key, table, state=TableState.FULL_LOAD, full_load_start_time=now)
            case (
                events.RowsCopied(table=table, rows=rows, bytes=size)
                | events.RowsFinished(table=table, rows=rows, bytes=size)
            ):
                tables.update_table(connection, key, table, full_load_rows=rows, full_load_bytes=size)
            case events.TableCompleted(table=table, rows=rows, bytes=size, digest=digest):
                tables.complete(connection, key, table, rows, size, digest)
            case events.TableRetried(table=table, diagnostics=diagnostics):
                tables.fail(connection, key, table, diagnostics[0], TableState.BEFORE_LOAD)
            case events.TableFailed(table=table, diagnostics=diagnostics, gone=gone):
                state = TableState.DOES_NOT_EXIST if gone else TableState.ERROR
                tables.fail(connection, key, table, diagnostics[0], state)
            case events.TableInterrupted(table=table):
                tables.queue(connection, key, table)
            case _:
                pass  # steps within a load, told in the event log alone

    def _end(self, connection: sqlite3.Connection, status: TaskStatus, reason: StopReason, outcome: Outcome) -> None:
        end(connection, self._key, status, reason, (*outcome.diagnostics, *self._warnings))

    @contextmanager
    def _mine(self) -> Iterator[tuple[sqlite3.Connection, sqlite3.Row]]:
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT * FROM tasks WHERE lineage = ? AND name = ? AND spawn = ?",
                [self._key.lineage, self._key.name, self._spawn],
            ).fetchone()
            if row is None:
                raise SupersededError
            yield connection, row


def _json(diagnostics: tuple[Diagnostic, ...]) -> str:
    return json.dumps([d.to_json() for d in diagnostics])
