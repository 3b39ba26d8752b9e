"""Ownership and progress in the target itself, in the database `dmsform_control` (G2, G11).

`tasks` holds each task's epoch, `claims` which task a target table belongs to, `tables` a row for every completed
table, `loads` one for every load under way. A new owner raises the epoch, ends the sessions of the loads it finds and
settles what they left; an old epoch fails the check that every load makes under a row lock.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Claim, Epoch, Owner, Position, TableRecord, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import control_tables, loads
from dmsform_mysql.catalog_queries import CONTROL_DATABASE
from dmsform_mysql.connect import Connection, connected
from dmsform_mysql.control_tables import folded, owner_key
from dmsform_mysql.errors import diagnosed
from dmsform_mysql.publishing import Outcome, is_published, settle

_AT_ONCE = 500
"""Tables in one statement."""

_ANY_EPOCH = Epoch(2**63 - 1)

_RAISE_EPOCH = f"""
INSERT INTO {CONTROL_DATABASE}.tasks (owner_key, lineage, task, holder, epoch, claimed_at)
VALUES (%s, %s, %s, %s, 1, UTC_TIMESTAMP(6))
ON DUPLICATE KEY UPDATE epoch = epoch + 1, holder = %s, claimed_at = UTC_TIMESTAMP(6)
"""
_EPOCH = f"SELECT epoch, holder FROM {CONTROL_DATABASE}.tasks WHERE owner_key = %s"
_CLAIMS = f"""
SELECT c.target_schema, c.target_table, k.lineage, k.task, k.holder
  FROM {CONTROL_DATABASE}.claims c JOIN {CONTROL_DATABASE}.tasks k ON k.owner_key = c.owner_key
 WHERE (c.target_schema, c.target_table) IN
"""
_RECORDS = f"""
SELECT source_schema, source_table, target_schema, target_table, run, loaded_rows, cut
  FROM {CONTROL_DATABASE}.tables WHERE owner_key = %s
"""


def claim(endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
    """Become the owner and claim exactly these tables. Raises DiagnosticError when another task claims one."""
    with connected(endpoint) as connection, diagnosed(endpoint, right="CREATE"):
        control_tables.create(connection)
        end_sessions(connection, owner, _ANY_EPOCH)
        connection.execute("START TRANSACTION")
        key = owner_key(owner)
        connection.execute(_RAISE_EPOCH, [key, owner.lineage, owner.task, owner.holder, owner.holder])
        row = connection.row(_EPOCH, [key])
        assert row is not None
        _claim_tables(connection, endpoint, owner, tables)
        connection.execute("COMMIT")
        # Also those of the old epoch that began in between; none can begin any more.
        settle_loads(connection, owner, Epoch(row[0] - 1))
        return Epoch(row[0])


def table_records(endpoint: EndpointDefinition, owner: Owner) -> tuple[TableRecord, ...]:
    """The control rows of completed tables, those included that died after they were published; changes nothing."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        if not control_tables.stands(connection):
            return ()
        found = {record.source: record for record in _records(connection, owner)}
        for load in loads.find(connection, owner, _ANY_EPOCH):
            if is_published(connection, load):
                found[load.source] = load.record()
        return tuple(found[source] for source in sorted(found))


def release(endpoint: EndpointDefinition, owner: Owner) -> None:
    """Remove the owner's control rows; ends what it may still have running."""
    with connected(endpoint) as connection, diagnosed(endpoint, right="DELETE"):
        if not control_tables.stands(connection):
            return
        end_sessions(connection, owner, _ANY_EPOCH)
        # Without this row no load begins.
        _delete(connection, owner, "tasks")
        settle_loads(connection, owner, _ANY_EPOCH)
        for table in ("claims", "tables", "loads"):
            _delete(connection, owner, table)


def end_sessions(connection: Connection, owner: Owner, until: Epoch) -> None:
    """End the sessions of the task's loads, as far as this user may."""
    for load in loads.find(connection, owner, until):
        loads.end_session(connection, load)


def settle_loads(
    connection: Connection, owner: Owner, until: Epoch, table: TableName | None = None
) -> list[loads.Load]:
    """End and settle the task's loads under epochs up to `until`; those that had been published."""
    published = []
    for load in loads.find(connection, owner, until, table):
        ended = loads.end_session(connection, load)
        if settle(connection, load, session_ended=ended) is Outcome.PUBLISHED:
            published.append(load)
    return published


