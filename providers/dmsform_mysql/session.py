"""A session as the provider uses it: its settings, the same on both servers, and what its server is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pymysql

from dmsform_mysql.driver import Driver
from dmsform_mysql.errors import MALFORMED_PACKET, number_of
from dmsform_mysql.quoting import literal

LOCK_TIMEOUT_SECONDS = 60
"""How long to wait behind another session's lock before giving up and trying again: never for ever."""

SQL_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"
"""Errors instead of silent changes; a key of 0 is a value; zero and invalid dates that a source holds are values."""

_NAMES = "SET NAMES utf8mb4 COLLATE utf8mb4_bin"
_PATIENCE = "3600"
_SETTINGS = {
    "time_zone": "+00:00",
    "sql_mode": SQL_MODE,
    "lc_messages": "en_US",  # texts of errors are read
    "lc_time_names": "en_US",
    "sql_notes": "1",  # so that notes count as warnings: a cut decimal is only a note
    "sql_auto_is_null": "0",
    "sql_safe_updates": "0",
    "sql_big_selects": "1",
    "sql_select_limit": "18446744073709551615",
    "foreign_key_checks": "1",
    "unique_checks": "1",
    "completion_type": "NO_CHAIN",
    "lock_wait_timeout": str(LOCK_TIMEOUT_SECONDS),
    "innodb_lock_wait_timeout": str(LOCK_TIMEOUT_SECONDS),
    # The other side of a copy may keep this one waiting.
    "net_read_timeout": _PATIENCE,
    "net_write_timeout": _PATIENCE,
    "wait_timeout": "86400",
    # One name or the other: MariaDB learnt the newer one with version 11.1.
    "transaction_isolation": "REPEATABLE-READ",
    "tx_isolation": "REPEATABLE-READ",
    # MySQL alone
    "max_execution_time": "0",
    "use_secondary_engine": "OFF",  # its copy of a table may lag behind the snapshot
    # MariaDB alone
    "max_statement_time": "0",
    "idle_transaction_timeout": "0",
    "idle_readonly_transaction_timeout": "0",
    "idle_write_transaction_timeout": "0",
    "note_verbosity": "basic",  # without it there is not even the note of a cut decimal
    "sql_if_exists": "0",  # else a renaming leaves out what is not there, and moves the rest
    "system_versioning_asof": "DEFAULT",  # else old versions of rows are read
    "default_regex_flags": "",
    "check_constraint_checks": "1",
    "innodb_snapshot_isolation": "0",  # as MySQL has it
    "character_set_collations": "",
    "old_mode": "",
}
_WISHES = {
    "explicit_defaults_for_timestamp": "ON",  # else a column gets a default and an ON UPDATE that nobody asked for
    "sql_generate_invisible_primary_key": "OFF",
    "innodb_strict_mode": "ON",
    "max_error_count": "1024",  # warnings that say what of a load is refused
}
"""What some versions let nobody change, others only administrators: set where it is not so already, if possible."""

_NOT_FOR_US = frozenset({1227, 1238})
_MARIADB_ONLY = "system_versioning_alter_history"
_VERSION = re.compile(r"^(?:5\.5\.5-)?(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Server:
    """What answered: told apart by what it can do. version -- as numbers."""

    mariadb: bool
    version: tuple[int, ...]
    max_allowed_packet: int
    lower_case_table_names: int

    @property
    def label(self) -> str:
        """For people."""
        return f"{'MariaDB' if self.mariadb else 'MySQL'} {'.'.join(map(str, self.version))}"


class Connection:
    """A session of the driver, in autocommit mode, with what its server is. Results come as raw Python values."""

    def __init__(self, raw: Driver, server: Server) -> None:
        self.raw = raw
        self.server = server

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> int:
        """Run a statement; the number of rows it changed."""
        with self.raw.cursor() as cursor:
            text = cursor.mogrify(statement, parameters)
            return int(self.raw.understood(lambda: cursor.execute(text)))

    def rows(self, query: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return _rows(self.raw, query, parameters)

    def row(self, query: str, parameters: Sequence[Any] | None = None) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return next(iter(self.rows(query, parameters)), None)

    @property
    def account(self) -> str:
        """Who is logged in, as grants name them: `user@host`."""
        return str(self.raw.account)

    @property
    def number(self) -> int:
        """The server's number of this session (CONNECTION_ID())."""
        return int(self.raw.thread_id())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Close; an open transaction rolls back."""
        if self.raw.open:
            self.raw.close()


def prepare(raw: Driver) -> Connection:
    """Give a fresh session its settings. Raises pymysql.Error."""
    names = ", ".join(map(literal, (*_SETTINGS, *_WISHES, _MARIADB_ONLY)))
    known = {str(n): str(v) for n, v in _rows(raw, f"SHOW SESSION VARIABLES WHERE Variable_name IN ({names})")}
    version, packet, folding, account = _only_row(
        raw, "SELECT version(), @@max_allowed_packet, @@lower_case_table_names, current_user()", 4
    )
    raw.account = str(account)
    settings = ", ".join(f"{name} = {_literal(value)}" for name, value in _SETTINGS.items() if name in known)
    for statement in (_NAMES, f"SET SESSION {settings}"):
        _rows(raw, statement)
    for name, value in _WISHES.items():
        if known.get(name, value) != value:
            _wish(raw, f"SET SESSION {name} = {value}")
    raw.wait_for_good()
    found = _VERSION.match(str(version))
    numbers = tuple(int(part) for part in found[1].split(".")) if found else ()
    return Connection(raw, Server(_MARIADB_ONLY in known, numbers, int(packet), int(folding)))


def _wish(raw: Driver, statement: str) -> None:
    try:
        _rows(raw, statement)
    except pymysql.Error as error:
        if number_of(error) not in _NOT_FOR_US:
            raise


def _literal(value: str) -> str:
    return value if value.isdecimal() or value == "DEFAULT" else literal(value)


def _only_row(raw: Driver, query: str, columns: int) -> tuple[Any, ...]:
    rows = _rows(raw, query)
    if len(rows) != 1 or len(rows[0]) != columns:
        raise pymysql.OperationalError(MALFORMED_PACKET, "the server answers something else than it was asked")
    return rows[0]


def _rows(raw: Driver, query: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with raw.cursor() as cursor:
        text = cursor.mogrify(query, parameters)

        def ask() -> list[tuple[Any, ...]]:
            cursor.execute(text)
            return list(cursor.fetchall())

        return raw.understood(ask)
