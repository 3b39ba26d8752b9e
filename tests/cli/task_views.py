"""Tasks as servers tell of them, for tests of views."""

from __future__ import annotations

from typing import Any

from dmsform.api.models import TableState, TableStatistics, TaskStatus, TaskView


def statistics(name: str, state: TableState = TableState.FULL_LOAD, rows: int = 0, **fields: Any) -> TableStatistics:
    """One table of `main`, loaded into `shop`."""
    return TableStatistics(
        source_schema="main",
        source_table=name,
        target_schema="shop",
        target_table=name,
        state=state,
        full_load_rows=rows,
        **fields,
    )


def view(*tables: TableStatistics, status: TaskStatus = TaskStatus.RUNNING, **fields: Any) -> TaskView:
    """The task `shop` with these tables."""
    return TaskView(
        lineage="l", name="shop", holder="me", status=status, run=1, definition_digest="d", tables=tables, **fields
    )
