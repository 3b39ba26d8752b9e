"""What a target must allow: schemas, tables and types to be created or filled, and control rows to be kept."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.catalog.types import Native
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import checks
from dmsform_postgresql import codes as own
from dmsform_postgresql.catalog_queries import CONTROL_SCHEMA
from dmsform_postgresql.connect import Connection
from dmsform_postgresql.grants import arrays, missing
from dmsform_postgresql.quoting import identifier, qualified
from dmsform_postgresql.types import ENGINE

_RIGHTS = """
SELECT w.s, w.t, n.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'CREATE'), false), c.oid IS NOT NULL,
       coalesce(has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'SELECT'), true),
       coalesce(pg_has_role(c.relowner, 'USAGE'), true), coalesce(has_schema_privilege(n.oid, 'USAGE'), false)
  FROM unnest(%s::text[], %s::text[]) w(s, t)
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = w.s
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.t
 ORDER BY 1, 2
"""
_DATABASE = """
SELECT current_setting('server_encoding'), has_database_privilege(current_database(), 'CREATE'),
       (SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE')
          FROM pg_catalog.pg_namespace WHERE nspname = %s)
"""
_CONTROL_TABLES = """
SELECT coalesce(bool_and(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                         AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')), true)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relkind = 'r'
"""
_WRITABLE = """
SELECT pg_is_in_recovery(), setting, source FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'
"""
_MISSING_TYPES = "SELECT t FROM unnest(%s::text[]) t WHERE to_regtype(t) IS NULL"
_TABLESPACES = """
SELECT w.t, s.oid IS NOT NULL, coalesce(has_tablespace_privilege(s.oid, 'CREATE'), true)
  FROM unnest(%s::text[]) w(t) LEFT JOIN pg_catalog.pg_tablespace s ON s.spcname = w.t ORDER BY 1
"""


def check_target(
    connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]
) -> list[Diagnostic]:
    """Everything that keeps the tables from being loaded."""
    row = connection.execute(_DATABASE, [CONTROL_SCHEMA]).fetchone()
    assert row is not None
    encoding, may_create, control = row
    return [
        *_read_only(connection, endpoint),
        *_encoding(connection, endpoint, encoding),
        *_rights(connection, endpoint, mapped, may_create, control),
        *_types(connection, endpoint, mapped),
        *_tablespaces(connection, endpoint, mapped),
    ]


def _read_only(connection: Connection, endpoint: EndpointDefinition) -> list[Diagnostic]:
    row = connection.execute(_WRITABLE).fetchone()
    assert row is not None
    recovering, read_only, source = row
    if recovering:
        why = "is a standby: it takes its changes from another server and no others"
        remedy = (
            'Give the connection of the primary server (options = { target_session_attrs = "read-write" } says so).'
        )
    elif read_only == "on":
        why = f"begins transactions read-only (default_transaction_read_only, set in: {source})"
        remedy = f"If it is meant to be loaded, run as an administrator: {_writable(connection, source)}"
    else:
        return []
    return [
        own.TARGET_READ_ONLY.error(
            f"The server of endpoint {endpoint.name} {why}.",
            remedy,
            place=DataPlace(endpoint=endpoint.name),
            check=checks.READ_ONLY,
        )
    ]


def _writable(connection: Connection, source: str) -> str:
    """The statement that undoes the setting where it was made."""
    user, database = identifier(connection.info.user), identifier(connection.info.dbname)
    match source:
        case "user":
            return f"ALTER ROLE {user} RESET default_transaction_read_only"
        case "database":
            return f"ALTER DATABASE {database} RESET default_transaction_read_only"
        case "database user":
            return f"ALTER ROLE {user} IN DATABASE {database} RESET default_transaction_read_only"
        case _:
            return f"ALTER ROLE {user} SET default_transaction_read_only = off"


def _encoding(connection: Connection, endpoint: EndpointDefinition, encoding: str) -> list[Diagnostic]:
    if encoding == "UTF8":
        return []
    return [
        own.ENCODING_NOT_UTF8.error(
            f"Database {connection.info.dbname} of endpoint {endpoint.name} is encoded in {encoding}.",
            "Create the target database with ENCODING 'UTF8' TEMPLATE template0.",
            place=DataPlace(endpoint=endpoint.name),
            check=checks.ENCODING,
        )
    ]


def _rights(
    connection: Connection,
    endpoint: EndpointDefinition,
    mapped: Sequence[MappedTable],
    may_create: bool,
    control: bool | None,
) -> list[Diagnostic]:
    """control -- the right to create in the control schema, None where that does not stand yet."""
    user, place = identifier(connection.info.user), DataPlace(endpoint=endpoint.name)
    findings: list[Diagnostic] = []
    rights = connection.execute(_RIGHTS, arrays([m.target for m in mapped])).fetchall()
    schemas = {schema: (exists, create and usage) for schema, _, exists, create, *_, usage in rights}
    if control is not None:
        schemas[CONTROL_SCHEMA] = (True, control)
    needs_database = control is None or any(not exists for exists, _ in schemas.values())
    if needs_database and not may_create:
        grant = f"GRANT CREATE ON DATABASE {identifier(connection.info.dbname)}"
        findings.append(missing("create schemas", grant, user, place, checks.TARGET_RIGHTS))
    for schema, (exists, create) in schemas.items():
        if exists and not create:
            grant = f"GRANT USAGE, CREATE ON SCHEMA {identifier(schema)}"
            findings.append(missing(f"create tables in schema {schema}", grant, user, place, checks.TARGET_RIGHTS))
    findings += _control_tables(connection, user, place)
    for schema, table, _, _, exists, insert, owns, _ in rights:
        if exists:
            findings += _existing(endpoint, TableName(schema, table), user, insert, owns)
    return findings


def _control_tables(connection: Connection, user: str, place: DataPlace) -> list[Diagnostic]:
    row = connection.execute(_CONTROL_TABLES, [CONTROL_SCHEMA]).fetchone()
    if row is None or row[0]:
        return []
    grant = f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {identifier(CONTROL_SCHEMA)}"
    return [missing(f"keep control rows in schema {CONTROL_SCHEMA}", grant, user, place, checks.TARGET_RIGHTS)]


def _existing(endpoint: EndpointDefinition, name: TableName, user: str, insert: bool, owns: bool) -> list[Diagnostic]:
    place = DataPlace(endpoint=endpoint.name, table=str(name))
    findings = []
    if not insert:
        grant = f"GRANT SELECT, INSERT, TRUNCATE ON {qualified(name)}"
        findings.append(missing(f"load table {name}", grant, user, place, checks.TARGET_RIGHTS))
    if not owns:
        findings.append(
            codes.MISSING_GRANT.warning(
                f"User {user} does not own {name}: it cannot drop it, nor let its numbering go on.",
                f"If the task is to drop and create it: ALTER TABLE {qualified(name)} OWNER TO {user}",
                place=place,
                check=checks.TARGET_RIGHTS,
            )
        )
    return findings


def _types(connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]) -> list[Diagnostic]:
    """Native types must exist under the same name."""
    needed = {
        (m.source.name, c.name): c.type.declared
        for m in mapped
        for c in m.columns
        if isinstance(c.type, Native) and c.type.engine == ENGINE
    }
    lacking = {row[0] for row in connection.execute(_MISSING_TYPES, [sorted(set(needed.values()))])}
    return [
        own.TYPE_MISSING.error(
            f"Column {column} of {table} has the type {declared}, which endpoint {endpoint.name} does not know.",
            f"Create the type there before the load (CREATE EXTENSION or CREATE TYPE {declared.removesuffix('[]')}), "
            "or give the column another type (change-data-type).",
            place=DataPlace(endpoint=endpoint.name, table=str(table), column=column),
            check=checks.TARGET_TYPES,
        )
        for (table, column), declared in needed.items()
        if declared in lacking
    ]


def _tablespaces(
    connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]
) -> list[Diagnostic]:
    named = {t for m in mapped for t in (m.table_tablespace, m.index_tablespace) if t}
    user, place = identifier(connection.info.user), DataPlace(endpoint=endpoint.name)
    findings = []
    for name, exists, create in connection.execute(_TABLESPACES, [sorted(named)]):
        if not exists:
            findings.append(
                own.TABLESPACE_MISSING.error(
                    f"Endpoint {endpoint.name} has no tablespace {name}.",
                    f"CREATE TABLESPACE {identifier(name)} LOCATION '...' on that server, or change the rule.",
                    place=place,
                    check=checks.TABLESPACES,
                )
            )
        elif not create:
            grant = f"GRANT CREATE ON TABLESPACE {identifier(name)}"
            findings.append(missing(f"create in tablespace {name}", grant, user, place, checks.TABLESPACES))
    return findings
