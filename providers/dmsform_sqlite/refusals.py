"""A refused value as a diagnostic that lets the reader find the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable, Masked
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite.values.refused import RefusedError, shown, storage_class


def refused_value(
    endpoint: EndpointDefinition, mapped: MappedTable, column: str, value: Any, refused: RefusedError, row: str
) -> DiagnosticError:
    """The error for a value of a source column; `row` says which row, in words."""
    table = mapped.source.name
    return DiagnosticError(
        codes.VALUE_REFUSED.error(
            f"Column {column} of {table} holds, in {row}, a value of storage class {storage_class(value)} that "
            f"{refused.reason}.",
            refused.remedy,
            place=DataPlace(endpoint.name, str(table), column, shown(value)),
        )
    )


def refused_cell(
    endpoint: EndpointDefinition, mapped: MappedTable, number: int, value: Any, refused: RefusedError, row: str
) -> DiagnosticError:
    """The error for a value of the mapped column of that number; a masked value is not shown."""
    column = mapped.columns[number]
    if isinstance(column.value, Masked):
        table = mapped.source.name
        return DiagnosticError(
            codes.VALUE_REFUSED.error(
                f"The masked value of column {column.value.column.name} of {table}, in {row}, {refused.reason}.",
                "Give the column a type that holds the mask's result (change-data-type), or another mask.",
                place=DataPlace(endpoint.name, str(table), column.value.column.name),
            )
        )
    return refused_value(endpoint, mapped, source_name(column), value, refused, row)


def source_name(column: MappedColumn) -> str:
    """The name of the source column, or of the target's where the value is computed."""
    return column.value.column.name if isinstance(column.value, Copied) else column.name


def row_words(identity: Sequence[str], row: Sequence[Any], mapped_columns: int, number: int) -> str:
    """Which row: by what `select` put behind the mapped columns, else by its place in the stream (from 1)."""
    if not identity:
        return f"row {number} of what the query gives"
    values = row[mapped_columns : mapped_columns + len(identity)]
    return "the row with " + ", ".join(f"{name} {shown(value)}" for name, value in zip(identity, values, strict=True))
