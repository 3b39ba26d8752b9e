"""Resolves source filters: each to its column, its values checked against the column's type before anything runs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal as Number
from decimal import InvalidOperation

from dmsform.catalog import codes
from dmsform.catalog.mapping import FilterCondition, RowFilter
from dmsform.catalog.model import Column, Table
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import Selection, SourceFilter
from dmsform.catalog.rules.reading import did_you_mean
from dmsform.catalog.selection import SelectedTable
from dmsform.catalog.types import (
    Boolean,
    Date,
    Decimal,
    Float,
    Integer,
    Json,
    LogicalType,
    Timestamp,
    Unsupported,
    describe,
)
from dmsform.diagnostics import DataPlace

_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?P<time>[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?\Z"
)
_BOOLEANS = frozenset({"t", "f", "true", "false", "0", "1"})


def resolve_filters(selected: SelectedTable, report: Report) -> tuple[RowFilter, ...]:
    """The filters of all rules that chose the table; all of them must pass."""
    found = (
        _resolve(rule, source_filter, selected.table, report)
        for rule in selected.rules
        for source_filter in rule.filters
    )
    return tuple(each for each in found if each is not None)


def _resolve(rule: Selection, source_filter: SourceFilter, table: Table, report: Report) -> RowFilter | None:
    place = DataPlace(table=str(table.name), column=source_filter.column)
    try:
        column = table.column(source_filter.column)
    except KeyError:
        names = [column.name for column in table.columns]
        report.error(
            codes.FILTER_COLUMN,
            rule.head,
            f'{source_filter.path}: {table.name} has no column "{source_filter.column}".'
            f"{did_you_mean(source_filter.column, names)}",
            f"Filter on one of: {', '.join(names)}. Names are case-sensitive.",
            place,
        )
        return None
    for condition in source_filter.conditions:
        if problem := _misfit(condition, column):
            report.error(
                codes.FILTER_VALUE,
                rule.head,
                f"{source_filter.path}: {problem}",
                "Give a value of the column's type, or filter on another column.",
                place,
            )
    return RowFilter(column, source_filter.conditions)


def _misfit(condition: FilterCondition, column: Column) -> str | None:
    if condition.values and isinstance(column.type, Json | Unsupported):
        return f"values of {column.name} ({column.native}) cannot be compared; only null and notnull can be asked."
    for value in condition.values:
        if not fits(value, column.type):
            return f'"{value}" is not a value of column {column.name}, which is {describe(column.type)}.'
    return None


def fits(value: str, logical: LogicalType) -> bool:
    """Whether the text of a filter value can be compared with a column of the type.

    Dates are written `YYYY-MM-DD` or `YYYY-MM-DD HH:MM[:SS[.fff]]`.
    """
    match logical:
        case Boolean():
            return value.lower() in _BOOLEANS
        case Integer() | Decimal() | Float():
            return _is_number(value)
        case Date() | Timestamp():
            return _is_moment(value)
        case _:
            return True


def _is_number(value: str) -> bool:
    try:
        return Number(value).is_finite()
    except InvalidOperation:
        return False


def _is_moment(value: str) -> bool:
    found = _MOMENT.match(value)
    if found is None:
        return False
    try:
        date.fromisoformat(found["date"])
    except ValueError:
        return False
    return True
