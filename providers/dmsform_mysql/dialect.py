"""Designs the table of MySQL or MariaDB for a mapped table. Pure.

From one server of the family to another a column's type is taken verbatim, with character set and collation; what only
one kind of server knows is told apart when the design is rendered (see `portable`), as a plan does not know which kind
the target is.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.changes import CatalogChange, ColumnDesign, TableDesign
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import PrimaryKey
from dmsform.catalog.types import describe
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_mysql import codes as own
from dmsform_mysql.ddl import render
from dmsform_mysql.layout import TooWideError, arrange
from dmsform_mysql.names import refused_names
from dmsform_mysql.options import key_prefix, key_prefixes
from dmsform_mysql.sizes import room
from dmsform_mysql.sql_types import Characters, Held, NoCounterpartError, Octets, held
from dmsform_mysql.types import ENGINE, INTEGER_BITS, parsed
from dmsform_mysql.words import conversions


class MysqlDialect:
    """Renders a target's schema."""

    def design(self, mapped: MappedTable, source_engine: str) -> TableDesign | Sequence[Diagnostic]:
        """The target table, or everything that stands in its way."""
        findings = refused_names(mapped)
        prefixes = _prefixes(mapped, source_engine)
        key = mapped.primary_key.columns if mapped.primary_key else ()
        columns: dict[str, Held] = {}
        for column in mapped.columns:
            try:
                bare = column.name in key and column.name not in prefixes
                columns[column.name] = _held(column, source_engine, whole_in_key=bare)
            except NoCounterpartError as refused:
                findings.append(_unsupported(mapped, column, str(refused)))
        if not columns and not findings:
            findings.append(_without_columns(mapped))
        if findings:
            return findings
        try:
            verbatim = source_engine == ENGINE and _is_verbatim(mapped, columns)
            made = arrange(columns, key, prefixes, verbatim=verbatim)
        except TooWideError as refused:
            return [_too_wide(mapped, str(refused))]
        return _design(mapped, made, prefixes)

    def enums(self, mapped: MappedTable, source_engine: str) -> Sequence[CatalogChange]:
        """None: a column declares its labels itself."""
        return ()

    def render(self, change: CatalogChange) -> Sequence[str]:
        """The change as statements, the same for both servers."""
        return render(change)

    def action_items(self, mapped: MappedTable, source_engine: str) -> Sequence[ActionItem]:
        """What hangs on the table and does not arrive as it is."""
        return ()

    def conversions(self, mapped: MappedTable, source_engine: str) -> Sequence[str]:
        """What arrives as something else, in words."""
        design = self.design(mapped, source_engine)
        return conversions(mapped, design, source_engine) if isinstance(design, TableDesign) else ()


def _is_verbatim(mapped: MappedTable, columns: dict[str, Held]) -> bool:
    """Whether the key and every column are as the source of this family has them."""
    own = all(isinstance(c.value, Copied) and columns[c.name] == c.native for c in mapped.columns)
    names = {c.name: c.value.column.name for c in mapped.columns if isinstance(c.value, Copied)}
    key, source_key = mapped.primary_key, mapped.source.primary_key
    if key is None or source_key is None:
        return own and key is source_key
    return own and tuple(names[c] for c in key.columns) == source_key.columns


def _held(column: MappedColumn, source_engine: str, *, whole_in_key: bool) -> Held:
    made = held(column.type)  # even verbatim, a type without counterpart is refused here
    if source_engine != ENGINE or column.native is None:
        return made
    native = parsed(column.native)
    if whole_in_key and room(native).key is None and isinstance(made, Characters | Octets):
        return made  # long texts are no keys, unless by their beginning
    return column.native


def _design(mapped: MappedTable, made: dict[str, str], prefixes: dict[str, int]) -> TableDesign:
    key = mapped.primary_key.columns if mapped.primary_key else ()
    numbered = _numbered(mapped, made, key)
    return TableDesign(
        name=mapped.target,
        columns=tuple(
            ColumnDesign(
                name=c.name,
                type=made[c.name],
                nullable=c.nullable and c.name not in key and c.name != numbered,
                identity=c.name == numbered,
            )
            for c in mapped.columns
        ),
        primary_key=PrimaryKey(key) if key else None,
        table_tablespace=mapped.table_tablespace,
        options=tuple(key_prefix(column, length) for column, length in prefixes.items()),
    )


def _numbered(mapped: MappedTable, made: dict[str, str], key: Sequence[str]) -> str | None:
    """The one column that can number itself: the key's first, if it is among those that want to."""
    wanting = [
        c.name
        for c in mapped.columns
        if c.identity is not None and isinstance(c.value, Copied) and parsed(made[c.name]).name in INTEGER_BITS
    ]
    return min(wanting, key=lambda name: name not in key[:1], default=None)


def _prefixes(mapped: MappedTable, source_engine: str) -> dict[str, int]:
    """How many characters of which target column the key takes, where it is the source's and does not take all."""
    found = key_prefixes(mapped.source.options)
    if source_engine != ENGINE or not found or mapped.primary_key is None:
        return {}
    names = {c.name: c.value.column.name for c in mapped.columns if isinstance(c.value, Copied) and c.native}
    return {c: found[names[c]] for c in mapped.primary_key.columns if names.get(c) in found}


def _unsupported(mapped: MappedTable, column: MappedColumn, reason: str) -> Diagnostic:
    return codes.UNSUPPORTED_TYPE.error(
        f"Column {column.name} of {mapped.source.name} is {column.native or describe(column.type)}: {reason}.",
        "Leave the column out by a transformation rule (remove-column), or give it another type (change-data-type).",
        place=DataPlace(table=str(mapped.source.name), column=column.name),
    )


def _without_columns(mapped: MappedTable) -> Diagnostic:
    """A broken view has none; rules may remove all."""
    return codes.UNSUPPORTED_TYPE.error(
        f"{mapped.source.name} has no columns left, and MySQL has no such tables.",
        "Exclude the table or view by a selection rule, mend the view, or remove fewer columns.",
        place=DataPlace(table=str(mapped.source.name)),
    )


def _too_wide(mapped: MappedTable, reason: str) -> Diagnostic:
    return own.TABLE_TOO_WIDE.error(
        f"Table {mapped.source.name} cannot be on the target: {reason}.",
        "Leave columns out by a transformation rule (remove-column), or give them a shorter type (change-data-type).",
        place=DataPlace(table=str(mapped.source.name)),
    )
