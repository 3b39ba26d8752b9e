"""Checks before anything runs: rights and settings, each finding with the statement that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.catalog.types import Native
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import codes as own
from dmsform_postgresql.catalog_queries import CONTROL_SCHEMA
from dmsform_postgresql.connect import MIN_VERSION, Connection, connected
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.quoting import identifier, qualified
from dmsform_postgresql.select import impossible_conversions
from dmsform_postgresql.sequences import sequences_of
from dmsform_postgresql.types import ENGINE

# coalesce: has_table_privilege of a table that went away is NULL.
_SOURCE_RIGHTS = """
SELECT w.s, w.t, c.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'USAGE'), false),
       coalesce(has_table_privilege(c.oid, 'SELECT'), false), coalesce(row_security_active(c.oid), false)
  FROM unnest(%s::text[], %s::text[]) w(s, t)
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = w.s
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.t
 ORDER BY 1, 2
"""
_TARGET_RIGHTS = """
SELECT w.s, w.t, n.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'CREATE'), false), c.oid IS NOT NULL,
       coalesce(has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'SELECT'), true),
       coalesce(pg_has_role(c.relowner, 'USAGE'), true)
  FROM unnest(%s::text[], %s::text[]) w(s, t)
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = w.s
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.t
 ORDER BY 1, 2
"""
_DATABASE = """
SELECT current_setting('server_encoding'), has_database_privilege(current_database(), 'CREATE'),
       to_regnamespace(%s) IS NOT NULL
"""
_SCHEMA_CREATE = "SELECT has_schema_privilege(%s, 'CREATE')"
_MISSING_TYPES = "SELECT t FROM unnest(%s::text[]) t WHERE to_regtype(t) IS NULL"
_MISSING_TABLESPACES = (
    "SELECT t FROM unnest(%s::text[]) t WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_tablespace WHERE spcname = t)"
)


def preflight(endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]) -> Sequence[Diagnostic]:
    """Everything found, errors and warnings. Raises DiagnosticError when the server cannot be reached."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        version = connection.info.server_version
        if version < MIN_VERSION:
            return (
                own.SERVER_TOO_OLD.error(
                    f"Endpoint {endpoint.name} is PostgreSQL {version // 10000}.{version % 10000}.",
                    f"Upgrade the server to PostgreSQL {MIN_VERSION // 10000} or newer.",
                    place=DataPlace(endpoint=endpoint.name),
                ),
            )
        match role:
            case Role.SOURCE:
                return _source(connection, endpoint, mapped)
            case Role.TARGET:
                return _target(connection, endpoint, mapped)
            case _:
                assert_never(role)


def _source(connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]) -> list[Diagnostic]:
    user = identifier(str(endpoint.settings["username"]))
    findings: list[Diagnostic] = []
    readable: set[TableName] = set()
    names = [m.source.name for m in mapped]
    for schema, table, exists, usage, select, secured in connection.execute(_SOURCE_RIGHTS, _arrays(names)):
        name = TableName(schema, table)
        place = DataPlace(endpoint=endpoint.name, table=str(name))
        if not exists:
            detail = f"Table {name} does not exist in endpoint {endpoint.name}."
            findings.append(own.TABLE_MISSING.error(detail, "Plan again: the source changed.", place=place))
            continue
        if not usage:
            findings.append(
                _grant(f"enter schema {schema}", f"GRANT USAGE ON SCHEMA {identifier(schema)}", user, place)
            )
        if not select:
            findings.append(_grant(f"read table {name}", f"GRANT SELECT ON {qualified(name)}", user, place))
        if secured:
            findings.append(
                own.ROW_SECURITY.error(
                    f"Row security policies apply to user {user} on {name}: rows would be left out silently.",
                    f"Run as an administrator: ALTER ROLE {user} BYPASSRLS",
                    place=place,
                )
            )
        if usage and select:
            readable.add(name)
    for table_map in mapped:
        findings += impossible_conversions(table_map)
        if table_map.source.name in readable:
            findings += _sequence_rights(connection, endpoint, table_map, user)
    return findings


def _sequence_rights(
    connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable, user: str
) -> list[Diagnostic]:
    numbered = [c.name for c in mapped.source.columns if c.identity is not None]
    if not numbered:
        return []
    findings = []
    for column, (sequence, _) in sequences_of(connection, mapped.source.name, numbered).items():
        row = connection.execute(
            "SELECT has_sequence_privilege(to_regclass(%s), 'SELECT')", [qualified(sequence)]
        ).fetchone()
        if row and not row[0]:
            place = DataPlace(endpoint=endpoint.name, table=str(mapped.source.name), column=column)
            grant = f"GRANT SELECT ON SEQUENCE {qualified(sequence)}"
            findings.append(_grant(f"read sequence {sequence}", grant, user, place))
    return findings


