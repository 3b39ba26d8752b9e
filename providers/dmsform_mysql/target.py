"""Looks at what stands on a target, without changing anything."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pymysql

from dmsform.catalog.model import Table, TableKind, TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError, Severity
from dmsform.provider import codes
from dmsform.provider.values import TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import catalog_queries, control
from dmsform_mysql import codes as own
from dmsform_mysql.catalog_queries import Narrowing
from dmsform_mysql.connect import Connection, connected
from dmsform_mysql.control_tables import folded
from dmsform_mysql.dependents import dependents_of
from dmsform_mysql.errors import diagnosed, number_of
from dmsform_mysql.fitting import differences
from dmsform_mysql.grants import hidden_references, may_see_references, may_see_triggers
from dmsform_mysql.introspect import read_tables, required_columns
from dmsform_mysql.quoting import identifier, qualified
from dmsform_mysql.refusals import grant

_BROKEN_VIEW = frozenset({1356, 1449})
_TRIGGERS = """
SELECT i.TRIGGER_NAME FROM information_schema.TRIGGERS i
 WHERE i.EVENT_OBJECT_SCHEMA = %s AND i.EVENT_OBJECT_TABLE = %s AND i.EVENT_MANIPULATION IN ({}) ORDER BY 1
"""
_ENGINE = "SELECT i.ENGINE FROM information_schema.TABLES i WHERE i.TABLE_SCHEMA = %s AND i.TABLE_NAME = %s"
_REFERENCES = """
SELECT i.TABLE_SCHEMA, i.TABLE_NAME, i.CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE i
 WHERE i.REFERENCED_TABLE_SCHEMA = %s AND i.REFERENCED_TABLE_NAME = %s AND i.ORDINAL_POSITION = 1
   AND NOT (i.TABLE_SCHEMA = i.REFERENCED_TABLE_SCHEMA AND i.TABLE_NAME = i.REFERENCED_TABLE_NAME)
 ORDER BY 1, 2, 3
"""


def inspect_target(endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
    """Those of the named tables that exist; their rows are looked up, their claims too."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        asked = {_stored(connection, name): name for name in names}
        tables = read_tables(connection, list(asked))
        claims = control.claims_of(connection, names)
        dependents = dependents_of(connection, list(asked))
        found = {}
        for table in tables:
            name = asked[table.name]
            with diagnosed(endpoint, name):
                filled = has_rows(connection, table)
            called = replace(table, name=name)
            found[name] = TargetTable(called, filled, claims.get(name), dependents.get(table.name, ()))
        return found


def look_at(connection: Connection, name: TableName) -> TargetTable | None:
    """One table as it stands now."""
    tables = read_tables(connection, [_stored(connection, name)])
    return TargetTable(tables[0], has_rows(connection, tables[0])) if tables else None


def has_rows(connection: Connection, table: Table) -> bool:
    """Whether the table holds a row. A view that cannot be read shows none."""
    try:
        return connection.row(f"SELECT 1 FROM {qualified(table.name)} LIMIT 1") is not None
    except pymysql.Error as error:
        if table.kind is TableKind.VIEW and number_of(error) in _BROKEN_VIEW:
            return False
        raise


def lock_rows(connection: Connection, name: TableName) -> bool:
    """Keep others from adding or changing rows until the transaction ends, if the table is empty; whether it is not."""
    return connection.row(f"SELECT 1 FROM {qualified(name)} LIMIT 1 LOCK IN SHARE MODE") is not None


def check_unreferenced(connection: Connection, endpoint: EndpointDefinition, name: TableName, what: str) -> None:
    """Raise DiagnosticError where foreign keys of other tables reference the table that is to be emptied or dropped."""
    found = [
        f"{constraint} of {schema}.{table}"
        for schema, table, constraint in connection.rows(_REFERENCES, [*_pair(name)])
    ]
    if found:
        raise DiagnosticError(
            own.TABLE_IN_USE.error(
                f"{what} of {name} would break or follow the foreign keys that reference it: {', '.join(found)}.",
                "Drop these foreign keys before the load and create them again after it; dmsform never touches what "
                "the plan did not name.",
                place=DataPlace(endpoint=endpoint.name, table=str(name)),
            )
        )


def check_empties_alone(connection: Connection, endpoint: EndpointDefinition, name: TableName) -> None:
    """Raise DiagnosticError where emptying the table would reach, or might reach unseen, rows of others.

    A key cascades whether or not the user sees its table. Only what has an index can be referred to.
    """
    check_unreferenced(connection, endpoint, name, "DELETE")
    indexed = connection.rows(catalog_queries.indexes(Narrowing(names=(_stored(connection, name),))))
    if indexed and not may_see_references(connection):
        raise DiagnosticError(
            replace(hidden_references(connection, name, endpoint.name), severity=Severity.ERROR, check=None)
        )


def check_fit(
    connection: Connection, endpoint: EndpointDefinition, write: TableWrite, table: Table, events: Sequence[str]
) -> None:
    """Raise DiagnosticError unless the existing table takes the rows unchanged and can give them back.

    events -- what the load does to it: `INSERT`, `DELETE`.
    """
    name = write.mapped.target
    findings = differences(table, required_columns(connection, table.name), write.mapped, write.design)
    findings += _transactions(connection, endpoint, name)
    listed = ", ".join(f"'{event}'" for event in events)
    triggers = [row[0] for row in connection.rows(_TRIGGERS.format(listed), [*_pair(table.name)])]
    if triggers:
        drops = "; ".join(f"DROP TRIGGER {identifier(name.schema)}.{identifier(t)}" for t in triggers)
        findings.append(
            own.TARGET_TRIGGERS.error(
                f"Target table {name} has triggers that fire on {' or '.join(events).lower()}: {', '.join(triggers)}. "
                "MySQL cannot switch them off.",
                f"Before the load: {drops}. Create them again after it.",
                place=DataPlace(endpoint=endpoint.name, table=str(name)),
            )
        )
    findings += _hidden_triggers(connection, endpoint, table.name)
    if findings:
        raise DiagnosticError(findings)


def _hidden_triggers(connection: Connection, endpoint: EndpointDefinition, name: TableName) -> list[Diagnostic]:
    """They would change rows, or those of other tables, without a word."""
    if may_see_triggers(connection, [name])[name]:
        return []
    return [
        codes.MISSING_GRANT.error(
            f"User {connection.account} of endpoint {endpoint.name} is not told whether target table {name} has "
            "triggers, which would fire for every row.",
            f"Run as an administrator: {grant('TRIGGER', qualified(name), connection.account)}",
            place=DataPlace(endpoint=endpoint.name, table=str(name)),
        )
    ]


def _transactions(connection: Connection, endpoint: EndpointDefinition, name: TableName) -> list[Diagnostic]:
    row = connection.row(_ENGINE, [*_pair(_stored(connection, name))])
    engine = row[0] if row else None
    if engine == "InnoDB":
        return []
    return [
        own.NOT_TRANSACTIONAL.error(
            f"Target table {name} is stored by engine {engine}, where a load that fails half-way could not be undone.",
            f"ALTER TABLE {qualified(name)} ENGINE = InnoDB, or let dmsform create the table (drop-and-create).",
            place=DataPlace(endpoint=endpoint.name, table=str(name)),
        )
    ]


def _stored(connection: Connection, name: TableName) -> TableName:
    """The name as the catalogue has it: some servers store them in lower case."""
    return folded(connection.server, name) if connection.server.lower_case_table_names == 1 else name


def _pair(name: TableName) -> tuple[str, str]:
    return name.schema, name.name
