"""What a design changes in meaning, in words for the plan. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmsform.catalog.changes import ColumnDesign, TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Identity, TableKind
from dmsform.catalog.types import (
    Binary,
    Bits,
    Decimal,
    Enumeration,
    Interval,
    Json,
    Native,
    Text,
    Time,
    Timestamp,
    describe,
)
from dmsform_mysql.ddl import needs_index
from dmsform_mysql.portable import differs
from dmsform_mysql.types import ENGINE, parsed

_NUMBERING = {
    Identity.ALWAYS: "GENERATED ALWAYS becomes AUTO_INCREMENT",
    Identity.SEQUENCE: "its sequence becomes AUTO_INCREMENT",
}


def conversions(mapped: MappedTable, design: TableDesign, source_engine: str) -> Sequence[str]:
    """What arrives as something else."""
    return tuple(_words(mapped, design, source_engine))


def _words(mapped: MappedTable, design: TableDesign, source_engine: str) -> Iterator[str]:
    if mapped.source.kind is TableKind.VIEW:
        yield "the view's rows are copied into a table"
    for column, made in zip(mapped.columns, design.columns, strict=True):
        for words in _column(column, made, source_engine):
            yield f"column {column.name}: {words}"
    if (numbered := needs_index(design)) is not None:
        yield f"column {numbered}: gets an index, which AUTO_INCREMENT takes"
    if mapped.table_tablespace:
        yield f"tablespace {mapped.table_tablespace}: has no effect where the target is MariaDB"
    if mapped.index_tablespace:
        yield "InnoDB keeps indexes with their table: the rules that name a tablespace for them have no effect"


def _column(column: MappedColumn, made: ColumnDesign, source_engine: str) -> Iterator[str]:
    verbatim = source_engine == ENGINE and column.native == made.type
    if isinstance(column.value, Copied):
        yield from _copied(column, column.value, made, source_engine)
    if not verbatim:
        yield from filter(None, (_changed(column, made.type),))
    elif (both := differs(made.type)) is not None:
        mysql, mariadb = both
        other, words = ("MariaDB", mariadb) if mysql == made.type or made.type.endswith(mysql) else ("MySQL", mysql)
        yield f"{made.type} becomes {words} where the target is {other}"
    if column.nullable and not made.nullable:
        yield "NULL is refused, as no column of a primary key and none that numbers itself holds it in MySQL"


def _copied(column: MappedColumn, value: Copied, made: ColumnDesign, source_engine: str) -> Iterator[str]:
    if value.column.generated is not None:
        yield "the generated values are copied into a plain column"
    if column.identity is not None and not made.identity:
        yield "does not number itself, as in MySQL one integer column of a table can"
    elif column.identity in _NUMBERING:
        yield _NUMBERING[column.identity]
    if source_engine == ENGINE and column.type != value.column.type:
        yield f"{value.column.native} becomes {made.type}, checked value by value"


def _changed(column: MappedColumn, sql: str) -> str | None:
    """How values differ in the type that holds them."""
    kind, shown = parsed(sql).name, column.native or describe(column.type)
    match column.type:
        case Decimal(precision=None) if kind == "decimal":
            return f"{shown} becomes {sql}; a value with more digits is refused"
        case Timestamp(zoned=True):
            return f"{shown} becomes {sql} in UTC"
        case Json():
            return f"{shown} becomes {sql}, as MySQL's own json rewrites numbers and drops repeated keys"
        case Text(length=length) | Binary(length=length) if _shortened(length, sql):
            return f"{shown} becomes {sql}, as keys take no more; a longer value is refused"
        case Text(length=int()) | Binary(length=int()) if kind in ("longtext", "longblob"):
            return f"{shown} becomes {sql}, which has room beside the row"
        case Decimal() | Interval() | Time() | Bits() | Enumeration() | Native() if kind in ("varchar", "longtext"):
            return f"{shown} becomes text ({sql})"
        case _:
            return None


def _shortened(length: int | None, sql: str) -> bool:
    native = parsed(sql)
    return native.name in ("varchar", "varbinary", "char") and (length is None or native.arguments[0] < length)
