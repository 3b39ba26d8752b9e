"""What a source must allow: each table read whole, with the positions of its sequences."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import checks
from dmsform_postgresql import codes as own
from dmsform_postgresql.connect import Connection
from dmsform_postgresql.grants import arrays, missing
from dmsform_postgresql.quoting import identifier, qualified
from dmsform_postgresql.select import impossible_conversions
from dmsform_postgresql.sequences import sequences_of

# coalesce: has_table_privilege of a table that went away is NULL.
_RIGHTS = """
SELECT w.s, w.t, c.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'USAGE'), false),
       coalesce(has_table_privilege(c.oid, 'SELECT'), false), coalesce(row_security_active(c.oid), false)
  FROM unnest(%s::text[], %s::text[]) w(s, t)
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = w.s
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.t
 ORDER BY 1, 2
"""
_OTHERS = """
SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END, n.nspname, c.relname
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('m', 'f') AND NOT c.relispartition AND n.nspname = ANY(%s::text[]) ORDER BY 2, 3
"""


def check_source(
    connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]
) -> list[Diagnostic]:
    """Everything that keeps the tables from being read."""
    user = identifier(connection.info.user)
    findings: list[Diagnostic] = []
    readable: set[TableName] = set()
    names = [m.source.name for m in mapped]
    for schema, table, exists, usage, select, secured in connection.execute(_RIGHTS, arrays(names)):
        name = TableName(schema, table)
        place = DataPlace(endpoint=endpoint.name, table=str(name))
        if not exists:
            findings.append(_gone(name, place))
            continue
        if not usage:
            grant = f"GRANT USAGE ON SCHEMA {identifier(schema)}"
            findings.append(missing(f"enter schema {schema}", grant, user, place, checks.SELECT_RIGHTS))
        if not select:
            grant = f"GRANT SELECT ON {qualified(name)}"
            findings.append(missing(f"read table {name}", grant, user, place, checks.SELECT_RIGHTS))
        if secured:
            findings.append(_secured(name, user, place))
        if usage and select:
            readable.add(name)
    for table_map in mapped:
        findings += impossible_conversions(table_map)
        if table_map.source.name in readable:
            findings += _sequence_rights(connection, endpoint, table_map, user)
    return findings + _others(connection, endpoint, names)


def _gone(name: TableName, place: DataPlace) -> Diagnostic:
    detail = f"Table {name} does not exist in endpoint {place.endpoint}."
    return own.TABLE_MISSING.error(detail, "Plan again: the source changed.", place=place, check=checks.SELECTION)


def _secured(name: TableName, user: str, place: DataPlace) -> Diagnostic:
    return own.ROW_SECURITY.error(
        f"Row security policies apply to user {user} on {name}: rows would be left out silently.",
        f"Run as an administrator: ALTER ROLE {user} BYPASSRLS",
        place=place,
        check=checks.ROW_SECURITY,
    )


def _sequence_rights(
    connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable, user: str
) -> list[Diagnostic]:
    numbered = [c.name for c in mapped.source.columns if c.identity is not None]
    if not numbered:
        return []
    findings = []
    for column, (sequence, _) in sequences_of(connection, mapped.source.name, numbered).items():
        place = DataPlace(endpoint=endpoint.name, table=str(mapped.source.name), column=column)
        # By number, not by name: to look a name up takes the right to its schema.
        row = connection.execute(
            "SELECT has_schema_privilege(n.oid, 'USAGE'), has_sequence_privilege(c.oid, 'SELECT') "
            "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relname = %s",
            [sequence.schema, sequence.name],
        ).fetchone()
        usage, select = row or (True, True)
        if not usage:
            grant = f"GRANT USAGE ON SCHEMA {identifier(sequence.schema)}"
            findings.append(missing(f"enter schema {sequence.schema}", grant, user, place, checks.SELECT_RIGHTS))
        if not select:
            grant = f"GRANT SELECT ON SEQUENCE {qualified(sequence)}"
            findings.append(missing(f"read sequence {sequence}", grant, user, place, checks.SELECT_RIGHTS))
    return findings


def _others(connection: Connection, endpoint: EndpointDefinition, names: Sequence[TableName]) -> list[Diagnostic]:
    """What holds rows in the tables' schemas, and is no table that can be selected."""
    schemas = sorted({name.schema for name in names})
    return [
        own.RELATION_SKIPPED.warning(
            f"The {kind} {schema}.{name} of endpoint {endpoint.name} is not among the tables that can be selected.",
            "Nothing is to be done unless you need its rows: then copy them into a plain table of the source, or "
            "select a view on it.",
            place=DataPlace(endpoint=endpoint.name, table=f"{schema}.{name}"),
            check=checks.OTHER_RELATIONS,
        )
        for kind, schema, name in connection.execute(_OTHERS, [schemas])
    ]