def claims_of(connection: Connection, tables: Sequence[TableName], *, lock: bool = False) -> dict[TableName, Claim]:
    """Who claims these tables; `lock` keeps it so until the transaction ends."""
    if not control_tables.stands(connection):
        return {}
    asked = {folded(connection.server, table): table for table in tables}
    found, locking = {}, " LOCK IN SHARE MODE" if lock else ""
    for some in _batches(sorted(asked)):
        for row in connection.rows(f"{_CLAIMS} ({_pairs(some)}){locking}", _flat(some)):
            table = asked[TableName(row[0], row[1])]
            found[table] = Claim(Owner(*row[2:5]), table)
    return found


def check_epoch(connection: Connection, endpoint: EndpointDefinition, write: TableWrite, *, lock: bool) -> None:
    """Raise DiagnosticError unless the write's epoch is the task's; `lock` keeps it so until the transaction ends."""
    row = None
    if control_tables.stands(connection):
        row = connection.row(_EPOCH + (" LOCK IN SHARE MODE" if lock else ""), [owner_key(write.owner)])
    if row is not None and row[0] == write.epoch:
        return
    now = f"{row[1]} (epoch {row[0]})" if row else "nobody: its control rows are gone"
    raise DiagnosticError(
        codes.NOT_OWNER.error(
            f"Task {write.owner.task} runs here under epoch {write.epoch}, but in the target it now belongs to {now}.",
            "Nothing was written. Let one replication instance run the task; stop this one, or start the task anew to "
            "take it over.",
            place=DataPlace(endpoint=endpoint.name, table=str(write.mapped.target)),
        )
    )


def check_claim(connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> None:
    """Raise DiagnosticError unless a claim of this task names the table: no other is this task's to write."""
    table = write.mapped.target
    held = claims_of(connection, [table]).get(table)
    if held is None or (held.owner.lineage, held.owner.task) != (write.owner.lineage, write.owner.task):
        holder = f"task {held.owner.task} of {held.owner.holder}" if held else "nobody"
        raise DiagnosticError(
            codes.TARGET_CLAIMED.error(
                f"Table {table} is claimed by {holder}, not by task {write.owner.task}.",
                "Start the task anew, so that it claims its tables.",
                place=DataPlace(endpoint=endpoint.name, table=str(table)),
            )
        )


def _records(connection: Connection, owner: Owner) -> Iterator[TableRecord]:
    for row in connection.rows(_RECORDS, [owner_key(owner)]):
        yield TableRecord(TableName(*row[0:2]), TableName(*row[2:4]), row[4], row[5], Position(row[6]))


def _delete(connection: Connection, owner: Owner, table: str) -> None:
    connection.execute(f"DELETE FROM {CONTROL_DATABASE}.{table} WHERE owner_key = %s", [owner_key(owner)])


def _claim_tables(
    connection: Connection, endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]
) -> None:
    key, wanted = owner_key(owner), {folded(connection.server, table) for table in tables}
    query = f"SELECT target_schema, target_table FROM {CONTROL_DATABASE}.claims WHERE owner_key = %s FOR UPDATE"
    mine = {TableName(*row) for row in connection.rows(query, [key])}
    for some in _batches(sorted(mine - wanted)):
        connection.execute(
            f"DELETE FROM {CONTROL_DATABASE}.claims WHERE (target_schema, target_table) IN ({_pairs(some)})",
            _flat(some),
        )
    for some in _batches(sorted(wanted - mine)):
        values = ", ".join(["(%s, %s, %s)"] * len(some))
        connection.execute(
            f"INSERT INTO {CONTROL_DATABASE}.claims (target_schema, target_table, owner_key) VALUES {values} "
            # What another task claims stays its own; IGNORE would pass over other errors too.
            "ON DUPLICATE KEY UPDATE target_schema = target_schema",
            [part for table in some for part in (table.schema, table.name, key)],
        )
    # A plain read would show the claims of when this transaction began.
    held = [c for c in claims_of(connection, tables, lock=True).values() if owner_key(c.owner) != key]
    if held:
        raise DiagnosticError([_claimed(endpoint, c) for c in held])


def _batches(tables: Sequence[TableName]) -> Iterator[Sequence[TableName]]:
    for start in range(0, len(tables), _AT_ONCE):
        yield tables[start : start + _AT_ONCE]


def _pairs(tables: Sequence[TableName]) -> str:
    return ", ".join(["(%s, %s)"] * len(tables))


def _flat(tables: Sequence[TableName]) -> list[str]:
    return [part for table in tables for part in (table.schema, table.name)]


def _claimed(endpoint: EndpointDefinition, claim: Claim) -> Diagnostic:
    return codes.TARGET_CLAIMED.error(
        f"Table {claim.table} of endpoint {endpoint.name} is loaded by task {claim.owner.task} of "
        f"{claim.owner.holder}.",
        "Send this task's rows to another table (rename rules, target_schema), or destroy the other task first: that "
        "releases its tables.",
        place=DataPlace(endpoint=endpoint.name, table=str(claim.table)),
    )
