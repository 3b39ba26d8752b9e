"""The moment that a table is read in, and its position in the source's history.

MariaDB tells the exact position of the snapshot in its binary log. MySQL does not: there the position lies between what
was executed before the snapshot was opened and what was after. Without a binary log a time has to do.
Where the server may tell positions only to those with a right to replicate, the time is taken too.
"""

from __future__ import annotations

import json

import pymysql

from dmsform.provider.values import Position
from dmsform_mysql.session import Connection


def open_snapshot(connection: Connection) -> Position:
    """Begin the transaction that reads; InnoDB's tables then stand as they were at the position."""
    begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
    if connection.server.mariadb:
        connection.execute(begin)
        told = {str(name).lower(): value for name, value in connection.rows("SHOW STATUS LIKE 'binlog_snapshot_%'")}
        if file := told.get("binlog_snapshot_file"):
            return _position(binlog=f"{file}:{told['binlog_snapshot_position']}")
        return _time(connection)
    before = _executed(connection)
    connection.execute(begin)
    after = _executed(connection)
    if before is None or after is None:
        return _time(connection)
    return _position(**{before[0]: [before[1], after[1]]})


def _executed(connection: Connection) -> tuple[str, str] | None:
    """What MySQL has executed: as a set of transactions, or as a position in its binary log."""
    row = connection.row("SELECT @@GLOBAL.gtid_executed, @@GLOBAL.gtid_mode")
    if row and row[0] and row[1] == "ON":
        return "gtid", str(row[0]).replace("\n", "")
    # Renamed with version 8.2; the older name is gone since 8.4.
    renamed = connection.server.version >= (8, 2)
    try:
        status = connection.row(f"SHOW {'BINARY LOG' if renamed else 'MASTER'} STATUS")
    except pymysql.OperationalError:
        return None
    return ("binlog", f"{status[0]}:{status[1]}") if status else None


def _time(connection: Connection) -> Position:
    row = connection.row("SELECT CONCAT(UTC_TIMESTAMP(6))")
    assert row is not None
    return _position(time=str(row[0]))


def _position(**told: object) -> Position:
    return Position(json.dumps(told))
