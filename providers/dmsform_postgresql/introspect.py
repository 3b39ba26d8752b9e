"""Reads a database's catalogue into the engine-neutral schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dmsform.catalog.model import Catalog, Column, Identity, PrimaryKey, Table, TableKind, TableName
from dmsform.catalog.types import Unsupported
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import catalog_queries
from dmsform_postgresql.connect import Connection, connected
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.types import ENGINE, MONEY, NativeType, logical

_IDENTITY = {"a": Identity.ALWAYS, "d": Identity.BY_DEFAULT}


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
    left: dict[int, list[str]] = defaultdict(list)
    for oid, words in connection.execute(catalog_queries.NOT_CARRIED, parameters):
        left[oid].append(words)
    odd = any(c[6] == MONEY for each in columns.values() for c in each) and _odd_money(connection)
    if not within_transaction:
        connection.execute("COMMIT")
    tables = tuple(_table(row, columns[row[0]], keys.get(row[0]), left[row[0]]) for row in relations)
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
    relation: tuple[Any, ...], columns: Sequence[tuple[Any, ...]], key: PrimaryKey | None, left: list[str]
) -> Table:
    _, schema, name, kind, rows, size, partitioning = relation
    if partitioning:
        left = [f"partitioning by {partitioning}", *left]
    return Table(
        name=TableName(schema, name),
        columns=tuple(_column(c) for c in columns),
        primary_key=key,
        kind=TableKind.VIEW if kind == "v" else TableKind.TABLE,
        estimated_rows=rows,
        estimated_bytes=size,
        not_carried=(*left, *(words for c in columns for words in _column_leaves(c))),
    )


def _column(row: tuple[Any, ...]) -> Column:
    name, not_null, identity, generated, expression, numbered, declared, type_name, schema, modifier, labels, _, _ = row
    native = NativeType(declared, type_name, schema, modifier, None if labels is None else tuple(labels))
    return Column(
        name=name,
        type=logical(native),
        native=declared,
        nullable=not not_null,
        identity=_IDENTITY.get(identity, Identity.SEQUENCE if numbered else None),
        generated=expression if generated else None,
    )


def _column_leaves(row: tuple[Any, ...]) -> list[str]:
    """What of a column stays behind, in words."""
    name, _, _, generated, expression, numbered, *_, domain, collation = row
    words = []
    if expression and not generated and not numbered:
        words.append(f"default of column {name}")
    if domain:
        words.append(f"domain {domain} of column {name} (its base type is carried)")
    if collation:
        words.append(f"collation {collation} of column {name}")
    return words
