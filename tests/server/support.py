"""A replication server of its own for a test, and tasks between two PostgreSQL databases for it to run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dmsform.api.client import Client
from dmsform.api.local import ensure_server, server_view, stop_server
from dmsform.api.models import Event, PutTask, ServerView, TaskStatus, TaskView
from dmsform.catalog.model import TableName
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner
from dmsform.task.definition import PlannedTable, TaskDefinition
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TargetTablePrepMode, TaskSettings
from dmsform.testing.faults import is_gone
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
    started: list[int] = field(default_factory=list)

    @property
    def client(self) -> Client:
        return Client.for_data_dir(self.data_dir)

    def start(self, listen: str | None = None) -> ServerView:
        view = ensure_server(self.data_dir, listen)
        self.started.append(view.process_id)
        return view

    def stop(self) -> None:
        stop_server(self.data_dir)
        self._reap()

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        view = server_view(self.data_dir)
        if view is not None:
            os.kill(view.process_id, signal.SIGKILL)
            wait_until(lambda: is_gone(view.process_id), "the server's end")
        self._reap()

    def _reap(self) -> None:
        """Collect the servers that ended: the test run is their parent."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return

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
        wait_until(lambda: self.task().status in wanted, f"task status {wanted}", seconds)
        return self.task()

    def events(self) -> tuple[Event, ...]:
        return self.client.events(LINEAGE, NAME)

    def wait_event(self, name: str, after: int = 0, seconds: float = 30.0) -> Event:
        """The first event of that name numbered above `after`."""

        def found() -> list[Event]:
            return [e for e in self.client.events(LINEAGE, NAME, after) if e.name == name]

        wait_until(lambda: bool(found()), f"event {name}", seconds)
        return found()[0]


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

    def assert_identical(self) -> None:
        """Every table of the source, its rows and its key are on the target, and nothing else is."""
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        keys = (
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'p' AND connamespace = 'public'::regnamespace ORDER BY 1"
        )
        assert self.target.rows(names) == self.source.rows(names)
        assert self.target.rows(keys) == self.source.rows(keys)
        for (name,) in self.source.rows(names):
            content = f'SELECT t::text FROM public."{name}" t ORDER BY 1'
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
