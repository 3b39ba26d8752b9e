"""Looks at what stands on a target, without changing anything."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider.values import TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own
from dmsform_sqlite import control
from dmsform_sqlite.connect import Connection, path_of, writing
from dmsform_sqlite.dependents import dependents_of
from dmsform_sqlite.errors import diagnosed
from dmsform_sqlite.fitting import Takes, differences
from dmsform_sqlite.introspect import read_tables
from dmsform_sqlite.quoting import identifier, qualified
from dmsform_sqlite.types import SCHEMA

_DEFAULTS = "SELECT lower(name) FROM pragma_table_xinfo(?, 'main') WHERE dflt_value IS NOT NULL"
_TRIGGERS = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY name"


def inspect_target(endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
    """Those of the named tables that exist, in whatever case they are spelled there."""
    if not path_of(endpoint).exists():
        return {}
    # Not opened read-only: a load that was killed may have left what only a writer can roll back.
    with writing(endpoint) as connection, diagnosed(endpoint):
        connection.execute("BEGIN")
        return look_at(connection, names)


def look_at(connection: Connection, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
    """The same, on a connection."""
    wanted = [name for name in names if name.schema == SCHEMA]
    existing = {t.name.name.lower(): t for t in read_tables(connection, [name.name for name in wanted])}
    claims = control.claims_of(connection, wanted)
    found = {}
    for name in wanted:
        if table := existing.get(name.name.lower()):
            dependents = dependents_of(connection, name.name)
            found[name] = TargetTable(table, has_rows(connection, name), claims.get(name), dependents)
    return found


def has_rows(connection: Connection, name: TableName) -> bool:
    """Whether the table holds a row."""
    return bool(connection.execute(f"SELECT EXISTS (SELECT 1 FROM {qualified(name.name)})").fetchone()[0])


def check_fit(connection: Connection, endpoint: EndpointDefinition, write: TableWrite, takes: Takes) -> None:
    """Raise DiagnosticError unless the existing table can take the rows unchanged, and nothing fires on them."""
    name = write.mapped.target
    (table,) = read_tables(connection, [name.name])
    defaults = frozenset(row[0] for row in connection.execute(_DEFAULTS, [name.name]))
    findings = differences(table, defaults, write.design, takes)
    if triggers := [row[0] for row in connection.execute(_TRIGGERS, [name.name])]:
        findings.append(
            own.TARGET_TRIGGERS.error(
                f"Target table {name} has triggers, which SQLite cannot switch off: {', '.join(triggers)}.",
                f"DROP TRIGGER {identifier(triggers[0])} (and the others) before the load, and create them again "
                "after it.",
                place=DataPlace(endpoint=endpoint.name, table=str(name)),
            )
        )
    if findings:
        raise DiagnosticError(findings)
