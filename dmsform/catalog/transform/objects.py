"""What hangs on a table, in the names that it has on the target; what the rules leave nothing of is told as lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dmsform.catalog.formulas.columns import renamed
from dmsform.catalog.mapping import Copied, LostObject, MappedColumn, MappedTable
from dmsform.catalog.names import TableName
from dmsform.catalog.objects import Check, Expression, ForeignKey, Index, IndexPart


class LostError(Exception):
    """The object cannot be on the target; the text says why."""


@dataclass(frozen=True, slots=True)
class Names:
    """Target names by source name, of the columns whose values arrive as they are.

    same -- all of the source's columns are among them, under their own names and types, so that SQL on them holds.
    """

    columns: Mapping[str, str]
    same: bool

    @classmethod
    def of(cls, table: MappedTable) -> Names:
        """The names of a mapped table's columns."""
        copied = [(c, c.value.column) for c in table.columns if isinstance(c.value, Copied)]
        kept = {source.name for c, source in copied if c.name == source.name and not c.converted}
        return cls(
            {source.name: c.name for c, source in copied}, kept == {source.name for source in table.source.columns}
        )

    def column(self, name: str) -> str:
        """The target's name of a column. Raises LostError."""
        if name not in self.columns:
            raise LostError(f"the rules leave column {name} out, or change its values")
        return self.columns[name]

    def expression(self, found: Expression) -> Expression:
        """The expression on the target's columns. Raises LostError."""
        sql = found.sql if self.same else None
        try:
            meaning = None if found.meaning is None else renamed(found.meaning, self.columns)
        except KeyError as missing:
            raise LostError(f"the rules leave column {missing.args[0]} out, or change its values") from None
        if sql is None and meaning is None:
            raise LostError(f"the rules change columns, and it is not understood which ones it reads: {found.sql}")
        return Expression(sql, meaning)


def with_objects(table: MappedTable) -> MappedTable:
    """The mapped table with what hangs on its source, foreign keys apart."""
    names, source, lost = Names.of(table), table.source, list[LostObject]()
    indexes, checks = list[Index](), list[Check]()
    for index in source.indexes:
        try:
            indexes.append(_index(index, names))
        except LostError as reason:
            lost.append(LostObject(str(index), str(reason)))
    for check in source.checks:
        try:
            checks.append(replace(check, expression=names.expression(check.expression)))
        except LostError as reason:
            lost.append(LostObject(str(check), str(reason)))
    columns = tuple(_column(c, names, lost) for c in table.columns)
    return replace(
        table, columns=columns, indexes=tuple(indexes), checks=tuple(checks), comment=source.comment, lost=tuple(lost)
    )


def with_foreign_keys(tables: Iterable[MappedTable]) -> tuple[MappedTable, ...]:
    """The mapped tables with their foreign keys, which lead to where the tables that they refer to are mapped."""
    mapped = tuple(tables)
    by_source = {table.source.name: table for table in mapped}
    return tuple(_with_foreign_keys(table, by_source) for table in mapped)


def _with_foreign_keys(table: MappedTable, tables: Mapping[TableName, MappedTable]) -> MappedTable:
    found, lost = list[ForeignKey](), list(table.lost)
    names = Names.of(table)
    for key in table.source.foreign_keys:
        try:
            found.append(_foreign_key(key, names, tables.get(key.referenced)))
        except LostError as reason:
            lost.append(LostObject(str(key), str(reason)))
    return replace(table, foreign_keys=tuple(found), lost=tuple(lost))


def _foreign_key(key: ForeignKey, names: Names, referenced: MappedTable | None) -> ForeignKey:
    if referenced is None:
        raise LostError(f"the task does not move {key.referenced}, to which it refers")
    theirs = Names.of(referenced)
    return replace(
        key,
        columns=tuple(names.column(c) for c in key.columns),
        referenced=referenced.target,
        referenced_columns=tuple(theirs.column(c) for c in key.referenced_columns),
        set_columns=tuple(names.column(c) for c in key.set_columns),
    )


def _index(index: Index, names: Names) -> Index:
    return replace(
        index,
        parts=tuple(_part(part, names) for part in index.parts),
        included=tuple(names.column(c) for c in index.included),
        condition=None if index.condition is None else names.expression(index.condition),
    )


def _part(part: IndexPart, names: Names) -> IndexPart:
    return replace(
        part,
        column=None if part.column is None else names.column(part.column),
        expression=None if part.expression is None else names.expression(part.expression),
    )


def _column(column: MappedColumn, names: Names, lost: list[LostObject]) -> MappedColumn:
    if not isinstance(column.value, Copied):
        return column
    source = column.value.column
    default = None
    try:
        default = _default(source.default, column, names)
    except LostError as reason:
        lost.append(LostObject(f"default of column {column.name}", str(reason)))
    return replace(
        column,
        default=default,
        on_update=source.on_update,
        comment=source.comment,
        collation=None if column.converted else source.collation,
    )


def _default(found: Expression | None, column: MappedColumn, names: Names) -> Expression | None:
    """A default on the target's columns; of another type it is taken by its meaning alone. Raises LostError."""
    if found is None:
        return None
    default = names.expression(found)
    if not column.converted:
        return default
    if default.meaning is None:
        raise LostError(f"a rule gives the column another type, and it is not understood: {found.sql}")
    return replace(default, sql=None)
