"""How fast a task's tables load and how long they still take, from one look at the task to the next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from dmsform.api.models import TableState, TableStatistics, TaskStatus, TaskView
from dmsform.cli.views.units import count, counted, duration, estimate

_ENDED = frozenset({TableState.COMPLETED, TableState.CANCELLED, TableState.ERROR, TableState.DOES_NOT_EXIST})
_SMOOTHING = 0.5


@dataclass(frozen=True, slots=True)
class TableProgress:
    """One table. rate -- rows a second; remaining -- seconds, None when nothing can be said."""

    table: TableStatistics
    rate: float | None = None
    remaining: float | None = None

    @property
    def name(self) -> str:
        """`schema.table` of the source."""
        return f"{self.table.source_schema}.{self.table.source_table}"


@dataclass(frozen=True, slots=True)
class Look:
    """A task at a moment. at -- seconds of any clock that only goes forward; rates -- by table, smoothed."""

    view: TaskView
    at: float
    rates: Mapping[str, float] = field(default_factory=dict)
    rate: float | None = None

    @property
    def tables(self) -> tuple[TableProgress, ...]:
        """Every table with its speed."""
        return tuple(self._progress(t) for t in self.view.tables)

    def _progress(self, table: TableStatistics) -> TableProgress:
        if table.state is TableState.COMPLETED:
            return TableProgress(table, _average(table), None)
        rate = self.rates.get(_key(table)) if table.state not in _ENDED else None
        return TableProgress(table, rate, remaining_seconds(table.full_load_rows, table.estimated_rows, rate))

    @property
    def rows(self) -> int:
        """Rows copied so far."""
        return sum(t.full_load_rows for t in self.view.tables)

    @property
    def remaining(self) -> float | None:
        """Seconds until all tables are loaded; None while some estimate is missing."""
        left = [t for t in self.view.tables if t.state not in _ENDED]
        if not left or any(t.estimated_rows is None for t in left):
            return None
        copied = sum(t.full_load_rows for t in left)
        return remaining_seconds(copied, sum(t.estimated_rows or 0 for t in left), self.rate)


def _key(table: TableStatistics) -> str:
    return f"{table.source_schema}.{table.source_table}"


def _average(table: TableStatistics) -> float | None:
    if table.full_load_start_time is None or table.full_load_end_time is None:
        return None
    seconds = table.full_load_end_time - table.full_load_start_time
    return table.full_load_rows / seconds if seconds > 0 else None


def remaining_seconds(rows: int, estimated: int | None, rate: float | None) -> float | None:
    """How long the rest takes at that rate; None without an estimate, without a rate, or past the estimate."""
    if estimated is None or not rate or rows > estimated:
        return None
    return (estimated - rows) / rate


def look(view: TaskView, at: float, before: Look | None) -> Look:
    """The next look: rates are the rows since the look before, smoothed over looks."""
    if before is None or at <= before.at:
        return Look(view, at, before.rates if before else {}, before.rate if before else None)
    earlier = {_key(t): t.full_load_rows for t in before.view.tables}
    seconds = at - before.at
    rates = {
        _key(t): _smoothed(before.rates.get(_key(t)), (t.full_load_rows - earlier.get(_key(t), 0)) / seconds)
        for t in view.tables
    }
    total = sum(t.full_load_rows for t in view.tables) - before.rows
    return Look(view, at, rates, _smoothed(before.rate, total / seconds))


def _smoothed(before: float | None, now: float) -> float:
    now = max(now, 0.0)
    return now if before is None else before * _SMOOTHING + now * (1 - _SMOOTHING)


def progress_line(seen: Look) -> str:
    """One line of periodic progress: `task.shop: 12 of 20 tables, 120,000 rows, 34,000 rows/s, about 3 s left`."""
    tables = seen.view.tables
    completed = sum(t.state is TableState.COMPLETED for t in tables)
    parts = [f"{completed:,} of {counted(len(tables), 'table')}", counted(seen.rows, "row")]
    if seen.rate and seen.view.status is TaskStatus.RUNNING:
        parts.append(f"{count(round(seen.rate))} rows/s")
    if (left := seen.remaining) is not None:
        parts.append(f"about {duration(left)} left")
    errors = sum(t.state is TableState.ERROR for t in tables)
    if errors:
        parts.append(f"{counted(errors, 'table')} in error")
    return f"task.{seen.view.name}: {seen.view.status.value}, {', '.join(parts)}"


def cells(progress: TableProgress) -> tuple[str, str, str, str, str, str]:
    """One table as cells: name, state, rows, expected rows, rows a second, time left."""
    table = progress.table
    return (
        progress.name,
        table.state.value,
        count(table.full_load_rows),
        "" if table.estimated_rows is None else estimate(count(table.estimated_rows)),
        "" if progress.rate is None else count(round(progress.rate)),
        "" if progress.remaining is None else duration(progress.remaining),
    )


def visible(tables: Sequence[TableProgress], room: int) -> tuple[TableProgress, ...]:
    """At most `room` tables: those in error first, then loading, then completed last, then waiting; in their order."""
    ranked = sorted(range(len(tables)), key=lambda i: _rank(tables[i].table))[:room]
    return tuple(tables[i] for i in sorted(ranked))


def _rank(table: TableStatistics) -> tuple[int, float]:
    match table.state:
        case TableState.ERROR:
            return 0, 0.0
        case TableState.FULL_LOAD | TableState.RELOADING:
            return 1, 0.0
        case TableState.COMPLETED:
            return 2, -(table.full_load_end_time or 0.0)
        case TableState.BEFORE_LOAD | TableState.CANCELLED | TableState.DOES_NOT_EXIST:
            return 3, 0.0
    assert_never(table.state)
