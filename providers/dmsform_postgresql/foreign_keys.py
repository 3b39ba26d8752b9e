"""Foreign keys: off while tables load, on behind it.

A key is added unproved, which takes its locks for a moment alone, and proved in a transaction of its own, under which
others read and write. What stands is looked up each time, so that whoever comes next goes on where one was killed.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import psycopg

from dmsform.catalog.changes import DropForeignKey, ForeignKeyDesign, TableDesign
from dmsform.catalog.model import TableName
from dmsform.catalog.objects import ForeignKey
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.values import Epoch, Owner
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import control
from dmsform_postgresql.connect import Connection, connected
from dmsform_postgresql.ddl import render
from dmsform_postgresql.ddl_objects import add_foreign_key, validate_foreign_key
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.introspect import read_tables
from dmsform_postgresql.quoting import identifier, identifiers, qualified

_TAKEN = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = to_regclass(%s) AND k.conname = %s)
"""


def drop_foreign_keys(
    endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, designs: Sequence[TableDesign]
) -> tuple[str, ...]:
    """Drop those foreign keys of the designs that stand as they are designed; a key of another make is not ours."""
    dropped = []
    with connected(endpoint) as connection, diagnosed(endpoint):
        standing = {t.name: t.foreign_keys for t in read_tables(connection, [d.name for d in designs])}
        for design in designs:
            for found in standing.get(design.name, ()):
                if any(_alike(key, found) and _acts_alike(key, found) for key in design.foreign_keys):
                    _drop(connection, endpoint, owner, epoch, design.name, found.name)
                    dropped.append(f"{found} of {design.name}")
    return tuple(dropped)


def add_foreign_keys(
    endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, design: TableDesign
) -> tuple[Diagnostic, ...]:
    """Add and prove those foreign keys of the design that do not stand, or are not proved; tells what is refused."""
    refused: list[Diagnostic] = []
    with connected(endpoint) as connection, diagnosed(endpoint, design.name, "ALTER"):
        # As a load does: a new owner finds and ends this session, and this one ends what an earlier try left.
        control.begin_load(connection, owner, design.name)
        for key in design.foreign_keys:
            try:
                with diagnosed(endpoint, design.name, "REFERENCES"):
                    refused += _add(connection, endpoint, owner, epoch, design.name, key)
            except ConnectionLostError:
                raise
            except DiagnosticError as error:
                if any(d.code == codes.NOT_OWNER.id for d in error.diagnostics):
                    raise
                connection.execute("ROLLBACK")
                refused += [_told(endpoint, design.name, key, d) for d in error.diagnostics]
    return tuple(refused)


def _add(
    connection: Connection,
    endpoint: EndpointDefinition,
    owner: Owner,
    epoch: Epoch,
    table: TableName,
    key: ForeignKeyDesign,
) -> Sequence[Diagnostic]:
    found = next((k for t in read_tables(connection, [table]) for k in t.foreign_keys if _alike(key, k)), None)
    if found is None:
        found_name = _add_unproved(connection, endpoint, owner, epoch, table, key)
    elif found.validated:
        return ()
    else:
        found_name = found.name
    try:
        for statement in validate_foreign_key(table, replace(key, name=found_name)):
            connection.execute(statement)
    except psycopg.errors.ForeignKeyViolation as error:
        _drop(connection, endpoint, owner, epoch, table, found_name)
        return (_orphans(endpoint, table, key, error.diag.message_detail or str(error)),)
    return ()


def _add_unproved(
    connection: Connection,
    endpoint: EndpointDefinition,
    owner: Owner,
    epoch: Epoch,
    table: TableName,
    key: ForeignKeyDesign,
) -> str:
    """Add the key, under its own name if that is free on the table; the name it got."""
    before = {k.name for t in read_tables(connection, [table]) for k in t.foreign_keys}
    connection.execute("BEGIN")
    control.check_owner(connection, endpoint, owner, epoch, table, lock=True)
    row = connection.execute(_TAKEN, [qualified(table), key.name]).fetchone()
    named = replace(key, name="") if row and row[0] else key
    connection.execute(add_foreign_key(table, named))
    connection.execute("COMMIT")
    after = [k.name for t in read_tables(connection, [table]) for k in t.foreign_keys if k.name not in before]
    return named.name or after[0]


def _drop(
    connection: Connection, endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, table: TableName, name: str
) -> None:
    with diagnosed(endpoint, table, "ALTER"):
        connection.execute("BEGIN")
        control.check_owner(connection, endpoint, owner, epoch, table, lock=True)
        for statement in render(DropForeignKey(table, name)):
            connection.execute(statement)
        connection.execute("COMMIT")


def _alike(key: ForeignKeyDesign, found: ForeignKey) -> bool:
    """Whether both hold the same columns to the same columns, whatever their names and actions."""
    pairs = set(zip(key.columns, key.referenced_columns, strict=True))
    return key.referenced == found.referenced and pairs == set(
        zip(found.columns, found.referenced_columns, strict=True)
    )


def _acts_alike(key: ForeignKeyDesign, found: ForeignKey) -> bool:
    made, there = (
        (k.on_update, k.on_delete, set(k.set_columns), k.match_full, k.deferrable, k.deferred) for k in (key, found)
    )
    return made == there


def _orphans(endpoint: EndpointDefinition, table: TableName, key: ForeignKeyDesign, detail: str) -> Diagnostic:
    pairs = list(zip(key.columns, key.referenced_columns, strict=True))
    on = " AND ".join(f"p.{identifier(there)} = c.{identifier(here)}" for here, there in pairs)
    full = " AND ".join(f"c.{identifier(here)} IS NOT NULL" for here in key.columns)
    parent = f"SELECT FROM {qualified(key.referenced)} p WHERE {on}"
    return codes.ORPHANS.error(
        f"Foreign key {key.name} of {table} does not hold for at least one row: {detail}",
        "Bring the missing rows to the target, or mend those that refer to them, and resume the task: it tries the key "
        f"again. To see them all: SELECT c.* FROM {qualified(table)} c WHERE {full} AND NOT EXISTS ({parent})",
        place=DataPlace(endpoint=endpoint.name, table=str(table), column=", ".join(key.columns)),
    )


def _told(endpoint: EndpointDefinition, table: TableName, key: ForeignKeyDesign, why: Diagnostic) -> Diagnostic:
    if why.code != codes.STATEMENT_FAILED.id:
        return why
    parent = f"{qualified(key.referenced)} ({identifiers(key.referenced_columns)})"
    return codes.FOREIGN_KEY_REFUSED.error(
        f"Foreign key {key.name} of {table} ({', '.join(key.columns)}) to {key.referenced}: {why.detail}",
        f"Let there be a primary key or unique constraint on {parent}, of the same types as the columns that refer to "
        "them, and resume the task: it tries the key again.",
        place=DataPlace(endpoint=endpoint.name, table=str(table), column=", ".join(key.columns)),
    )
