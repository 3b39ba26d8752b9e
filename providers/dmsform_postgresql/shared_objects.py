"""What several tables share on a target, created where it is missing: the schema and enumerations."""

from __future__ import annotations

from dmsform.catalog.changes import CreateEnum, CreateSchema
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider.values import TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import codes as own
from dmsform_postgresql.connect import Connection
from dmsform_postgresql.control import CREATION_LOCK
from dmsform_postgresql.ddl import render
from dmsform_postgresql.dialect import PostgresDialect
from dmsform_postgresql.quoting import identifier

_LABELS = """
SELECT ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
  FROM pg_catalog.pg_type t WHERE t.oid = to_regtype(%s)
"""


def create_shared(connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> None:
    """Create the schema and enumerations that are missing; raises DiagnosticError when an enumeration differs."""
    enums = [e for e in PostgresDialect().enums(write.mapped, "") if isinstance(e, CreateEnum)]
    # A column that an override gave another type does not need its enumeration.
    used = {c.type for c in write.design.columns}
    missing = [e for e in enums if e.name in used and not _stands(connection, endpoint, e)]
    schema = CreateSchema(write.mapped.target.schema)
    if not missing and _schema_stands(connection, schema.schema):
        return
    connection.execute("BEGIN")
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [CREATION_LOCK])
    if not _schema_stands(connection, schema.schema):
        connection.execute(render(schema)[0])
    for enum in missing:
        # Another load may have created it while we waited for the lock.
        if not _stands(connection, endpoint, enum):
            connection.execute(render(enum)[0])
    connection.execute("COMMIT")


def _schema_stands(connection: Connection, schema: str) -> bool:
    row = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [identifier(schema)]).fetchone()
    return bool(row and row[0])


def _stands(connection: Connection, endpoint: EndpointDefinition, enum: CreateEnum) -> bool:
    row = connection.execute(_LABELS, [enum.name]).fetchone()
    if row is None:
        return False
    if tuple(row[0]) != enum.labels:
        raise DiagnosticError(
            own.ENUM_DIFFERS.error(
                f"Type {enum.name} exists with the labels {', '.join(row[0]) or 'of no enumeration'}; the source has "
                f"{', '.join(enum.labels)}.",
                "Alter or rename the target's type, or let the table go to another schema.",
                place=DataPlace(endpoint=endpoint.name),
            )
        )
    return True
