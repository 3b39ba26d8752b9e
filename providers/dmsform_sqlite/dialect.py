"""Designs a target table for a mapped table, and says in words what that changes."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.changes import CatalogChange, ColumnDesign, TableDesign
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import PrimaryKey, TableKind
from dmsform.catalog.types import Integer, describe
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_sqlite import codes as own
from dmsform_sqlite.control_tables import CONTROL_TABLES
from dmsform_sqlite.ddl import render
from dmsform_sqlite.foreign import foreign_changes, is_numbered_key
from dmsform_sqlite.options import AUTOINCREMENT, KEY_BESIDE_ROWID, STRICT, STRICT_TYPES, WITHOUT_ROWID
from dmsform_sqlite.quoting import folded
from dmsform_sqlite.sql_types import NoCounterpartError, sql_type
from dmsform_sqlite.types import ENGINE, SCHEMA


class SqliteDialect:
    """Renders a target's schema."""

    def design(self, mapped: MappedTable, source_engine: str) -> TableDesign | Sequence[Diagnostic]:
        """The target table, or everything that stands in its way."""
        findings = _names(mapped)
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
            primary_key=PrimaryKey(mapped.primary_key.columns) if mapped.primary_key else None,
            options=_options(mapped, columns, source_engine),
        )

    def enums(self, mapped: MappedTable, source_engine: str) -> Sequence[CatalogChange]:
        """None: SQLite has no enumerations."""
        return ()

    def render(self, change: CatalogChange) -> Sequence[str]:
        """The change as statements."""
        return render(change)

    def action_items(self, mapped: MappedTable, source_engine: str) -> Sequence[ActionItem]:
        """What hangs on the table and does not arrive as it is."""
        return ()

    def conversions(self, mapped: MappedTable, source_engine: str) -> Sequence[str]:
        """What arrives as something else, in words."""
        words = [w for column in mapped.columns for w in _changes(mapped, column, source_engine)]
        if mapped.source.kind is TableKind.VIEW:
            words.append("the view's rows are copied into a table")
        design = self.design(mapped, source_engine)
        if isinstance(design, TableDesign):
            lost = [option for option in mapped.source.options if option not in design.options]
            words += [f"the table is not {option} any more" for option in lost]
        if mapped.table_tablespace or mapped.index_tablespace:
            words.append("SQLite has no tablespaces: the rules that name one have no effect")
        return tuple(words)


def _column(mapped: MappedTable, column: MappedColumn, source_engine: str) -> ColumnDesign:
    numbered = is_numbered_key(mapped, column)
    if source_engine == ENGINE and column.native is not None:
        declared = column.native
    elif numbered and isinstance(column.type, Integer):
        # What numbers the rows must be INTEGER, also where its numbers might go on beyond 2^63 - 1.
        declared = "INTEGER"
    else:
        declared = sql_type(column.type)
    return ColumnDesign(column.name, declared, column.nullable, numbered and declared.upper() == "INTEGER")


def _options(mapped: MappedTable, columns: Sequence[ColumnDesign], source_engine: str) -> tuple[str, ...]:
    """Words behind the table or its key, as far as they still hold; another engine's numbering is never reused."""
    wanted = mapped.source.options if source_engine == ENGINE else (AUTOINCREMENT,)
    keys = [c for c in columns if mapped.primary_key and mapped.primary_key.columns == (c.name,)]
    holds = {
        AUTOINCREMENT: any(c.identity for c in columns) and WITHOUT_ROWID not in wanted,
        STRICT: all(c.type.upper() in STRICT_TYPES for c in columns),
        WITHOUT_ROWID: mapped.primary_key is not None,
        KEY_BESIDE_ROWID: any(c.type.upper() == "INTEGER" for c in keys),
    }
    return tuple(option for option in wanted if holds.get(option, False))


def _names(mapped: MappedTable) -> list[Diagnostic]:
    name, table = mapped.target, str(mapped.source.name)
    findings = []
    if name.schema != SCHEMA:
        findings.append(
            own.NAME_REFUSED.error(
                f'Table {table} is to go to schema "{name.schema}", and SQLite has the one schema "{SCHEMA}".',
                f'Rename the schema to "{SCHEMA}" by a transformation rule (rename).',
                place=DataPlace(table=table),
            )
        )
    if name.name.lower().startswith("sqlite_") or name.name.lower() in CONTROL_TABLES:
        findings.append(
            own.NAME_REFUSED.error(
                f'The name "{name.name}" of the target of {table} is reserved.',
                "Give the table another name by a transformation rule (rename).",
                place=DataPlace(table=table),
            )
        )
    seen: dict[str, str] = {}
    for column in mapped.columns:
        if (other := seen.setdefault(folded(column.name), column.name)) != column.name:
            findings.append(
                own.NAME_REFUSED.error(
                    f'To SQLite the columns "{other}" and "{column.name}" of {table} have the same name.',
                    "Rename one of them by a transformation rule (rename).",
                    place=DataPlace(table=table, column=column.name),
                )
            )
    return findings


def _unsupported(mapped: MappedTable, column: MappedColumn, reason: str) -> Diagnostic:
    return codes.UNSUPPORTED_TYPE.error(
        f"Column {column.name} of {mapped.source.name} is {column.native or describe(column.type)}: {reason}.",
        "Leave the column out by a transformation rule (remove-column), or give it another type (change-data-type).",
        place=DataPlace(table=str(mapped.source.name), column=column.name),
    )


def _changes(mapped: MappedTable, column: MappedColumn, source_engine: str) -> list[str]:
    if not isinstance(column.value, Copied):
        return []
    if source_engine != ENGINE:
        return [f"column {column.name}: {change}" for change in foreign_changes(mapped, column, column.value.column)]
    words, source = [], column.value.column
    if source.generated is not None:
        words.append(f"column {column.name}: the generated values are copied into a plain column")
    if column.type != source.type:
        declared = source.native or "no type"
        words.append(f"column {column.name}: {declared} becomes {describe(column.type)}, checked value by value")
    return words
