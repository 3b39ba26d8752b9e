"""Reads a database's catalogue into the engine-neutral schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from dmsform.catalog.model import Catalog, Column, Identity, PrimaryKey, Table, TableKind, TableName
from dmsform.catalog.objects import Collation
from dmsform.catalog.types import Unsupported
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import catalog_queries
from dmsform_postgresql.connect import Connection, connected
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.formula_reading import expression
from dmsform_postgresql.introspect_objects import check_of, foreign_key_of, index_of, portable
from dmsform_postgresql.types import ENGINE, MONEY, NativeType, logical

_T = TypeVar("_T")
_IDENTITY = {"a": Identity.ALWAYS, "d": Identity.BY_DEFAULT}


@dataclass
class _Hanging:
    """Rows of what hangs on one table. left -- words of what has no place in the model."""

    left: list[str] = field(default_factory=list)
    indexes: list[tuple[Any, ...]] = field(default_factory=list)
    foreign_keys: list[tuple[Any, ...]] = field(default_factory=list)
    checks: list[tuple[Any, ...]] = field(default_factory=list)


def introspect(endpoint: EndpointDefinition) -> Catalog:
    """All tables and views of the database, whether or not the user may read them (preflight tells)."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        return Catalog(ENGINE, read_tables(connection))


def read_tables(
    connection: Connection, names: Sequence[TableName] | None = None, *, within_transaction: bool = False
) -> tuple[Table, ...]:
    """The tables and views, or those of the given names that exist, in the order of their names.

    within_transaction -- a transaction is open: read in it, and leave it open.
    """
    narrowed = None if names is None else [n.schema for n in names]
    parameters = {"schemas": narrowed, "names": None if names is None else [n.name for n in names]}
    # One snapshot, so that a table altered in between is not read half before and half after.
    if not within_transaction:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    relations = connection.execute(catalog_queries.RELATIONS, parameters).fetchall()
    columns: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for oid, *rest in connection.execute(catalog_queries.COLUMNS, parameters):
        columns[oid].append(tuple(rest))
    keys = {
        oid: PrimaryKey(tuple(names), name)
        for oid, name, names in connection.execute(catalog_queries.PRIMARY_KEYS, parameters)
    }
    hanging: dict[int, _Hanging] = defaultdict(_Hanging)
    for oid, words in connection.execute(catalog_queries.NOT_CARRIED, parameters):
        hanging[oid].left.append(words)
    for oid, *rest in connection.execute(catalog_queries.INDEXES, parameters):
        hanging[oid].indexes.append(tuple(rest))
    for oid, *rest in connection.execute(catalog_queries.FOREIGN_KEYS, parameters):
        hanging[oid].foreign_keys.append(tuple(rest))
    for oid, *rest in connection.execute(catalog_queries.CHECKS, parameters):
        hanging[oid].checks.append(tuple(rest))
    odd = any(c[6] == MONEY for each in columns.values() for c in each) and _odd_money(connection)
    if not within_transaction:
        connection.execute("COMMIT")
    tables = tuple(_table(row, columns[row[0]], keys.get(row[0]), hanging[row[0]]) for row in relations)
    return tuple(without_money(table, odd) for table in tables) if odd else tables


def _odd_money(connection: Connection) -> str | None:
    """The locale of the database's amounts of money, where these do not have two digits as those of our sessions do."""
    row = connection.execute(
        "SELECT set_config('lc_monetary', reset_val, true) FROM pg_catalog.pg_settings WHERE name = 'lc_monetary'"
    ).fetchone()
    digits = connection.execute("SELECT scale(1::money::numeric)").fetchone()
    connection.execute("SET LOCAL lc_monetary = 'C'")
    assert row is not None
    assert digits is not None
    return None if digits[0] == 2 else str(row[0])


def without_money(table: Table, locale: str) -> Table:
    """The table with its columns of type money marked as what cannot be carried."""
    reason = (
        f"its amounts are written by the locale {locale}, whose fractions do not have two digits: the same "
        "amount would be another one elsewhere"
    )
    columns = (replace(c, type=Unsupported(MONEY, reason)) if c.native == MONEY else c for c in table.columns)
    return replace(table, columns=tuple(columns))


def _table(
    relation: tuple[Any, ...], rows: Sequence[tuple[Any, ...]], key: PrimaryKey | None, hanging: _Hanging
) -> Table:
    _, schema, name, kind, estimate, size, partitioning, comment = relation
    columns = tuple(_column(row) for row in rows)
    types = {c.name: c.type for c in columns}
    indexes, left_indexes = _told_apart(index_of(row, types) for row in hanging.indexes)
    foreign_keys, left_keys = _told_apart(foreign_key_of(row) for row in hanging.foreign_keys)
    checks, left_checks = _told_apart(check_of(row, types) for row in hanging.checks)
    partitions = [f"partitioning by {partitioning}"] if partitioning else []
    left = [*partitions, *hanging.left, *left_indexes, *left_keys, *left_checks]
    return Table(
        name=TableName(schema, name),
        columns=columns,
        primary_key=key,
        kind=TableKind.VIEW if kind == "v" else TableKind.TABLE,
        estimated_rows=estimate,
        estimated_bytes=size,
        not_carried=(*left, *(words for row in rows for words in _column_leaves(row))),
        indexes=indexes,
        foreign_keys=foreign_keys,
        checks=checks,
        comment=comment,
    )


def _told_apart(found: Iterable[_T | str]) -> tuple[tuple[_T, ...], list[str]]:
    """What is carried, and the words of what is not."""
    carried, left = list[_T](), list[str]()
    for each in found:
        if isinstance(each, str):
            left.append(each)
        else:
            carried.append(each)
    return tuple(carried), left


def _column(row: tuple[Any, ...]) -> Column:
    (
        name, not_null, identity, generated, sql, numbered, declared, type_name, schema, modifier, labels, _, collation,
        common, needs, comment,
    ) = row  # fmt: skip
    native = NativeType(declared, type_name, schema, modifier, None if labels is None else tuple(labels))
    found = logical(native)
    plain = sql is not None and not generated and not numbered
    return Column(
        name=name,
        type=found,
        native=declared,
        nullable=not not_null,
        identity=_IDENTITY.get(identity, Identity.SEQUENCE if numbered else None),
        generated=sql if generated else None,
        default=portable(expression(sql, {}), needs) if plain else None,
        collation=Collation(collation) if collation and common else None,
        comment=comment,
    )


def _column_leaves(row: tuple[Any, ...]) -> list[str]:
    """What of a column stays behind, in words."""
    name, _, _, generated, sql, numbered, *_, domain, collation, common, needs, _ = row
    words = []
    if sql and not generated and not numbered and portable(expression(sql, {}), needs) is None:
        words.append(f"default of column {name} ({', '.join(needs)})")
    if domain:
        words.append(f"domain {domain} of column {name} (its base type is carried)")
    if collation and not common:
        words.append(f"collation {collation} of column {name}")
    return words
