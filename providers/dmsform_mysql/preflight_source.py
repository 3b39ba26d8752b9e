"""What a source must allow: every table and column to be read, and all of a table's rows at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dmsform.catalog.mapping import Computed, MappedTable
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import checks
from dmsform_mysql import codes as own
from dmsform_mysql.catalog_queries import Narrowing
from dmsform_mysql.connect import Connection
from dmsform_mysql.errors import broken_view, number_of, statement_error, text_of
from dmsform_mysql.grants import DENIED, inactive_roles, missing, prepared
from dmsform_mysql.quoting import identifiers, qualified
from dmsform_mysql.refusals import grant
from dmsform_mysql.select import impossible_conversions

_BROKEN_VIEW = frozenset({1045, 1356, 1449})
_GONE = frozenset({1049, 1146})
_UNKNOWN_COLUMN = 1054


def check_source(
    connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]
) -> list[Diagnostic]:
    """Everything that keeps the tables from being read whole."""
    findings: list[Diagnostic] = []
    for table in mapped:
        findings += _readable(connection, endpoint, table)
        findings += [replace(d, check=checks.DATA_TYPES) for d in impossible_conversions(table)]
    if any(f.code == codes.MISSING_GRANT.id for f in findings):
        findings += inactive_roles(connection, endpoint.name)
    return findings + engines(connection, endpoint, [m.source.name for m in mapped], _ENGINE_OF_A_SOURCE)


def _readable(connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable) -> list[Diagnostic]:
    """Whether the query that will read the table is one that the server would run."""
    name = mapped.source.name
    place = DataPlace(endpoint=endpoint.name, table=str(name))
    needed = identifiers(_needed(mapped)) or "1"
    error = prepared(connection, f"SELECT {needed} FROM {qualified(name)}")  # noqa: S608  a quoted name
    if error is None:
        return _hidden_columns(connection, mapped, place)
    number, text = number_of(error), text_of(error)
    if number in DENIED:
        statement = grant("SELECT", qualified(name), connection.account)
        return [missing(f"read {name}: {text}", statement, connection.account, place, checks.SELECT_RIGHTS)]
    if number in _GONE or number == _UNKNOWN_COLUMN:
        detail = f"Table {name} is not, or no longer as it was planned, in endpoint {endpoint.name}: {text}"
        remedy = "Plan again: the source changed."
        return [own.TABLE_MISSING.error(detail, remedy, place=place, check=checks.SELECTION)]
    if number in _BROKEN_VIEW:
        return [broken_view(endpoint, text, place, checks.VIEWS)]
    raise statement_error(error, endpoint, name)


def _needed(mapped: MappedTable) -> list[str]:
    """The source's columns that are read, each once."""
    found: dict[str, None] = {}
    for column in mapped.columns:
        value = column.value
        found |= dict.fromkeys(c.name for c in (value.columns if isinstance(value, Computed) else (value.column,)))
    return list(found | dict.fromkeys(f.column.name for f in mapped.filters))


def _hidden_columns(connection: Connection, mapped: MappedTable, place: DataPlace) -> list[Diagnostic]:
    """Who may read some columns only is not told of the others: they would be left out as if they were not there."""
    name = mapped.source.name
    error = prepared(connection, f"SELECT * FROM {qualified(name)}")  # noqa: S608  a quoted name
    if error is None or number_of(error) not in DENIED:
        return []
    return [
        codes.MISSING_GRANT.warning(
            f"User {connection.account} of endpoint {place.endpoint} may read some columns of {name} only "
            f"({', '.join(c.name for c in mapped.source.columns)}); the others are not shown, and not copied.",
            f"If they are to be copied, run as an administrator, and plan again: "
            f"{grant('SELECT', qualified(name), connection.account)}",
            place=place,
            check=checks.HIDDEN_COLUMNS,
        )
    ]


_ENGINE_OF_A_SOURCE = "what others write while it is read may be half in the copy"
ENGINE_OF_A_TARGET = "if it is to be kept, a load into it could not be rolled back, and is refused"


def engines(
    connection: Connection, endpoint: EndpointDefinition, names: Sequence[TableName], why: str
) -> list[Diagnostic]:
    """Tables of storage engines without transactions. why -- it matters."""
    if not names:
        return []
    narrowing = Narrowing(names=tuple(names))
    rows = connection.rows(
        "SELECT i.TABLE_SCHEMA, i.TABLE_NAME, i.ENGINE FROM information_schema.TABLES i "  # noqa: S608  literals
        "JOIN information_schema.ENGINES e ON e.ENGINE = i.ENGINE "
        f"WHERE (e.TRANSACTIONS IS NULL OR e.TRANSACTIONS <> 'YES') AND {narrowing.sql()}"
    )
    return [
        own.NOT_TRANSACTIONAL.warning(
            f"Table {name} of endpoint {endpoint.name} is kept by the storage engine {engine}, which has no "
            f"transactions: {why}.",
            f"Let nobody write to it meanwhile, or run first: ALTER TABLE {qualified(name)} ENGINE = InnoDB",
            place=DataPlace(endpoint=endpoint.name, table=str(name)),
            check=checks.ENGINE,
        )
        for name, engine in ((TableName(schema, table), engine) for schema, table, engine in rows)
        if narrowing.admits(name)
    ]
