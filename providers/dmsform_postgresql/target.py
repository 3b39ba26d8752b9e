"""Looks at what stands on a target, without changing anything."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider.values import TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import codes as own
from dmsform_postgresql import control
from dmsform_postgresql.connect import Connection, connected
from dmsform_postgresql.dependents import dependents_of
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.fitting import differences, required_columns
from dmsform_postgresql.introspect import read_tables
from dmsform_postgresql.quoting import qualified

_DEFAULTS = """
SELECT a.attname FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.atthasdef
"""
_TRIGGERS = """
SELECT tgname FROM pg_catalog.pg_trigger
 WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 4 = 4 ORDER BY 1
"""


def inspect_target(endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
    """Those of the named tables that exist; their rows are looked up, their claims too."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        tables = read_tables(connection, names)
        claims = control.claims_of(connection, names)
        dependents = dependents_of(connection, names)
        found = {}
        for table in tables:
            with diagnosed(endpoint, table.name):
                filled = has_rows(connection, table.name)
            found[table.name] = TargetTable(table, filled, claims.get(table.name), dependents.get(table.name, ()))
        return found


def look_at(connection: Connection, name: TableName) -> TargetTable | None:
    """One table, inside the transaction that is going to load it."""
    tables = read_tables(connection, [name], within_transaction=True)
    return TargetTable(tables[0], has_rows(connection, name)) if tables else None


def has_rows(connection: Connection, name: TableName) -> bool:
    """Whether the table holds a row of its own, or of its partitions; tables that inherit from it do not count."""
    only = "ONLY " if _relation_kind(connection, name) == "r" else ""
    row = connection.execute(f"SELECT EXISTS (SELECT FROM {only}{qualified(name)})").fetchone()
    return bool(row and row[0])


def is_partitioned(connection: Connection, name: TableName) -> bool:
    """Whether the table's rows are in partitions."""
    return _relation_kind(connection, name) == "p"


def _relation_kind(connection: Connection, name: TableName) -> str | None:
    row = connection.execute(
        "SELECT relkind::text FROM pg_catalog.pg_class WHERE oid = to_regclass(%s)", [qualified(name)]
    ).fetchone()
    return str(row[0]) if row else None


def check_fit(connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> None:
    """Raise DiagnosticError unless the existing table can take the rows unchanged, and nothing fires on them."""
    name = write.mapped.target
    (table,) = read_tables(connection, [name], within_transaction=True)
    defaults = frozenset(row[0] for row in connection.execute(_DEFAULTS, [qualified(name)]))
    required = required_columns(table.columns, defaults)
    findings = differences(table, required, write.mapped, write.design)
    triggers = [row[0] for row in connection.execute(_TRIGGERS, [qualified(name)])]
    if triggers:
        findings.append(
            own.TARGET_TRIGGERS.error(
                f"Target table {name} has triggers that fire on insert: {', '.join(triggers)}. To switch them off for "
                "a session (session_replication_role) takes a superuser and would skip foreign keys too, so dmsform "
                "does not.",
                f"ALTER TABLE {qualified(name)} DISABLE TRIGGER USER before the load, ENABLE TRIGGER USER after it.",
                place=DataPlace(endpoint=endpoint.name, table=str(name)),
            )
        )
    if findings:
        raise DiagnosticError(findings)
