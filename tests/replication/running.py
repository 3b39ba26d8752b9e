"""Runs a task in the test's own process, its workers in theirs; the test may react to any event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dmsform.catalog.model import TableName
from dmsform.replication.events import TableCompleted, TaskEvent, name_of, table_of
from dmsform.replication.processes import ProcessExecutor
from dmsform.replication.stop import StopFlag
from dmsform.replication.task import Outcome, run_task
from dmsform.task.definition import TaskDefinition

Reaction = Callable[["Runner"], None]


@dataclass
class Runner:
    """Keeps the events of the last run; `when` sets what happens at the first event of a name, once."""

    events: list[TaskEvent] = field(default_factory=list)
    executor: ProcessExecutor | None = None
    stop: StopFlag | None = None
    _reactions: dict[str, Reaction] = field(default_factory=dict)

    def when(self, event: str, reaction: Reaction) -> None:
        self._reactions[event] = reaction

    def run(self, definition: TaskDefinition, digests: Mapping[TableName, str] | None = None) -> Outcome:
        self.events.clear()
        self.stop = StopFlag()
        self.executor = ProcessExecutor(definition.settings.full_load.parallel_tables)
        try:
            return run_task(definition, digests or {}, self.executor, self, self.stop)
        finally:
            self.executor.close()
            self.stop.close()

    def observe(self, event: TaskEvent) -> None:
        self.events.append(event)
        if reaction := self._reactions.pop(name_of(event), None):
            reaction(self)

    def names(self, table: str | None = None) -> list[str]:
        """The names of the events, of one table if given."""
        return [name_of(e) for e in self.events if table is None or str(table_of(e)) == f"public.{table}"]

    def digests(self) -> dict[TableName, str]:
        """What the server would know of the completed tables."""
        return {e.table: e.digest for e in self.events if isinstance(e, TableCompleted)}
