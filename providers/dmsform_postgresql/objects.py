"""Designs what hangs on a table, and names what does not arrive as it is. Pure.

From PostgreSQL to PostgreSQL expressions are taken verbatim, where no rule renamed what they read; else by what they
mean. Nothing here stands in a table's way: what cannot be on the target becomes an action item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dmsform.catalog import item_codes as codes
from dmsform.catalog.changes import CheckDesign, ForeignKeyDesign
from dmsform.catalog.formulas.columns import columns_of
from dmsform.catalog.formulas.syntax import Formula
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.catalog.objects import Check, Expression
from dmsform_postgresql.defaults import default_of
from dmsform_postgresql.formula_writing import NotWritableError, condition
from dmsform_postgresql.indexes import Designed, index_design
from dmsform_postgresql.object_names import shortened
from dmsform_postgresql.quoting import identifier, qualified
from dmsform_postgresql.types import ENGINE


@dataclass(slots=True)
class Objects:
    """What hangs on the target table. defaults, collations -- SQL by column."""

    defaults: dict[str, str] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    indexes: list[Designed] = field(default_factory=list)
    checks: list[CheckDesign] = field(default_factory=list)
    foreign_keys: list[ForeignKeyDesign] = field(default_factory=list)
    items: list[ActionItem] = field(default_factory=list)


def objects_of(mapped: MappedTable, source_engine: str) -> Objects:
    """What hangs on the table that the mapped one becomes."""
    found = Objects()
    own = source_engine == ENGINE
    for column in mapped.columns:
        _default(mapped, column, found, own=own)
        if own and column.collation is not None:
            found.collations[column.name] = f"pg_catalog.{identifier(column.collation.name)}"
        if column.on_update is not None:
            found.items.append(_on_update(mapped, column))
    found.items += _collations(mapped, own=own)
    for index in mapped.indexes:
        made = index_design(mapped, index, own=own)
        found.items += made.items
        if made.design is not None:
            found.indexes.append(made)
    for check in mapped.checks:
        _check(mapped, check, found, own=own)
    found.foreign_keys += _foreign_keys(mapped)
    return found


def _meaning(found: Expression) -> Formula:
    if found.meaning is None:
        raise NotWritableError(f"it is not understood what {found.sql} means")
    return found.meaning


def _default(mapped: MappedTable, column: MappedColumn, found: Objects, *, own: bool) -> None:
    default = column.default
    if default is None or column.identity is not None:
        return
    try:
        sql = default.sql if own and default.sql is not None else default_of(column)
    except NotWritableError as reason:
        name = f"{qualified(mapped.target)} ALTER COLUMN {identifier(column.name)}"
        found.items.append(
            codes.DEFAULT_LEFT_OUT.item(
                f"default of column {column.name}",
                f"{default.sql or 'its expression'}: {reason}",
                f"Run on the target after the load: ALTER TABLE {name} SET DEFAULT ...",
                column.name,
            )
        )
    else:
        if sql is not None:
            found.defaults[column.name] = sql


def _on_update(mapped: MappedTable, column: MappedColumn) -> ActionItem:
    name, table = identifier(column.name), qualified(mapped.target)
    return codes.ON_UPDATE_LEFT_OUT.item(
        f"ON UPDATE of column {column.name}",
        "PostgreSQL has no such clause",
        "Create a trigger: CREATE FUNCTION ... RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW."
        f"{name} := CURRENT_TIMESTAMP; RETURN NEW; END'; CREATE TRIGGER ... BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.* IS DISTINCT FROM NEW.* AND OLD.{name} IS NOT DISTINCT FROM NEW.{name}) EXECUTE FUNCTION ...",
        column.name,
    )


def _collations(mapped: MappedTable, *, own: bool) -> Iterator[ActionItem]:
    """Columns whose texts were equal that differ here. PostgreSQL's common collations tell all texts apart."""
    key = set(mapped.primary_key.columns) if mapped.primary_key else set()
    unique = {c for index in mapped.indexes if index.unique for c in index.columns} | key
    for column in mapped.columns:
        collation = column.collation
        if own or collation is None or collation.exact:
            continue
        same = [
            words
            for words, folds in (
                ("letter case", collation.folds_case),
                ("accents", collation.folds_accents),
                ("blanks at the end", collation.folds_trailing_blanks),
            )
            if folds
        ]
        reason = f"{collation.name} passes over {' and '.join(same)}, PostgreSQL tells such texts apart"
        if column.name in unique:
            reason += "; so does its unique key, which takes more values"
        yield codes.COLLATION_CHANGED.item(
            f"collation of column {column.name}",
            reason,
            "Compare lower(...) where the application counts on it, or give the column a nondeterministic collation.",
            column.name,
        )


def _check(mapped: MappedTable, check: Check, found: Objects, *, own: bool) -> None:
    try:
        if own and check.expression.sql is not None:
            sql = check.expression.sql
        else:
            sql = condition(_meaning(check.expression), {c.name: c.type for c in mapped.columns})
    except NotWritableError as reason:
        remedy = f"Run on the target after the load: ALTER TABLE {qualified(mapped.target)} ADD CHECK (...)"
        found.items.append(codes.CHECK_LEFT_OUT.item(str(check), str(reason), remedy))
        return
    name = shortened(check.name)
    found.checks.append(CheckDesign(name, sql, str(check), check.enforced, check.validated))
    if not own and check.expression.meaning is not None:
        found.items += _changed_check(mapped, check, check.expression.meaning)


def _changed_check(mapped: MappedTable, check: Check, meaning: Formula) -> Iterator[ActionItem]:
    read = columns_of(meaning)
    folding = [c.name for c in mapped.columns if c.name in read and c.collation and not c.collation.exact]
    if folding:
        yield codes.CHECK_CHANGED.item(
            str(check),
            f"texts of {', '.join(folding)} that differ in letter case or accents alone are not equal in PostgreSQL",
            "Look whether the check is still the one that is meant.",
        )


def _foreign_keys(mapped: MappedTable) -> Iterator[ForeignKeyDesign]:
    for key in mapped.foreign_keys:
        yield ForeignKeyDesign(
            name=shortened(key.name),
            columns=key.columns,
            referenced=key.referenced,
            referenced_columns=key.referenced_columns,
            source=str(key),
            on_update=key.on_update,
            on_delete=key.on_delete,
            set_columns=key.set_columns,
            match_full=key.match_full,
            deferrable=key.deferrable,
            deferred=key.deferred,
            validated=key.validated,
        )
