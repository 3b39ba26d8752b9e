"""Puts the steps of a table's transformation in order. Each step changes the draft and reports what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from dmsform.catalog import codes
from dmsform.catalog.mapping import MappedTable, RowFilter
from dmsform.catalog.model import TableName
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import Transformation
from dmsform.catalog.selection import SelectedTable
from dmsform.catalog.transform.add_column import add_columns
from dmsform.catalog.transform.columns import transform_columns
from dmsform.catalog.transform.define_primary_key import define_primary_key
from dmsform.catalog.transform.draft import DraftColumn, DraftTable
from dmsform.catalog.transform.keep_columns import keep_columns
from dmsform.catalog.transform.objects import with_objects
from dmsform.catalog.transform.schema_name import name_schema
from dmsform.catalog.transform.table_name import name_table
from dmsform.catalog.transform.tablespace import set_tablespaces

Step = Callable[[DraftTable, Sequence[Transformation], Report], None]

STEPS: tuple[Step, ...] = (
    name_schema,  # names first: expressions of columns refer to the target's
    name_table,
    keep_columns,
    transform_columns,
    add_columns,
    define_primary_key,  # in the columns' new names
    set_tablespaces,
)


def transform(
    selected: SelectedTable,
    filters: tuple[RowFilter, ...],
    rules: Sequence[Transformation],
    target_schema: str,
    report: Report,
) -> MappedTable:
    """The mapped table that the rules make of a selected one."""
    source = selected.table
    columns = [DraftColumn.of(column) for column in source.columns]
    draft = DraftTable(source, target_schema or source.name.schema, source.name.name, columns)
    for step in STEPS:
        step(draft, rules, report)
    _refuse_no_columns(draft, report)
    _refuse_equal_names(draft, report)
    mapped = MappedTable(
        source=source,
        target=TableName(draft.schema, draft.name),
        columns=tuple(column.mapped() for column in draft.columns),
        primary_key=draft.primary_key,
        filters=filters,
        load_order=selected.load_order,
        table_tablespace=draft.table_tablespace,
        index_tablespace=draft.index_tablespace,
    )
    return with_objects(mapped)


def _refuse_no_columns(draft: DraftTable, report: Report) -> None:
    if draft.columns:
        return
    if draft.source.columns:
        detail = f"No column of {draft.source.name} is left to move."
        remedy = "Narrow the remove-column and include-column rules, or exclude the table."
    else:
        detail = f"{draft.source.name} has no columns on the source, so that there is nothing to move."
        remedy = 'Exclude it by a selection rule (action "exclude").'
    report.error(codes.NO_COLUMNS, None, detail, remedy, draft.place())


def _refuse_equal_names(draft: DraftTable, report: Report) -> None:
    counts = Counter(column.name for column in draft.columns)
    for name in (name for name, count in counts.items() if count > 1):
        sources = [column.source.name for column in draft.columns if column.name == name and column.source]
        report.error(
            codes.SAME_TARGET_COLUMN,
            None,
            f'Columns {" and ".join(sources)} of {draft.source.name} would both be named "{name}" on the target.',
            "Narrow the rules that change column names, or rename one of the columns.",
            draft.place(name),
        )
