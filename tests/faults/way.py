"""A task between two databases, each reached through a proxy that can fail: run here, with the task's own retries."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from threading import Event
from typing import Any

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider import codes as provider_codes
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner
from dmsform.replication import codes, worker
from dmsform.replication.events import TaskEvent
from dmsform.replication.executor import JobFinished, JobRefused, Report, Ticket
from dmsform.replication.job import Job
from dmsform.replication.stop import StopFlag
from dmsform.replication.task import End, Outcome, run_task
from dmsform.server import task_process
from dmsform.task.definition import EndpointDefinition, PlannedTable, TaskDefinition
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TargetTablePrepMode, TaskSettings
from dmsform.testing.proxy import Fault, FaultProxy
from tests.catalog.builders import document, selection
from tests.faults.stores import ROWS, Store

SIDES = ("source", "target")
RETRIES = 3
# What a network does may pass; whatever is told as anything else would stop the task though a retry helps.
PASSING = {provider_codes.CONNECTION_LOST.id, provider_codes.UNREACHABLE.id, codes.RETRIES_EXHAUSTED.id}
TABLE = document(selection(table="t"))


class HereExecutor:
    """Loads tables in this thread, when it is asked what happens next."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Ticket, Job]] = deque()
        self._tickets = itertools.count()

    def submit(self, job: Job) -> Ticket:
        self._queue.append((ticket := Ticket(next(self._tickets)), job))
        return ticket

    def next_report(self, timeout: float | None) -> Report | None:
        if not self._queue:
            Event().wait(timeout)
            return None
        ticket, job = self._queue.popleft()
        try:
            return JobFinished(ticket, worker.perform(job, lambda _: None))
        except DiagnosticError as error:
            return JobRefused(ticket, error)
        except Exception as error:  # as a worker tells of it
            return JobRefused(ticket, worker.unexpected(job, error, ()))

    def wake(self) -> None:
        """Nobody waits."""

    def close(self) -> None:
        self._queue.clear()


@dataclass
class Heard:
    """The events of a run."""

    events: list[TaskEvent] = field(default_factory=list)

    def observe(self, event: TaskEvent) -> None:
        self.events.append(event)


class Standing(Enum):
    """What stands in the target when a load begins."""

    NOTHING = "nothing"
    REPLACED = "a table that is dropped"
    EMPTIED = "a table that stays, and whose rows go"


