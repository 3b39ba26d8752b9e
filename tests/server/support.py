"""A replication server of its own for a test, and tasks between two PostgreSQL databases for it to run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from dmsform.api.client import Client
from dmsform.api.local import ensure_server, server_view, stop_server
from dmsform.api.models import Event, PutTask, ServerView, TaskStatus, TaskView
from dmsform.api.paths import DataDirectory
from dmsform.catalog.model import TableName
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner
from dmsform.task.definition import PlannedTable, TaskDefinition
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TargetTablePrepMode, TaskSettings
from dmsform.testing.faults import fault, is_gone, killed_process
from tests.servers import PostgresDatabase, wait_until

LINEAGE = "5f9d5c0e-lineage"
NAME = "shop"
EVERYTHING = {
    "rules": [
        {
            "rule-type": "selection",
            "rule-id": "1",
            "rule-name": "everything",
            "object-locator": {"schema-name": "public", "table-name": "%"},
            "rule-action": "include",
        }
    ]
}


@dataclass
class Server:
    """A data directory and whatever server runs for it at the moment."""

    data_dir: Path

    @property
    def client(self) -> Client:
        return Client.for_data_dir(self.data_dir)

    def start(self, listen: str | None = None) -> ServerView:
        return ensure_server(self.data_dir, listen)

    def stop(self) -> None:
        view = server_view(self.data_dir)
        stop_server(self.data_dir)
        if view is not None:
            self._reap(view.process_id)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        view = server_view(self.data_dir)
        if view is not None:
            os.kill(view.process_id, signal.SIGKILL)
            self._reap(view.process_id)
            wait_until(lambda: is_gone(view.process_id), "the server's end")

    def clean_up(self) -> None:
        """Kill it, and remove the socket that a long path put elsewhere."""
        self.kill()
        DataDirectory(self.data_dir).socket.unlink(missing_ok=True)

    def _reap(self, process_id: int) -> None:
        """Collect an ended server, if this process started it; then none of its threads is left."""
        with suppress(ChildProcessError):
            os.waitpid(process_id, 0)

    def task(self) -> TaskView:
        found = self.client.task(LINEAGE, NAME)
        assert found is not None
        return found

    def apply(self, definition: TaskDefinition, serial: int = 1) -> None:
        """What `apply` does, as often as it takes."""
        self.client.put_task(PutTask(definition=definition, state_serial=serial))
        self.client.start(LINEAGE, NAME)

    def wait(self, *statuses: TaskStatus, seconds: float = 60.0) -> TaskView:
        """Wait until the task has one of these states; by default until it ended."""
        wanted = statuses or (TaskStatus.STOPPED, TaskStatus.FAILED)
        deadline, after = time.monotonic() + seconds, 0
        while (task := self.task()).status not in wanted:
            assert time.monotonic() < deadline, f"task is {task.status} after {seconds} s, not one of {wanted}"
            # Whatever changes a task's status is an event: no need to ask again before one comes.
            after = max((e.number for e in self.client.events(LINEAGE, NAME, after, wait=5)), default=after)
        return task

    def events(self) -> tuple[Event, ...]:
        return self.client.events(LINEAGE, NAME)

    def wait_event(self, name: str, after: int = 0, seconds: float = 30.0) -> Event:
        """The first event of that name numbered above `after`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for event in self.client.events(LINEAGE, NAME, after, wait=5):
                if event.name == name:
                    return event
                after = event.number
        raise AssertionError(f"no event {name} in {seconds} s")


