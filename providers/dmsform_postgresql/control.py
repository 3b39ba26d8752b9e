"""Ownership and progress in the target itself, in the schema `dmsform_control` (G2, G11).

`tasks` holds each task's epoch, `claims` which task a target table belongs to, `tables` a row for every completed
table. A load holds its task's advisory lock; a new owner ends the sessions that still hold it, so that it waits for
nothing of the old owner, and an old epoch fails the check that every load makes under a row lock before it commits.
It also holds a lock of its table: the next try ends what a lost connection left behind, which would block it for as
long as the server believes that the other end still lives.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Claim, Epoch, Owner, Position, TableRecord, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql.catalog_queries import CONTROL_SCHEMA
from dmsform_postgresql.connect import Connection, connected
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.quoting import qualified

CREATION_LOCK = 0x646D73666F726D
"""Advisory lock (ASCII "dmsform") under which schemas, enumerations and the control tables are created."""

CLAIM_SECONDS = 5
"""How long the server lets a claim be silent in the middle."""

_TABLES = f"""
CREATE SCHEMA IF NOT EXISTS {CONTROL_SCHEMA};
CREATE TABLE IF NOT EXISTS {CONTROL_SCHEMA}.tasks (
  lineage text, task text, holder text NOT NULL, epoch bigint NOT NULL, claimed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lineage, task)
);
CREATE TABLE IF NOT EXISTS {CONTROL_SCHEMA}.claims (
  target_schema text, target_table text, lineage text NOT NULL, task text NOT NULL,
  PRIMARY KEY (target_schema, target_table),
  FOREIGN KEY (lineage, task) REFERENCES {CONTROL_SCHEMA}.tasks ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS {CONTROL_SCHEMA}.tables (
  lineage text, task text, source_schema text, source_table text, target_schema text NOT NULL,
  target_table text NOT NULL, run integer NOT NULL, rows bigint NOT NULL, cut text NOT NULL,
  completed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (lineage, task, source_schema, source_table),
  FOREIGN KEY (lineage, task) REFERENCES {CONTROL_SCHEMA}.tasks ON DELETE CASCADE
);
"""
_STANDS = f"SELECT to_regclass('{CONTROL_SCHEMA}.tables') IS NOT NULL"
_END_SESSIONS = """
SELECT count(pg_terminate_backend(l.pid))
  FROM pg_catalog.pg_locks l
 CROSS JOIN (SELECT hashtextextended(%s, 0) AS key) h
  JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = current_database()
 WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.pid <> pg_backend_pid()
   AND l.classid = ((h.key >> 32) & 4294967295)::oid AND l.objid = (h.key & 4294967295)::oid
"""
_RAISE_EPOCH = f"""
INSERT INTO {CONTROL_SCHEMA}.tasks AS t (lineage, task, holder, epoch) VALUES (%s, %s, %s, 1)
ON CONFLICT (lineage, task) DO UPDATE SET epoch = t.epoch + 1, holder = excluded.holder, claimed_at = now()
RETURNING epoch
"""
_DROP_CLAIMS = f"""
DELETE FROM {CONTROL_SCHEMA}.claims WHERE lineage = %s AND task = %s
   AND (target_schema, target_table) NOT IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
_ADD_CLAIMS = f"""
INSERT INTO {CONTROL_SCHEMA}.claims (target_schema, target_table, lineage, task)
SELECT s, t, %s, %s FROM unnest(%s::text[], %s::text[]) u(s, t) ORDER BY s, t ON CONFLICT DO NOTHING
"""
_CLAIMS = f"""
SELECT c.target_schema, c.target_table, k.lineage, k.task, k.holder
  FROM {CONTROL_SCHEMA}.claims c JOIN {CONTROL_SCHEMA}.tasks k USING (lineage, task)
 WHERE (c.target_schema, c.target_table) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
 ORDER BY 1, 2
"""
_EPOCH = f"SELECT epoch, holder FROM {CONTROL_SCHEMA}.tasks WHERE lineage = %s AND task = %s"
_RECORD = f"""
INSERT INTO {CONTROL_SCHEMA}.tables
  (lineage, task, source_schema, source_table, target_schema, target_table, run, rows, cut)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (lineage, task, source_schema, source_table) DO UPDATE SET
  target_schema = excluded.target_schema, target_table = excluded.target_table, run = excluded.run,
  rows = excluded.rows, cut = excluded.cut, completed_at = excluded.completed_at
"""
_RECORDS = f"""
SELECT source_schema, source_table, target_schema, target_table, run, rows, cut
  FROM {CONTROL_SCHEMA}.tables WHERE lineage = %s AND task = %s ORDER BY 1, 2
"""


def claim(endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
    """Become the owner and claim exactly these tables. Raises DiagnosticError when another task claims one."""
    with connected(endpoint) as connection, diagnosed(endpoint, right="CREATE"):
        _create(connection)
        _end_sessions(connection, _lock_text(owner))
        connection.execute("BEGIN")
        # Whoever claims next would wait for a lost connection's locks for as long as the server believes in it.
        connection.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{CLAIM_SECONDS}s'")
        row = connection.execute(_RAISE_EPOCH, [owner.lineage, owner.task, owner.holder]).fetchone()
        assert row is not None
        _claim_tables(connection, endpoint, owner, tables)
        connection.execute("COMMIT")
        # Sessions of the old epoch that began in between.
        _end_sessions(connection, _lock_text(owner))
        return Epoch(row[0])


def table_records(endpoint: EndpointDefinition, owner: Owner) -> tuple[TableRecord, ...]:
    """The control rows of completed tables; none where nothing was ever loaded."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        if not stands(connection):
            return ()
        rows = connection.execute(_RECORDS, [owner.lineage, owner.task]).fetchall()
        return tuple(
            TableRecord(TableName(*row[0:2]), TableName(*row[2:4]), row[4], row[5], Position(row[6])) for row in rows
        )


def release(endpoint: EndpointDefinition, owner: Owner) -> None:
    """Remove the owner's control rows; ends what it may still have running."""
    with connected(endpoint) as connection, diagnosed(endpoint, right="DELETE"):
        if stands(connection):
            _end_sessions(connection, _lock_text(owner))
            connection.execute(
                f"DELETE FROM {CONTROL_SCHEMA}.tasks WHERE lineage = %s AND task = %s",
                [owner.lineage, owner.task],
            )


def stands(connection: Connection) -> bool:
    """Whether the control tables exist."""
    row = connection.execute(_STANDS).fetchone()
    return bool(row and row[0])


def claims_of(connection: Connection, tables: Sequence[TableName]) -> dict[TableName, Claim]:
    """Who claims these tables."""
    if not stands(connection):
        return {}
    rows = connection.execute(_CLAIMS, [[t.schema for t in tables], [t.name for t in tables]]).fetchall()
    claims = (Claim(Owner(*row[2:5]), TableName(*row[0:2])) for row in rows)
    return {claim.table: claim for claim in claims}


def begin_load(connection: Connection, owner: Owner, table: TableName) -> None:
    """Hold the task's advisory lock for the length of the session, so that a new owner finds and ends it.

    Also that of the table's load, once an earlier try of it is ended.
    """
    connection.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [_lock_text(owner)])
    lock = f"{_lock_text(owner)} {qualified(table)}"
    _end_sessions(connection, lock)
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [lock])


