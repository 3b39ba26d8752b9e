"""The SELECT that reads a mapped table: columns, masks, expressions and conversions; filters as WHERE. Pure."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from dmsform.catalog.mapping import (
    Computed,
    Copied,
    FilterCondition,
    FilterOperator,
    MappedColumn,
    MappedTable,
    Masked,
    RowFilter,
)
from dmsform.catalog.model import Column
from dmsform.catalog.types import Decimal, Float, describe
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform_postgresql import checks
from dmsform_postgresql import codes as own
from dmsform_postgresql.conversions import convert
from dmsform_postgresql.quoting import identifier, literal, qualified
from dmsform_postgresql.types import MONEY


@dataclass(frozen=True, slots=True)
class Selected:
    """columns -- SQL of the SELECT list; source -- of FROM; condition -- of WHERE, empty without filters."""

    columns: str
    source: str
    condition: str

    def statement(self) -> str:
        """The whole query."""
        where = f" WHERE {self.condition}" if self.condition else ""
        return f"SELECT {self.columns} FROM {self.source}{where}"


def select(mapped: MappedTable, only: bool) -> Selected:
    """The query for a mapped table.

    only -- read the table without tables that inherit from it (not possible for partitioned tables and views).
    Raises DiagnosticError for a conversion that cannot be lossless.
    """
    findings = impossible_conversions(mapped)
    if findings:
        raise DiagnosticError(findings)
    columns = ", ".join(_value(number, column) for number, column in enumerate(mapped.columns))
    source = ("ONLY " if only else "") + qualified(mapped.source.name)
    return Selected(columns, source, " AND ".join(_filter(f) for f in mapped.filters))


def impossible_conversions(mapped: MappedTable) -> list[Diagnostic]:
    """The columns whose asked-for type their source type has no lossless conversion to."""
    return [
        own.CONVERSION_REFUSED.error(
            f"Column {source.name} of {mapped.source.name} is {source.native}, and there is no lossless conversion to "
            f"{describe(column.type)}.",
            "Ask for another type (text holds every value), or compute the column by an expression (add-column).",
            place=DataPlace(table=str(mapped.source.name), column=source.name),
            check=checks.DATA_TYPES,
        )
        for number, column in enumerate(mapped.columns)
        if isinstance(column.value, Copied)
        and (source := column.value.column).type != column.type
        and convert(number, column, source) is None
    ]


def _value(number: int, column: MappedColumn) -> str:
    match column.value:
        case Copied(column=source):
            converted = None if source.type == column.type else convert(number, column, source)
            return converted or _canonical(source)
        case Masked() as masked:
            from dmsform_postgresql import masking

            return f"({masking.render(masked, column.type)})"
        case Computed() as computed:
            from dmsform_postgresql import expressions

            return f"({expressions.render(computed, column.type)})"
        case _:
            assert_never(column.value)


def _canonical(source: Column) -> str:
    """The column, cast where PostgreSQL's own text is not the canonical one."""
    name = identifier(source.name)
    if source.type == Float(32):
        # The shortest digits of a real, read as 64 bits and rounded by another engine, may become its neighbour.
        return f"{name}::float8"
    return f"{name}::numeric" if source.native == MONEY and isinstance(source.type, Decimal) else name


def _filter(row_filter: RowFilter) -> str:
    column = identifier(row_filter.column.name)
    return "(" + " OR ".join(_condition(column, c) for c in row_filter.conditions) + ")"


def _condition(column: str, condition: FilterCondition) -> str:
    # A bare literal takes the column's type without its length or scale, so that nothing is cut before comparing.
    values = [literal(value) for value in condition.values]
    match condition.operator:
        case FilterOperator.EQ:
            return f"{column} = {values[0]}"
        case FilterOperator.NOTEQ:
            return f"{column} <> {values[0]}"
        case FilterOperator.GTE:
            return f"{column} >= {values[0]}"
        case FilterOperator.LTE | FilterOperator.STE:
            return f"{column} <= {values[0]}"
        case FilterOperator.BETWEEN:
            return f"{column} BETWEEN {values[0]} AND {values[1]}"
        case FilterOperator.NOTBETWEEN:
            return f"{column} NOT BETWEEN {values[0]} AND {values[1]}"
        case FilterOperator.NULL:
            return f"{column} IS NULL"
        case FilterOperator.NOTNULL:
            return f"{column} IS NOT NULL"
        case _:
            assert_never(condition.operator)