def _target(connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]) -> list[Diagnostic]:
    user = identifier(str(endpoint.settings["username"]))
    row = connection.execute(_DATABASE, [CONTROL_SCHEMA]).fetchone()
    assert row is not None
    encoding, may_create, control_stands = row
    findings = _database(endpoint, encoding)
    rights = connection.execute(_TARGET_RIGHTS, _arrays([m.target for m in mapped])).fetchall()
    schemas = {schema: (exists, create) for schema, _, exists, create, *_ in rights}
    if control_stands:
        allowed = connection.execute(_SCHEMA_CREATE, [CONTROL_SCHEMA]).fetchone()
        schemas[CONTROL_SCHEMA] = (True, bool(allowed and allowed[0]))
    needs_database = not control_stands or any(not exists for exists, _ in schemas.values())
    place = DataPlace(endpoint=endpoint.name)
    if needs_database and not may_create:
        database = identifier(str(endpoint.settings["database"]))
        findings.append(_grant("create schemas", f"GRANT CREATE ON DATABASE {database}", user, place))
    for schema, (exists, create) in schemas.items():
        if exists and not create:
            grant = f"GRANT USAGE, CREATE ON SCHEMA {identifier(schema)}"
            findings.append(_grant(f"create tables in schema {schema}", grant, user, place))
    for schema, table, _, _, exists, insert, owns in rights:
        if exists:
            findings += _existing(endpoint, TableName(schema, table), user, insert, owns)
    return findings + _types(connection, endpoint, mapped) + _tablespaces(connection, endpoint, mapped)


def _database(endpoint: EndpointDefinition, encoding: str) -> list[Diagnostic]:
    if encoding == "UTF8":
        return []
    return [
        own.ENCODING_NOT_UTF8.error(
            f"Database {endpoint.settings['database']} of endpoint {endpoint.name} is encoded in {encoding}.",
            "Create the target database with ENCODING 'UTF8' TEMPLATE template0.",
            place=DataPlace(endpoint=endpoint.name),
        )
    ]


def _existing(endpoint: EndpointDefinition, name: TableName, user: str, insert: bool, owns: bool) -> list[Diagnostic]:
    place = DataPlace(endpoint=endpoint.name, table=str(name))
    findings = []
    if not insert:
        findings.append(
            _grant(f"load table {name}", f"GRANT SELECT, INSERT, TRUNCATE ON {qualified(name)}", user, place)
        )
    if not owns:
        findings.append(
            codes.MISSING_GRANT.warning(
                f"User {user} does not own {name}: it cannot drop it, nor let its numbering go on.",
                f"If the task is to drop and create it: ALTER TABLE {qualified(name)} OWNER TO {user}",
                place=place,
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
    missing = {row[0] for row in connection.execute(_MISSING_TYPES, [sorted(set(needed.values()))])}
    return [
        own.TYPE_MISSING.error(
            f"Column {column} of {table} has the type {declared}, which endpoint {endpoint.name} does not know.",
            f"Create the type there before the load (CREATE EXTENSION or CREATE TYPE {declared.removesuffix('[]')}), "
            "or give the column another type (change-data-type).",
            place=DataPlace(endpoint=endpoint.name, table=str(table), column=column),
        )
        for (table, column), declared in needed.items()
        if declared in missing
    ]


def _tablespaces(
    connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]
) -> list[Diagnostic]:
    named = {t for m in mapped for t in (m.table_tablespace, m.index_tablespace) if t}
    missing = [row[0] for row in connection.execute(_MISSING_TABLESPACES, [sorted(named)])]
    return [
        own.TABLESPACE_MISSING.error(
            f"Endpoint {endpoint.name} has no tablespace {name}.",
            f"CREATE TABLESPACE {identifier(name)} LOCATION '...' on that server, or change the rule.",
            place=DataPlace(endpoint=endpoint.name),
        )
        for name in missing
    ]


def _grant(what: str, grant: str, user: str, place: DataPlace) -> Diagnostic:
    return codes.MISSING_GRANT.error(
        f"User {user} of endpoint {place.endpoint} may not {what}.",
        f"Run as the owner or an administrator: {grant} TO {user}",
        place=place,
    )


def _arrays(names: Sequence[TableName]) -> list[list[str]]:
    return [[n.schema for n in names], [n.name for n in names]]