@dataclass(frozen=True)
class Migration:
    """A source with tables, an empty target."""

    source: PostgresDatabase
    target: PostgresDatabase

    def definition(
        self,
        *,
        mappings: dict[str, Any] | None = None,
        preparation: TargetTablePrepMode = TargetTablePrepMode.DROP_AND_CREATE,
        parallel_tables: int = 2,
        planned: Sequence[PlannedTable] | None = None,
        plan: bool = True,
        **changes: Any,
    ) -> TaskDefinition:
        """A task for all tables, as planned now unless `planned` is given or `plan` is false."""
        settings = TaskSettings(
            full_load=FullLoadSettings(target_table_prep_mode=preparation, parallel_tables=parallel_tables),
            error_behavior=ErrorBehavior(recoverable_error_interval=0, recoverable_error_throttling_max=1),
        )
        values: dict[str, Any] = {
            "lineage": LINEAGE,
            "name": NAME,
            "holder": "ada@here:/project",
            "source": self.source.endpoint("shop"),
            "target": self.target.endpoint("warehouse"),
            "table_mappings": mappings or EVERYTHING,
            "settings": settings,
            "planned": planned if planned is not None else (self.plan() if plan else None),
        }
        return TaskDefinition(**{**values, **changes})

    def plan(self) -> tuple[PlannedTable, ...]:
        """What a plan would see now."""
        found = provider("postgresql")
        assert found.target_inspector is not None
        tables = [t for t in found.introspector.introspect(self.source.endpoint()) if t.kind == "table"]
        existing = found.target_inspector.inspect_target(self.target.endpoint(), [t.name for t in tables])
        return tuple(
            PlannedTable(
                source=(t.name.schema, t.name.name),
                target=(t.name.schema, t.name.name),
                source_digest=t.digest(),
                target_exists=t.name in existing,
                target_has_rows=t.name in existing and existing[t.name].has_rows,
            )
            for t in tables
        )

    def fill(self, tables: int = 3, rows: int = 50) -> None:
        """Tables t1, t2, ... of the source, each with a key, a numbered column and `rows` rows times its number."""
        for number in range(1, tables + 1):
            self.source.execute(
                f"CREATE TABLE t{number} (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, v text NOT NULL)",
                f"INSERT INTO t{number} (v) SELECT md5(g::text) FROM generate_series(1, {rows * number}) g",
            )

    def tie(self, tables: int = 3) -> None:
        """Let each of the tables refer to the first, and have an index and a check besides."""
        for number in range(1, tables + 1):
            self.source.execute(
                f"ALTER TABLE t{number} ADD up bigint DEFAULT 1 CHECK (up > 0) REFERENCES t1",
                f"CREATE INDEX t{number}_by_v ON t{number} (v)",
            )

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """The load of t1 waits for a lock before it can replace the table that stands on the target already.

        Enter it before the task is planned.
        """
        self.target.execute("CREATE TABLE t1 (id bigint)")
        with self.target.connect() as connection, connection.transaction():
            connection.execute("LOCK TABLE t1 IN SHARE MODE")
            yield

    def assert_identical(self) -> None:
        """Every table of the source, its rows, keys, indexes and checks are on the target, and nothing else is."""
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        keys = (
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype IN ('p', 'f', 'c') AND connamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
        indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        assert self.target.rows(names) == self.source.rows(names)
        assert self.target.rows(keys) == self.source.rows(keys)
        assert self.target.rows(indexes) == self.source.rows(indexes)
        for (name,) in self.source.rows(names):
            # Rows compared as a multiset, each by a hash of its text, in the databases themselves.
            content = f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM public."{name}" t'
            assert self.target.rows(content) == self.source.rows(content), name

    def assert_vouched(self, run: int = 1) -> None:
        """The target's control rows vouch for every table, in this run, with the rows that are there."""
        found = provider("postgresql").target_control
        assert found is not None
        records = found.table_records(self.target.endpoint(), Owner(LINEAGE, NAME, "whoever"))
        counts = {r.source: (r.run, r.rows) for r in records}
        names = [row[0] for row in self.source.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        expected = {
            TableName("public", name): (run, self.source.value(f'SELECT count(*) FROM public."{name}"'))
            for name in names
        }
        assert counts == expected


MakeDatabase = Callable[[], PostgresDatabase]


def worker_of(task_process: int) -> int:
    """A worker process of a task, once there is one."""
    parent = psutil.Process(task_process)
    wait_until(lambda: bool(parent.children()), "a worker")
    return int(parent.children()[0].pid)


@dataclass(frozen=True)
class Trap:
    """The fault that is set for all processes of the test."""

    marker: Path

    def arm(self, monkeypatch: pytest.MonkeyPatch, step: str, nth: int = 1) -> None:
        for name, value in fault(step, self.marker, nth).items():
            monkeypatch.setenv(name, value)

    def wait(self) -> int:
        """Wait until it snapped, and until the process is gone."""
        wait_until(lambda: killed_process(self.marker) is not None, "the fault", 60.0)
        process = killed_process(self.marker)
        assert process is not None
        wait_until(lambda: is_gone(process), "the end of the killed process")
        return process
