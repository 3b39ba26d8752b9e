"""Reads the catalogue of a server, or of one of its databases, into the engine-neutral schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dmsform.catalog.model import Catalog, Column, Identity, PrimaryKey, Table, TableKind, TableName
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import catalog_queries
from dmsform_mysql.catalog_queries import Narrowing
from dmsform_mysql.connect import Connection, connected
from dmsform_mysql.errors import diagnosed
from dmsform_mysql.names import SHADOW
from dmsform_mysql.options import key_prefix
from dmsform_mysql.quoting import identifier
from dmsform_mysql.types import ENGINE, catalogued, logical


@dataclass
class _Facts:
    """What the queries say of one table."""

    table: tuple[Any, ...]
    columns: list[tuple[Any, ...]] = field(default_factory=list)
    indexes: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    others: list[tuple[str, str, str | None]] = field(default_factory=list)


def introspect(endpoint: EndpointDefinition) -> Catalog:
    """All tables and views that the user sees, or those of the database that the endpoint names."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        tables = read_tables(connection, database=_database(connection))
        return Catalog(ENGINE, tuple(t for t in tables if not SHADOW.fullmatch(t.name.name)))


def read_tables(
    connection: Connection, names: Sequence[TableName] | None = None, *, database: str | None = None
) -> tuple[Table, ...]:
    """The tables and views, or those of the given names that exist, in the order of their names."""
    narrowing = Narrowing(database, None if names is None else tuple(names))
    mariadb = connection.server.mariadb
    if not mariadb:
        # Else MySQL would answer with statistics, and with numberings, of up to a day ago.
        connection.execute("SET SESSION information_schema_stats_expiry = 0")
    found = {
        TableName(schema, name): _Facts(tuple(facts))
        for schema, name, *facts in connection.rows(catalog_queries.tables(narrowing))
    }
    found = {name: facts for name, facts in found.items() if narrowing.admits(name)}
    for facts, row in _of(found, connection.rows(catalog_queries.columns(narrowing, mariadb=mariadb))):
        facts.columns.append(row)
    for facts, (index, *part) in _of(found, connection.rows(catalog_queries.indexes(narrowing))):
        facts.indexes[index].append(tuple(part))
    for facts, row in _of(found, connection.rows(catalog_queries.others(narrowing, mariadb=mariadb))):
        facts.others.append((row[0], row[1], row[2]))
    return tuple(_table(name, found[name], mariadb=mariadb) for name in sorted(found))


def _database(connection: Connection) -> str | None:
    """The session's database as the server spells it: some take its name in any case."""
    rows = connection.rows(catalog_queries.CURRENT_DATABASE)
    return next((name for name, _ in sorted(rows, key=lambda row: row[0] != row[1])), None)


def required_columns(connection: Connection, table: TableName) -> frozenset[str]:
    """The names of the columns that every row of a table must fill: NOT NULL and no value of the server's own."""
    return frozenset(name for (name,) in connection.rows(catalog_queries.required_columns(table)))


def _of(found: dict[TableName, _Facts], rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[_Facts, tuple[Any, ...]]]:
    """The rows that belong to a table that was found, each with its table's facts."""
    for schema, name, *row in rows:
        if (facts := found.get(TableName(schema, name))) is not None:
            yield facts, tuple(row)


def _table(name: TableName, facts: _Facts, *, mariadb: bool) -> Table:
    kind, _, rows, size, *_ = facts.table
    documents = {column for column, *_ in facts.columns if _holds_documents(facts, column)}
    key = [(column, prefix) for _, column, prefix in facts.indexes.get("PRIMARY", ())]
    return Table(
        name=name,
        columns=tuple(_column(row, json=row[0] in documents) for row in facts.columns),
        primary_key=PrimaryKey(tuple(column for column, _ in key)) if key else None,
        kind=TableKind.VIEW if kind == "VIEW" else TableKind.TABLE,
        estimated_rows=None if rows is None else int(rows),
        estimated_bytes=None if size is None else int(size),
        not_carried=tuple(_leaves(facts, mariadb=mariadb)),
        options=tuple(key_prefix(column, int(prefix)) for column, prefix in key if prefix is not None),
    )


def _holds_documents(facts: _Facts, column: str) -> bool:
    """Whether it is MariaDB's JSON: a text that a check of its own name holds to documents."""
    return ("check", column, f"json_valid({identifier(column)})") in facts.others


def _column(row: tuple[Any, ...], *, json: bool) -> Column:
    name, column_type, charset, collation, srid, nullable, extra, _, expression = row
    native = catalogued(column_type, charset, collation, srid, json=json)
    return Column(
        name=name,
        type=logical(native),
        native=native.native,
        nullable=nullable == "YES",
        identity=Identity.BY_DEFAULT if "auto_increment" in extra.lower() else None,
        generated=expression if expression and "GENERATED" in extra.upper() else None,
    )


def _leaves(facts: _Facts, *, mariadb: bool) -> Iterator[str]:
    """What of a table stays behind, in words."""
    kind, engine, _, _, options, _ = facts.table
    if kind == "SYSTEM VERSIONED":
        yield "system versioning (rows of the past)"
    if "partitioned" in (options or ""):
        yield "partitioning"
    if kind != "VIEW" and engine not in (None, "InnoDB"):
        yield f"storage engine {engine}"
    for index, parts in sorted(facts.indexes.items()):
        if index != "PRIMARY":
            yield f"{'index' if parts[0][0] else 'unique index'} {index}"
    for what, name, _ in sorted(facts.others, key=lambda other: other[:2]):
        yield f"{what} {name}"
    for row in facts.columns if kind != "VIEW" else ():
        yield from _column_leaves(row, mariadb=mariadb)


def _column_leaves(row: tuple[Any, ...], *, mariadb: bool) -> Iterator[str]:
    name, column_type, *_, extra, default, expression = row
    # MariaDB tells defaults as SQL: NULL is none, 'NULL' is a text.
    if default is not None and not expression and not (mariadb and default.upper() == "NULL"):
        yield f"default of column {name}"
    if "on update" in extra.lower():
        yield f"ON UPDATE of column {name}"
    if "INVISIBLE" in extra.upper():
        yield f"invisibility of column {name}"
    if "COMPRESSED" in column_type:
        yield f"compression of column {name}"