def check_epoch(connection: Connection, endpoint: EndpointDefinition, write: TableWrite, *, lock: bool) -> None:
    """Raise DiagnosticError unless the write's epoch is the task's; `lock` keeps it so until the transaction ends."""
    check_owner(connection, endpoint, write.owner, write.epoch, write.mapped.target, lock=lock)


def check_owner(
    connection: Connection, endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, table: TableName, *, lock: bool
) -> None:
    """The same for an owner under an epoch, at work on a table."""
    query = _EPOCH + (" FOR SHARE" if lock else "")
    row = connection.execute(query, [owner.lineage, owner.task]).fetchone() if stands(connection) else None
    if row is not None and row[0] == epoch:
        return
    now = f"{row[1]} (epoch {row[0]})" if row else "nobody: its control rows are gone"
    raise DiagnosticError(
        codes.NOT_OWNER.error(
            f"Task {owner.task} runs here under epoch {epoch}, but in the target it now belongs to {now}.",
            "Nothing was written. Let one replication instance run the task; stop this one, or start the task anew to "
            "take it over.",
            place=DataPlace(endpoint=endpoint.name, table=str(table)),
        )
    )


def record(connection: Connection, write: TableWrite, rows: int, cut: Position) -> None:
    """Write the control row that vouches for the table."""
    source, target = write.mapped.source.name, write.mapped.target
    values = [source.schema, source.name, target.schema, target.name, write.run, rows, cut]
    connection.execute(_RECORD, [write.owner.lineage, write.owner.task, *values])


def _lock_text(owner: Owner) -> str:
    return f"dmsform {owner.lineage} {owner.task}"


def _create(connection: Connection) -> None:
    if stands(connection):
        return
    connection.execute("BEGIN")
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [CREATION_LOCK])
    connection.execute(_TABLES)
    connection.execute("COMMIT")


def _end_sessions(connection: Connection, lock: str) -> None:
    try:
        connection.execute(_END_SESSIONS, [lock])
    except psycopg.errors.InsufficientPrivilege:
        # Another role's session: it ends at its own epoch check, no later than when it wants to commit.
        return


def _claim_tables(
    connection: Connection, endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]
) -> None:
    mine = [owner.lineage, owner.task]
    named = [[t.schema for t in tables], [t.name for t in tables]]
    connection.execute(_DROP_CLAIMS, [*mine, *named])
    connection.execute(_ADD_CLAIMS, [*mine, *named])
    held = [c for c in claims_of(connection, tables).values() if [c.owner.lineage, c.owner.task] != mine]
    if held:
        raise DiagnosticError([_claimed(endpoint, c) for c in held])


def _claimed(endpoint: EndpointDefinition, claim: Claim) -> Diagnostic:
    return codes.TARGET_CLAIMED.error(
        f"Table {claim.table} of endpoint {endpoint.name} is loaded by task {claim.owner.task} of "
        f"{claim.owner.holder}.",
        "Send this task's rows to another table (rename rules, target_schema), or destroy the other task first: that "
        "releases its tables.",
        place=DataPlace(endpoint=endpoint.name, table=str(claim.table)),
    )
