"""What a target must allow: databases and tables to be created or filled, and control rows to be kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pymysql

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableKind, TableName
from dmsform.diagnostics import DataPlace, Diagnostic, Severity
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import checks
from dmsform_mysql.catalog_queries import CONTROL_DATABASE, Narrowing
from dmsform_mysql.connect import Connection
from dmsform_mysql.errors import is_read_only, local_infile_off, read_only, text_of
from dmsform_mysql.grants import (
    grant_in,
    hidden_references,
    inactive_roles,
    may_see_references,
    may_see_triggers,
    missing,
    missing_in,
    missing_on,
)
from dmsform_mysql.introspect import read_tables
from dmsform_mysql.preflight_source import ENGINE_OF_A_TARGET, engines
from dmsform_mysql.preflight_tables import check_designs, check_standing
from dmsform_mysql.quoting import qualified
from dmsform_mysql.refusals import grant
from dmsform_mysql.target import has_rows

_IN_DATABASES = ("CREATE", "ALTER", "DROP", "SELECT", "INSERT", "DELETE")
_ON_TABLES = ("SELECT", "INSERT", "DELETE")
_IN_CONTROL = ("CREATE", "SELECT", "INSERT", "UPDATE", "DELETE")
_VARIABLES = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('local_infile', 'read_only', 'super_read_only')"


def check_target(
    connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]
) -> list[Diagnostic]:
    """Everything that keeps the tables from being loaded."""
    place = DataPlace(endpoint=endpoint.name)
    variables = {str(name): str(value) for name, value in connection.rows(_VARIABLES)}
    findings = []
    if variables.get("local_infile") != "ON":
        findings.append(local_infile_off(endpoint, checks.LOCAL_INFILE))
    standing = _standing(connection, [m.target for m in mapped])
    try:
        findings += _rights(connection, endpoint, mapped, standing)
    except pymysql.Error as error:
        if not is_read_only(error):
            raise
        findings.append(read_only(endpoint, text_of(error), place, checks.READ_ONLY))
    else:
        findings += _replica(variables, endpoint)
    return [
        *findings,
        *_hidden_triggers(connection, endpoint, standing),
        *_hidden_references(connection, endpoint, standing),
        *engines(connection, endpoint, standing, ENGINE_OF_A_TARGET),
        *check_standing(connection, endpoint, mapped, standing),
        *check_designs(connection, endpoint, mapped),
    ]


def _standing(connection: Connection, names: Sequence[TableName]) -> list[TableName]:
    """Those of the tables that are there, and that the user sees."""
    if not names:
        return []
    narrowing = Narrowing(names=tuple(names))
    rows = connection.rows(
        f"SELECT i.TABLE_SCHEMA, i.TABLE_NAME FROM information_schema.TABLES i WHERE {narrowing.sql()}"  # noqa: S608
    )
    return [name for name in (TableName(*row) for row in rows) if narrowing.admits(name)]


def _rights(
    connection: Connection,
    endpoint: EndpointDefinition,
    mapped: Sequence[MappedTable],
    standing: Sequence[TableName],
) -> list[Diagnostic]:
    """Raises pymysql.Error: read-only."""
    place, account = DataPlace(endpoint=endpoint.name), connection.account
    findings: list[Diagnostic] = []
    if lacking := missing_in(connection, CONTROL_DATABASE, _IN_CONTROL):
        what, statement = "keep control rows", grant_in(connection, CONTROL_DATABASE, lacking)
        findings.append(
            missing(f"{what} in database {CONTROL_DATABASE}", statement, account, place, checks.TARGET_RIGHTS)
        )
    by_database: dict[str, list[TableName]] = defaultdict(list)
    for table in mapped:
        by_database[table.target.schema].append(table.target)
    for database, names in by_database.items():
        findings += _in_database(connection, endpoint, database, [n for n in names if n in standing], len(names))
    return findings + (inactive_roles(connection, endpoint.name) if findings else [])


def _in_database(
    connection: Connection, endpoint: EndpointDefinition, database: str, standing: Sequence[TableName], wanted: int
) -> Iterator[Diagnostic]:
    """Rights in the database are needed for every table that the load creates, also in the place of one that stands."""
    place, account = DataPlace(endpoint=endpoint.name), connection.account
    lacking = missing_in(connection, database, _IN_DATABASES)
    if not lacking:
        return
    statement = grant_in(connection, database, lacking)
    if len(standing) < wanted:
        what = f"create and load tables in database {database}"
        yield missing(what, statement, account, place, checks.TARGET_RIGHTS)
        return
    for table in standing:
        if refused := missing_on(connection, table, _ON_TABLES):
            there = DataPlace(endpoint=endpoint.name, table=str(table))
            on_table = grant(", ".join(refused), qualified(table), account)
            yield missing(f"load table {table}", on_table, account, there, checks.TARGET_RIGHTS)
    yield codes.MISSING_GRANT.warning(
        f"User {account} of endpoint {endpoint.name} may not create and drop tables in database {database}: it can "
        "load the tables that stand, and replace none of them.",
        f"If the task is to drop and create tables, run as an administrator: {statement}",
        place=place,
        check=checks.TARGET_RIGHTS,
    )


def _replica(variables: dict[str, str], endpoint: EndpointDefinition) -> list[Diagnostic]:
    """A read-only server that this user may write to all the same."""
    switched_on = [name for name in ("read_only", "super_read_only") if variables.get(name, "OFF") not in ("OFF", "0")]
    if not switched_on:
        return []
    found = read_only(endpoint, f"{switched_on[0]} is ON", DataPlace(endpoint=endpoint.name), checks.READ_ONLY)
    return [
        replace(
            found,
            severity=Severity.WARNING,
            detail=f"{found.detail} The user may write there all the same.",
        )
    ]


def _hidden_triggers(
    connection: Connection, endpoint: EndpointDefinition, standing: Sequence[TableName]
) -> list[Diagnostic]:
    """Triggers would fire for every loaded row, and are shown only to who may make them."""
    if not standing:
        return []
    return [
        codes.MISSING_GRANT.warning(
            f"User {connection.account} of endpoint {endpoint.name} is not told whether {table} has triggers, which "
            "would fire for every row: a load that keeps the table is refused.",
            f"Run as an administrator: {grant('TRIGGER', qualified(table), connection.account)}",
            place=DataPlace(endpoint=endpoint.name, table=str(table)),
            check=checks.TRIGGERS,
        )
        for table, seen in may_see_triggers(connection, standing).items()
        if not seen
    ]


def _hidden_references(
    connection: Connection, endpoint: EndpointDefinition, standing: Sequence[TableName]
) -> Iterator[Diagnostic]:
    """Foreign keys of tables that the user does not see would cascade when a table with rows is emptied."""
    if not standing or may_see_references(connection):
        return
    for table in read_tables(connection, standing):
        readable = table.kind is TableKind.TABLE and not missing_on(connection, table.name, ("SELECT",))
        indexed = table.primary_key or any("index " in words for words in table.not_carried)
        if readable and indexed and has_rows(connection, table):
            yield hidden_references(connection, table.name, endpoint.name)
