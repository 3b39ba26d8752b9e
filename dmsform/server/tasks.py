"""Tasks in the store: what is desired of each, what it does, who may change it when.

`desired` (running, stopped) is what apply and operators want and survives restarts; `status` is what the task does.
`spawn` numbers the task's processes: what an older process still writes is refused, as its epoch is on the target.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dmsform.api.models import PutTask, StopReason, TableState, TaskStatus, TaskView
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.server import codes, definitions
from dmsform.server.database import Database
from dmsform.server.events import TaskKey, add_event
from dmsform.server.secrets import SecretBox
from dmsform.server.steps import ServerStep, reached
from dmsform.server.tables import reset_loading, set_all_states, statistics
from dmsform.task.definition import TaskDefinition

ACTIVE = frozenset({TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.STOPPING})
_MINE = "lineage = ? AND name = ?"


class Desired(StrEnum):
    """What is wanted of a task."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SupervisedTask:
    """What the supervisor needs to know of a task."""

    key: TaskKey
    desired: Desired
    status: TaskStatus
    spawn: int


class Tasks:
    """The server's side of the task table; every method is one transaction."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    def view(self, key: TaskKey) -> TaskView:
        """A task with its tables. Raises DiagnosticError when unknown."""
        with self._database.reading() as connection:
            row = _row(connection, key)
            return _view(row, statistics(connection, key))

    def views(self) -> tuple[TaskView, ...]:
        """All tasks, without tables, by name."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM tasks ORDER BY name, lineage").fetchall()
        return tuple(_view(row, ()) for row in rows)

    def supervised(self) -> tuple[SupervisedTask, ...]:
        """All tasks, for the supervisor."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT lineage, name, desired, status, spawn FROM tasks").fetchall()
        return tuple(
            SupervisedTask(TaskKey(row[0], row[1]), Desired(row[2]), TaskStatus(row[3]), row[4]) for row in rows
        )

    def definition(self, key: TaskKey) -> TaskDefinition:
        """A task's definition, secrets included: for the target's release, never for an answer."""
        with self._database.reading() as connection:
            row = _row(connection, key)
        return definitions.unseal(row["definition"], key, row["run"], self._box)

    def put(self, put: PutTask) -> TaskView:
        """Create or modify. Raises DiagnosticError for a stale checkout, and for a running task's modification."""
        definition = put.definition
        key = definitions.key_of(definition)
        digest = definitions.digest(definition, self._box)
        with self._database.writing() as connection:
            _check_serial(connection, put)
            found = connection.execute(f"SELECT * FROM tasks WHERE {_MINE}", [*_values(key)]).fetchone()  # noqa: S608
            runs = found is not None and TaskStatus(found["status"]) in ACTIVE
            if runs and (found["definition_digest"] != digest or definition.run > found["run"]):
                raise DiagnosticError(_runs(key, "modified"))
            if not runs:
                self._write(connection, definition, digest)
                add_event(connection, ServerStep.TASK_STORED, key, {"holder": definition.holder})
        reached(ServerStep.TASK_STORED)
        return self.view(key)

    def _write(self, connection: sqlite3.Connection, definition: TaskDefinition, digest: str) -> None:
        values = [
            definition.lineage, definition.name, definition.holder, definitions.seal(definition, self._box), digest,
            definition.run, Desired.STOPPED, TaskStatus.READY,
        ]  # fmt: skip
        connection.execute(
            "INSERT INTO tasks (lineage, name, holder, definition, definition_digest, run, desired, status) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET holder = excluded.holder, "
            "definition = excluded.definition, definition_digest = excluded.definition_digest, "
            "run = max(run, excluded.run)",
            values,
        )

    def start(self, key: TaskKey) -> TaskView:
        """Desire that it runs; a task that does already is left alone. Raises DiagnosticError while it stops."""
        with self._database.writing() as connection:
            status = TaskStatus(_row(connection, key)["status"])
            if status is TaskStatus.STOPPING:
                raise DiagnosticError(_stops(key))
            if status not in ACTIVE:
                _set_starting(connection, key)
                add_event(connection, ServerStep.TASK_START_STORED, key)
        reached(ServerStep.TASK_START_STORED)
        return self.view(key)

    def reload(self, key: TaskKey) -> TaskView:
        """Begin a new run, in which every table loads again. Raises DiagnosticError while the task runs."""
        with self._database.writing() as connection:
            row = _row(connection, key)
            if TaskStatus(row["status"]) in ACTIVE:
                raise DiagnosticError(_runs(key, "reloaded"))
            update_task(connection, key, run=row["run"] + 1)
            set_all_states(connection, key, TableState.RELOADING)
            _set_starting(connection, key)
            add_event(connection, ServerStep.TASK_RELOAD_STORED, key, {"run": row["run"] + 1})
        reached(ServerStep.TASK_RELOAD_STORED)
        return self.view(key)

    def stop(self, key: TaskKey) -> TaskView:
        """Desire that it does not run; one that does not is left alone."""
        with self._database.writing() as connection:
            if TaskStatus(_row(connection, key)["status"]) in ACTIVE:
                update_task(connection, key, desired=Desired.STOPPED, status=TaskStatus.STOPPING)
                add_event(connection, ServerStep.TASK_STOP_STORED, key)
        reached(ServerStep.TASK_STOP_STORED)
        return self.view(key)

    def begin_spawn(self, key: TaskKey) -> int | None:
        """Number the task's next process; None when it is not wanted any more. Its last process must be gone."""
        with self._database.writing() as connection:
            row = connection.execute(f"SELECT * FROM tasks WHERE {_MINE}", _values(key)).fetchone()  # noqa: S608
            if row is None or row["desired"] != Desired.RUNNING:
                return None
            spawn: int = row["spawn"] + 1
            update_task(connection, key, spawn=spawn, status=TaskStatus.STARTING, process_id=None)
            reset_loading(connection, key)
        reached(ServerStep.TASK_SPAWN_STORED)
        return spawn

    def spawned(self, key: TaskKey, process_id: int) -> None:
        """The process was started."""
        with self._database.writing() as connection:
            update_task(connection, key, process_id=process_id)
            add_event(connection, ServerStep.TASK_SPAWNED, key, {"process_id": process_id})
        reached(ServerStep.TASK_SPAWNED)

    def died(self, key: TaskKey, how: str) -> None:
        """The process ended without an outcome; it will be brought back."""
        with self._database.writing() as connection:
            connection.execute(f"UPDATE tasks SET restarts = restarts + 1 WHERE {_MINE}", _values(key))  # noqa: S608
            update_task(connection, key, status=TaskStatus.STARTING, process_id=None)
            reset_loading(connection, key)
            add_event(connection, ServerStep.TASK_DIED, key, {"how": how})
        reached(ServerStep.TASK_DIED)

    def ended(
        self, key: TaskKey, status: TaskStatus, reason: StopReason, diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        """The task does not run any more and is not to."""
        with self._database.writing() as connection:
            end(connection, key, status, reason, diagnostics)
        reached(ServerStep.TASK_STOPPED)

    def stop_all(self, why: Diagnostic) -> None:
        """Desire that nothing runs, and say why with every task that did."""
        with self._database.writing() as connection:
            rows = connection.execute("SELECT lineage, name FROM tasks WHERE desired = ?", [Desired.RUNNING]).fetchall()
            for row in rows:
                key = TaskKey(row["lineage"], row["name"])
                end(connection, key, TaskStatus.STOPPED, StopReason.RECOVERABLE_ERROR, [why])

    def forget(self, key: TaskKey) -> None:
        """Remove the task, its tables and statistics; its events stay until they are trimmed."""
        with self._database.writing() as connection:
            connection.execute(f"DELETE FROM tasks WHERE {_MINE}", _values(key))  # noqa: S608
            add_event(connection, ServerStep.TASK_FORGOTTEN, key)
        reached(ServerStep.TASK_FORGOTTEN)


def end(
    connection: sqlite3.Connection,
    key: TaskKey,
    status: TaskStatus,
    reason: StopReason,
    diagnostics: Iterable[Diagnostic] = (),
) -> None:
    """Write a task's end within a transaction."""
    said = json.dumps([d.to_json() for d in diagnostics])
    update_task(
        connection,
        key,
        desired=Desired.STOPPED,
        status=status,
        stop_reason=reason,
        stopped_at=time.time(),
        process_id=None,
        diagnostics=said,
    )
    reset_loading(connection, key)
    add_event(connection, ServerStep.TASK_STOPPED, key, {"status": status, "stop_reason": reason})


def _check_serial(connection: sqlite3.Connection, put: PutTask) -> None:
    lineage, holder = put.definition.lineage, put.definition.holder
    row = connection.execute("SELECT * FROM lineages WHERE lineage = ?", [lineage]).fetchone()
    if row and put.state_serial < row["state_serial"]:
        raise DiagnosticError(
            codes.STALE_CHECKOUT.error(
                f"Task {put.definition.name} was sent from a state with serial {put.state_serial}; {row['holder']} "
                f"already applied serial {row['state_serial']} of the same state to this server.",
                "Work from the newest state: use the state file or database that the other checkout uses, then plan "
                "again.",
            )
        )
    connection.execute("INSERT OR REPLACE INTO lineages VALUES (?, ?, ?)", [lineage, put.state_serial, holder])


def _set_starting(connection: sqlite3.Connection, key: TaskKey) -> None:
    update_task(
        connection,
        key,
        desired=Desired.RUNNING,
        status=TaskStatus.STARTING,
        stop_reason=None,
        restarts=0,
        started_at=time.time(),
        stopped_at=None,
        diagnostics="[]",
    )


def _row(connection: sqlite3.Connection, key: TaskKey) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(f"SELECT * FROM tasks WHERE {_MINE}", _values(key)).fetchone()  # noqa: S608
    if row is None:
        raise DiagnosticError(
            codes.UNKNOWN_TASK.error(
                f'This server has no task "{key.name}" of the state with lineage {key.lineage}.',
                "Run dmsform apply to create it, or name one that dmsform task status lists.",
            )
        )
    return row


def update_task(connection: sqlite3.Connection, key: TaskKey, **values: Any) -> None:
    """Set columns of a task's row within a transaction."""
    assignments = ", ".join(f"{column} = ?" for column in values)
    connection.execute(f"UPDATE tasks SET {assignments} WHERE {_MINE}", [*values.values(), *_values(key)])  # noqa: S608


def _values(key: TaskKey) -> tuple[str, str]:
    return key.lineage, key.name


def _runs(key: TaskKey, what: str) -> Diagnostic:
    return codes.TASK_RUNS.error(
        f"Task {key.name} is running, and a running task cannot be {what}.",
        f"Stop it first: dmsform task stop {key.name}; tables already completed stay completed.",
        address=f"task.{key.name}",
    )


def _stops(key: TaskKey) -> Diagnostic:
    return codes.TASK_RUNS.error(
        f"Task {key.name} is stopping: its running loads are rolled back.",
        f"Start it once dmsform task status {key.name} says that it is stopped.",
        address=f"task.{key.name}",
    )


def _view(row: sqlite3.Row, tables: Sequence[Any]) -> TaskView:
    return TaskView(
        lineage=row["lineage"],
        name=row["name"],
        holder=row["holder"],
        status=TaskStatus(row["status"]),
        stop_reason=StopReason(row["stop_reason"]) if row["stop_reason"] else None,
        run=row["run"],
        definition_digest=row["definition_digest"],
        tables=tuple(tables),
        diagnostics=tuple(json.loads(row["diagnostics"])),
        started_at=row["started_at"],
        stopped_at=row["stopped_at"],
        restarts=row["restarts"],
        process_id=row["process_id"],
    )
