"""Designs the PostgreSQL table for a mapped table. Pure.

From PostgreSQL to PostgreSQL a column's type is taken verbatim. Enumerations are created in the target table's
schema. A domain arrives as its base type. Composite types, and types of extensions, must exist on the target under
the same name: preflight looks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dmsform.catalog.changes import CatalogChange, ColumnDesign, CreateEnum, TableDesign
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Identity, PrimaryKey, TableKind
from dmsform.catalog.types import Duration, Enumeration, Geometry, Integer, Text, describe
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_postgresql import checks
from dmsform_postgresql import codes as own
from dmsform_postgresql.ddl import render
from dmsform_postgresql.enumerations import enum_label, enum_name, enumeration_of, why_text
from dmsform_postgresql.objects import objects_of
from dmsform_postgresql.quoting import MAX_NAME_BYTES, too_long
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
        objects = objects_of(mapped, source_engine)
        return TableDesign(
            name=mapped.target,
            columns=tuple(
                replace(
                    designed,
                    default=objects.defaults.get(column.name),
                    collation=objects.collations.get(column.name),
                    comment=column.comment,
                )
                for designed, column in zip(columns, mapped.columns, strict=True)
            ),
            primary_key=_primary_key(mapped),
            table_tablespace=mapped.table_tablespace,
            index_tablespace=mapped.index_tablespace,
            indexes=tuple(made.design for made in objects.indexes if made.design is not None),
            checks=tuple(objects.checks),
            foreign_keys=tuple(objects.foreign_keys),
            comment=mapped.comment,
        )

    def enums(self, mapped: MappedTable, source_engine: str) -> Sequence[CatalogChange]:
        """The enumerations that the design's columns have as types, each once."""
        found = {enum_name(mapped, c): e.labels for c in mapped.columns if (e := enumeration_of(c))}
        return tuple(CreateEnum(name, labels) for name, labels in sorted(found.items()))

    def render(self, change: CatalogChange) -> Sequence[str]:
        """The change as statements."""
        return render(change)

    def action_items(self, mapped: MappedTable, source_engine: str) -> Sequence[ActionItem]:
        """What hangs on the table and does not arrive as it is."""
        return tuple(objects_of(mapped, source_engine).items)

    def conversions(self, mapped: MappedTable, source_engine: str) -> Sequence[str]:
        """What arrives as something else, in words."""
        return tuple(words for column in mapped.columns for words in _changes(mapped, column, source_engine))


def _column(mapped: MappedTable, column: MappedColumn, source_engine: str) -> ColumnDesign:
    verbatim = source_engine == ENGINE and column.native and not isinstance(column.type, Enumeration)
    # Even verbatim, a type without counterpart is refused here.
    made = _made(mapped, column)
    target = column.native if verbatim and column.native else made
    return ColumnDesign(column.name, target, column.nullable, _numbers_itself(column, target))


def _made(mapped: MappedTable, column: MappedColumn) -> str:
    """The type that the column's logical type becomes. Raises NoCounterpartError."""
    return sql_type(column.type, enum_name(mapped, column) if enumeration_of(column) else "text")


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
    names += [("enumeration", enum_label(mapped, c)) for c in mapped.columns if enumeration_of(c)]
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
        check=checks.DATA_TYPES,
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
    words += [f"column {column.name}: {change}" for change in _foreign(mapped, column)]
    if mapped.source.kind is TableKind.VIEW and column is mapped.columns[0]:
        words.append("the view's rows are copied into a table")
    return words


def _foreign(mapped: MappedTable, column: MappedColumn) -> list[str]:
    """What PostgreSQL has no type of its own for, and what it becomes."""
    words, shown = [], _shown(mapped, column)
    match column.type:
        case Enumeration() as enumeration if why := why_text(enumeration):
            words.append(f"the enumeration becomes text: {why}")
        case Geometry(srid=srid):
            reference = "" if srid is None else f" of SRID {srid}"
            words.append(f"shapes{reference} become bytea, their EWKB (PostGIS reads it: geometry(value))")
        case Duration():
            words.append("spans of hours become interval")
        case Integer(bits=64, signed=False):
            words.append("numbers up to 2^64 - 1 become numeric(20,0)")
        case Text(length=length) if length and shown == "text":
            words.append(f"text of up to {length} characters becomes text without a limit")
    if column.identity is not None and shown not in _NUMBERED_TYPES:
        words.append(f"{shown} cannot number itself: new rows need a number of their own")
    return words


def _shown(mapped: MappedTable, column: MappedColumn) -> str:
    try:
        return _made(mapped, column)
    except NoCounterpartError:
        return describe(column.type)
