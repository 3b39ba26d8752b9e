"""Tasks as their servers tell of them: where each stands, and a summary per table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from dmsform.api.models import StopReason, TableState, TableStatistics, TaskStatus, TaskView
from dmsform.cli.views.columns import aligned
from dmsform.cli.views.style import Style
from dmsform.cli.views.units import count, counted, duration, size
from dmsform.diagnostics import Diagnostic, diagnostic_from_json

_HEAD = ("Table", "Target", "State", "Rows", "Size", "Time", "Rows/s")


def succeeded(view: TaskView) -> bool:
    """Whether the task did, or still does, what it was declared for: not failed, no table in error or cut short."""
    bad_tables = any(t.state in (TableState.ERROR, TableState.CANCELLED) for t in view.tables)
    match view.status:
        case TaskStatus.FAILED:
            return False
        case TaskStatus.STOPPED:
            return not bad_tables and view.stop_reason in (StopReason.FULL_LOAD_ONLY_FINISHED, StopReason.NORMAL, None)
        case _:
            return not bad_tables


def task_diagnostics(view: TaskView) -> tuple[Diagnostic, ...]:
    """What the task and its tables have to say, each once."""
    records = [*view.diagnostics, *(t.diagnostic for t in view.tables if t.diagnostic)]
    return tuple(dict.fromkeys(diagnostic_from_json(r) for r in records))


def headline(view: TaskView) -> str:
    """`task.shop: stopped (FULL_LOAD_ONLY_FINISHED), 20 of 20 tables, 200,000 rows, 25 MB in 4.1 s`."""
    status = view.status.value + (f" ({view.stop_reason.value})" if view.stop_reason else "")
    completed = sum(t.state is TableState.COMPLETED for t in view.tables)
    rows = sum(t.full_load_rows for t in view.tables)
    octets = sum(t.full_load_bytes for t in view.tables)
    figures = f"{completed:,} of {counted(len(view.tables), 'table')}, {counted(rows, 'row')}"
    if octets:
        figures += f", {size(octets)}"
    taken = _seconds(view.started_at, view.stopped_at)
    return f"task.{view.name}: {status}, {figures}" + (f" in {duration(taken)}" if taken is not None else "")


def _seconds(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else max(end - start, 0.0)


def task_text(view: TaskView, style: Style) -> str:
    """One task with its tables."""
    lines = [style.bold(headline(view))]
    if view.restarts:
        lines.append(f"  its process was brought back {counted(view.restarts, 'time')} in this run")
    if view.tables:
        rows = [_HEAD, *(_row(t) for t in view.tables)]
        lines += ["", *(f"  {line}" for line in aligned(rows, right=frozenset({3, 4, 5, 6})))]
    return "\n".join(lines)


def _row(table: TableStatistics) -> tuple[str, ...]:
    seconds = _seconds(table.full_load_start_time, table.full_load_end_time)
    rate = table.full_load_rows / seconds if seconds else None
    return (
        f"{table.source_schema}.{table.source_table}",
        f"{table.target_schema}.{table.target_table}",
        table.state.value,
        count(table.full_load_rows),
        # A table without rows has no size, and neither have rows of nothing but NULL in columns of text.
        size(table.full_load_bytes) if table.full_load_bytes else "",
        "" if seconds is None else duration(seconds),
        "" if rate is None else count(round(rate)),
    )


def tasks_text(views: Sequence[TaskView]) -> str:
    """Several tasks, one a line."""
    head = ("Task", "Status", "Stop reason", "Run", "Started")
    rows = [head, *((v.name, v.status.value, _reason(v), str(v.run), moment(v.started_at)) for v in views)]
    return "\n".join(aligned(rows)) if views else "No tasks."


def _reason(view: TaskView) -> str:
    return view.stop_reason.value if view.stop_reason else ""


def moment(seconds: float | None) -> str:
    """A time since the epoch as UTC; empty for None."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
