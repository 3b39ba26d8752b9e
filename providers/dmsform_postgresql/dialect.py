"""Designs the PostgreSQL table for a mapped table. Pure.

From PostgreSQL to PostgreSQL a column's type is taken verbatim. Enumerations are created in the target table's
schema. A domain arrives as its base type. Composite types, and types of extensions, must exist on the target under
the same name: preflight looks for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.changes import CatalogChange, ColumnDesign, CreateEnum, TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Identity, PrimaryKey, TableKind
from dmsform.catalog.types import Enumeration, describe
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_postgresql import codes as own
from dmsform_postgresql.ddl import render
from dmsform_postgresql.quoting import MAX_NAME_BYTES, identifier, too_long
from dmsform_postgresql.sql_types import NoCounterpartError, sql_type
from dmsform_postgresql.types import ENGINE

_NUMBERED_TYPES = frozenset({"smallint", "integer", "bigint"})


class PostgresDialect:
    """Renders a target's schema."""

    def design(self, mapped: MappedTable, source_engine: str) -> TableDesign | Sequence[Diagnostic]:
        """The target table, or everything that stands in its way."""
        findings = _long_names(mapped)
        columns: list[ColumnDesign] = []
        for column in mapped.columns:
            try:
                columns.append(_column(mapped, column, source_engine))
            except NoCounterpartError as refused:
                findings.append(_unsupported(mapped, column, str(refused)))
        if findings:
            return findings
        return TableDesign(
            name=mapped.target,
            columns=tuple(columns),
            primary_key=_primary_key(mapped),
            table_tablespace=mapped.table_tablespace,
            index_tablespace=mapped.index_tablespace,
        )

    def enums(self, mapped: MappedTable, source_engine: str) -> Sequence[CatalogChange]:
        """The enumerations that the design's columns have as types, each once."""
        found = {enum_name(mapped, c): c.type.labels for c in mapped.columns if isinstance(c.type, Enumeration)}
        return tuple(CreateEnum(name, labels) for name, labels in sorted(found.items()))

    def render(self, change: CatalogChange) -> Sequence[str]:
        """The change as statements."""
        return render(change)

    def conversions(self, mapped: MappedTable, source_engine: str) -> Sequence[str]:
        """What arrives as something else, in words."""
        return tuple(words for column in mapped.columns for words in _changes(mapped, column, source_engine))


def enum_name(mapped: MappedTable, column: MappedColumn) -> str:
    """The quoted name of a column's enumeration on the target; a nameless one is called table_column."""
    return f"{identifier(mapped.target.schema)}.{identifier(_enum_label(mapped, column))}"


def _enum_label(mapped: MappedTable, column: MappedColumn) -> str:
    declared = column.type.name if isinstance(column.type, Enumeration) else None
    return declared.partition(".")[2] or declared if declared else f"{mapped.target.name}_{column.name}"


def _column(mapped: MappedTable, column: MappedColumn, source_engine: str) -> ColumnDesign:
    verbatim = source_engine == ENGINE and column.native and not isinstance(column.type, Enumeration)
    # Even verbatim, a type without counterpart is refused here.
    made = sql_type(column.type, enum_name(mapped, column))
    target = column.native if verbatim and column.native else made
    return ColumnDesign(column.name, target, column.nullable, _numbers_itself(column, target))


def _numbers_itself(column: MappedColumn, target: str) -> bool:
    return column.identity is not None and target in _NUMBERED_TYPES and isinstance(column.value, Copied)


def _primary_key(mapped: MappedTable) -> PrimaryKey | None:
    """The key, under its own name as long as the table keeps its name (PostgreSQL makes one up otherwise)."""
    key = mapped.primary_key
    if key is None:
        return None
    keeps = mapped.target.name == mapped.source.name.name and key.name is not None and not too_long(key.name)
    return PrimaryKey(key.columns, key.name if keeps else None)


def _long_names(mapped: MappedTable) -> list[Diagnostic]:
    names = [("schema", mapped.target.schema), ("table", mapped.target.name)]
    names += [("column", c.name) for c in mapped.columns]
    names += [("enumeration", _enum_label(mapped, c)) for c in mapped.columns if isinstance(c.type, Enumeration)]
    return [
        own.NAME_TOO_LONG.error(
            f'The {kind} name "{name}" of {mapped.source.name} has {len(name.encode())} bytes; PostgreSQL keeps '
            f"{MAX_NAME_BYTES}.",
            f"Give the {kind} a shorter name by a transformation rule (rename).",
            place=DataPlace(table=str(mapped.source.name), column=name if kind == "column" else None),
        )
        for kind, name in names
        if too_long(name)
    ]


def _unsupported(mapped: MappedTable, column: MappedColumn, reason: str) -> Diagnostic:
    return codes.UNSUPPORTED_TYPE.error(
        f"Column {column.name} of {mapped.source.name} is {column.native or describe(column.type)}: {reason}.",
        "Leave the column out by a transformation rule (remove-column), or give it another type (change-data-type).",
        place=DataPlace(table=str(mapped.source.name), column=column.name),
    )


def _changes(mapped: MappedTable, column: MappedColumn, source_engine: str) -> list[str]:
    if not isinstance(column.value, Copied):
        return []
    words, source = [], column.value.column
    if source.generated is not None:
        words.append(f"column {column.name}: the generated values are copied into a plain column")
    if column.identity is Identity.ALWAYS:
        words.append(f"column {column.name}: GENERATED ALWAYS becomes GENERATED BY DEFAULT AS IDENTITY")
    if column.identity is Identity.SEQUENCE:
        words.append(f"column {column.name}: its sequence becomes GENERATED BY DEFAULT AS IDENTITY")
    if source_engine == ENGINE and column.type != source.type:
        words.append(f"column {column.name}: {source.native} becomes {_shown(mapped, column)}, checked value by value")
    if mapped.source.kind is TableKind.VIEW and column is mapped.columns[0]:
        words.append("the view's rows are copied into a table")
    return words


def _shown(mapped: MappedTable, column: MappedColumn) -> str:
    try:
        return sql_type(column.type, enum_name(mapped, column))
    except NoCounterpartError:
        return describe(column.type)
