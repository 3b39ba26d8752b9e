"""Designs an index or unique constraint of PostgreSQL. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dmsform.catalog import item_codes as codes
from dmsform.catalog.changes import IndexDesign
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.catalog.objects import Expression, Index, IndexKind, IndexPart
from dmsform.catalog.types import Binary, Geometry, Json, Native, Text
from dmsform_postgresql.formula_writing import NotWritableError, written
from dmsform_postgresql.object_names import index_name
from dmsform_postgresql.quoting import identifier, qualified
from dmsform_postgresql.types import ENGINE

BOUNDED = 600
"""Texts of up to so many characters are indexed whole: a b-tree's entry has 2,704 bytes."""


@dataclass(frozen=True, slots=True)
class Designed:
    """The design, None where there can be none, and what is to be said of it."""

    design: IndexDesign | None
    items: tuple[ActionItem, ...] = ()


def index_design(mapped: MappedTable, index: Index, *, own: bool) -> Designed:
    """The target's index. own -- it comes from PostgreSQL."""
    try:
        if not own and index.kind is IndexKind.FULL_TEXT:
            return _full_text(mapped, index)
        if not own and index.kind not in (IndexKind.ORDERED, IndexKind.HASH):
            return _left_out(mapped, index, f"PostgreSQL has no such index ({index.method or index.kind.value})")
        parts = tuple(_part(mapped, index, part, own=own) for part in index.parts)
        condition = None if index.condition is None else _sql(mapped, index.condition, own=own)
    except NotWritableError as reason:
        remedy = f"Create one on the target after the load: CREATE INDEX ... ON {qualified(mapped.target)} ..."
        return Designed(None, (codes.INDEX_EXPRESSION.item(str(index), str(reason), remedy),))
    constraint = index.constraint and all(part.column and not part.prefix for part in index.parts)
    design = IndexDesign(
        name=index_name(mapped.target.name, index.name, from_postgresql=own),
        parts=parts,
        source=str(index),
        unique=index.unique or index.constraint,
        constraint=constraint,
        method=index.method if own and index.method != "btree" else "",
        included=index.included if own else (),
        condition=condition,
        nulls_distinct=index.nulls_distinct,
        words=_words(index) if own else "",
        comment=index.comment,
    )
    return Designed(design, () if own else tuple(_items(mapped, index, design)))


def _words(index: Index) -> str:
    deferrable = "DEFERRABLE" + (" INITIALLY DEFERRED" if index.deferred else "") if index.deferrable else ""
    return " ".join(filter(None, (index.words, deferrable)))


def _part(mapped: MappedTable, index: Index, part: IndexPart, *, own: bool) -> str:
    if part.expression is not None:
        sql = f"({_sql(mapped, part.expression, own=own)})"
    else:
        assert part.column is not None
        sql = _column(mapped, index, part, part.column)
    order = " DESC" if part.descending else ""
    nulls = {None: "", True: " NULLS FIRST", False: " NULLS LAST"}[part.nulls_first]
    words = f" {part.words}" if own and part.words else ""
    return f"{sql}{words}{order}{nulls}"


def _column(mapped: MappedTable, index: Index, part: IndexPart, name: str) -> str:
    column = next(c for c in mapped.columns if c.name == name)
    if (isinstance(column.type, Json) and not column.type.binary) or isinstance(column.type, Geometry):
        raise NotWritableError(f"PostgreSQL does not order values like those of column {name}")
    if isinstance(column.type, Native) and column.type.engine != ENGINE:
        raise NotWritableError(f"PostgreSQL does not order values like those of column {name}")
    if part.prefix is None or not _by_prefix(column, index):
        return identifier(name)
    function = "substr({}, 1, {})" if isinstance(column.type, Binary) else "left({}, {})"
    return function.format(identifier(name), part.prefix)


def _by_prefix(column: MappedColumn, index: Index) -> bool:
    """Whether the part stays one of so many characters: uniqueness depends on it, and long texts have no room."""
    length = column.type.length if isinstance(column.type, Text | Binary) else None
    return index.unique or length is None or length > BOUNDED


def _sql(mapped: MappedTable, found: Expression, *, own: bool) -> str:
    if own and found.sql is not None:
        return found.sql
    if found.meaning is None:
        raise NotWritableError(f"it is not understood what {found.sql} means")
    return written(found.meaning, {c.name: c.type for c in mapped.columns})


def _items(mapped: MappedTable, index: Index, design: IndexDesign) -> list[ActionItem]:
    found = []
    what = str(index)
    prefixes = [part for part in index.parts if part.prefix is not None]
    if prefixes:
        shown = ", ".join(design.parts)
        found.append(
            codes.INDEX_PREFIX.item(
                what,
                f"PostgreSQL has no parts of {prefixes[0].prefix} characters; it is made on ({shown})",
                "Let queries compare the same expression where they are to use the index.",
            )
        )
    if index.kind is IndexKind.HASH:
        found.append(codes.INDEX_OPTION_LEFT_OUT.item(what, "it becomes a b-tree", "Nothing needs to be done."))
    if not index.visible:
        reason = "it is invisible on the source; PostgreSQL uses it"
        found.append(codes.INDEX_OPTION_LEFT_OUT.item(what, reason, f"DROP INDEX {design.name}, if it is not wanted."))
    return found


def _full_text(mapped: MappedTable, index: Index) -> Designed:
    texts = " || ' ' || ".join(f"coalesce({identifier(name)}, '')" for name in index.columns)
    expression = f"to_tsvector('simple'::regconfig, {texts})"
    design = IndexDesign(
        name=index_name(mapped.target.name, index.name, from_postgresql=False),
        parts=(f"({expression})",),
        source=str(index),
        method="gin",
        comment=index.comment,
    )
    return Designed(
        design,
        (
            codes.FULL_TEXT_INDEX.item(
                str(index),
                f"it becomes a GIN index on {expression}",
                f"Write MATCH ... AGAINST as {expression} @@ websearch_to_tsquery('simple', ...).",
            ),
        ),
    )


def _left_out(mapped: MappedTable, index: Index, reason: str) -> Designed:
    remedy = f"Create one that serves its queries: CREATE INDEX ... ON {qualified(mapped.target)} USING ..."
    return Designed(None, (codes.INDEX_METHOD.item(str(index), reason, remedy),))