@dataclass
class Way:
    """A table on its way from one database to another. settings -- further arguments of both endpoints."""

    source: Store
    target: Store
    proxies: dict[str, FaultProxy]
    settings: dict[str, Any] = field(default_factory=dict)
    standing: Standing = Standing.NOTHING
    number: int = 0
    struck: int = 0
    """How many of the faults that were set have struck in the last run."""

    def __post_init__(self) -> None:
        self.expected = self.source.digest()
        catalog = provider(self.source.engine).introspector.introspect(self.source.database.endpoint())
        table = catalog.table(TableName(self.source.schema, "t"))
        assert table is not None
        self.source_digest = table.digest()
        self.clear()

    def endpoint(self, side: str) -> EndpointDefinition:
        """The endpoint behind its proxy."""
        store, proxy = (self.source if side == "source" else self.target), self.proxies[side]
        given = {"host": proxy.host, "port": proxy.port, "connect_timeout": 2, "stall_timeout": 1, **self.settings}
        return EndpointDefinition(name=side, engine=store.engine, settings={**store.database.settings(), **given})

    def definition(self, retries: int = RETRIES) -> TaskDefinition:
        """The task; its name is another after each `clear`."""
        return TaskDefinition(
            lineage="faults",
            name=self._owner().task,
            holder="ann@host",
            source=self.endpoint("source"),
            target=self.endpoint("target"),
            table_mappings=TABLE,
            planned=self.planned(),
            settings=TaskSettings(
                target_schema=self.target.schema,
                full_load=FullLoadSettings(
                    target_table_prep_mode=TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
                    if self.standing is Standing.EMPTIED
                    else TargetTablePrepMode.DROP_AND_CREATE
                ),
                error_behavior=ErrorBehavior(
                    recoverable_error_count=retries, recoverable_error_interval=0, recoverable_error_throttling_max=1
                ),
            ),
        )

    def planned(self) -> tuple[PlannedTable, ...]:
        """What the plan showed: the table as it stands there."""
        shown = self.standing is not Standing.NOTHING
        return (
            PlannedTable(
                source=(self.source.schema, "t"),
                target=(self.target.schema, "t"),
                source_digest=self.source_digest,
                target_exists=shown,
                target_has_rows=shown,
            ),
        )

    def run(self, retries: int = RETRIES) -> Outcome:
        """Run the task to its end."""
        with closing(StopFlag()) as stop:
            try:
                return run_task(self.definition(retries), {}, HereExecutor(), Heard(), stop)
            except Exception as error:  # as the task's process tells of it
                return Outcome(End.FAILED, (task_process.unexpected(error),))

    def suffer(self, side: str, fault: Fault, retries: int = RETRIES, *, connection: int = 0, **rule: Any) -> Outcome:
        """Run the task under a fault that spares its first so many connections; see `survive`."""
        self.threaten(side, fault, connection=connection, **rule)
        return self.survive(retries)

    def threaten(self, side: str, fault: Fault, *, connection: int = 0, **rule: Any) -> None:
        """Set a fault, for the connections of the next run."""
        proxy = self.proxies[side]
        proxy.set(fault, after_connections=proxy.connections + connection, **rule)

    def survive(self, retries: int = RETRIES) -> Outcome:
        """Run the task under the faults that are set, and look at what it says and leaves.

        Unless it ended well, it is run once more without them, and does.
        """
        outcome = self.run(retries)
        self.struck = sum(proxy.struck for proxy in self.proxies.values())
        for proxy in self.proxies.values():
            proxy.clear()
        if outcome.end is End.FINISHED:
            assert self.stands(), "a table that is not there was called complete"
        else:
            told = [d for d in outcome.diagnostics if d.remedy]
            assert told, outcome
            self.stands()
            again = self.run()
            assert again.end is End.FINISHED, (outcome, again)
            assert self.stands()
        assert self.target.tables() == {"t"}, "nothing of a load is left beside its table"
        if self.target.rows_under_way():
            # Published, and vouched for; that nothing is left to do is noted by the next who claims the table.
            assert self.run().end is End.FINISHED
            assert self.stands()
            assert self.target.rows_under_way() == 0
        return outcome

    def stands(self) -> bool:
        """Whether the table is loaded; if it is, it is whole and vouched for, and nothing vouches for it else."""
        control = provider(self.target.engine).target_control
        assert control is not None
        direct = self.target.database.endpoint()
        records = control.table_records(direct, self._owner())
        found = self.target.digest()
        loaded = found == self.expected
        assert loaded or found == self.before, f"neither the whole table nor what stood there: {found}"
        assert [r.rows for r in records] == ([ROWS] if loaded else []), "what is recorded is what is there"
        return loaded

    def clear(self) -> None:
        """No faults, no table, and a task that is new to the target."""
        for proxy in self.proxies.values():
            proxy.clear()
            proxy.drop()
        control = provider(self.target.engine).target_control
        assert control is not None
        control.release(self.target.database.endpoint(), self._owner())
        self.target.empty()
        if self.standing is not Standing.NOTHING:
            self.target.make()
        self.before = self.target.digest()
        self.number += 1

    def _owner(self) -> Owner:
        # MySQL's control rows outlive the test's database.
        return Owner("faults", f"{self.target.database.name}_{self.number}", "ann@host")


@contextmanager
def way_between(source: Store, target: Store, standing: Standing, **settings: Any) -> Iterator[Way]:
    """The way, with its proxies, as long as the context lasts."""
    servers = [store.database.server for store in (source, target)]
    with FaultProxy(servers[0].host, servers[0].port) as one, FaultProxy(servers[1].host, servers[1].port) as other:
        yield Way(source, target, {"source": one, "target": other}, settings, standing)


def passing(diagnostics: tuple[Diagnostic, ...]) -> bool:
    """Whether these are told as what a further try may mend."""
    return all(d.code in PASSING for d in diagnostics)
