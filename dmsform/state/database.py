"""One database that holds a state: transactions, and its driver's errors as diagnostics that never show a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.state import codes
from dmsform.state.url import StateUrl, read_url

_BUSY_SECONDS = 30
_REFUSED_LOGIN = ("authentication failed", "access denied", "no password supplied", "password is required")
_DAMAGED = ("file is not a database", "malformed", "file is encrypted")


class Database:
    """Opens transactions on the state's database. Close it when done."""

    def __init__(self, url: str, directory: Path) -> None:
        self.where: StateUrl = read_url(url, directory)
        self._engine = self._create()

    @property
    def is_missing_file(self) -> bool:
        """Whether it is a SQLite file that does not exist yet (or is empty, as an interrupted start leaves it)."""
        file = self.where.file
        return file is not None and (not file.exists() or (file.is_file() and file.stat().st_size == 0))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Connection]:
        """One transaction, rolled back on any exception. Reads see one snapshot. Raises DiagnosticError."""
        try:
            connection = self._engine.connect()
        except DBAPIError as error:
            raise DiagnosticError(self._connecting(error)) from None
        with connection:
            connection.execution_options(dmsform_write=write)
            try:
                with connection.begin():
                    yield connection
            except DBAPIError as error:
                raise DiagnosticError(self._running(error)) from error

    def _create(self) -> Engine:
        arguments: dict[str, Any] = {}
        if self.where.file is not None:
            arguments = {"connect_args": {"timeout": _BUSY_SECONDS}}
        else:
            arguments = {"isolation_level": "REPEATABLE READ", "pool_pre_ping": True}
        try:
            engine = create_engine(self.where.url, **arguments)
        except ModuleNotFoundError as error:
            raise DiagnosticError(
                codes.STATE_DRIVER.error(
                    f"The state at {self.where.shown} needs the package {error.name!r}, which is not installed.",
                    f"Run: pip install {error.name}",
                )
            ) from error
        if self.where.file is not None:
            event.listen(engine, "connect", _no_implicit_begin)
            event.listen(engine, "begin", _begin)
        return engine

    def _connecting(self, error: DBAPIError) -> Diagnostic:
        reason = self._reason(error)
        if any(words in reason.lower() for words in _DAMAGED):
            return self._running(error)
        if any(words in reason.lower() for words in _REFUSED_LOGIN):
            return codes.STATE_AUTHENTICATION.error(
                f"The state at {self.where.shown} cannot be opened: {reason}.",
                "Correct the user name and password in the state block's `url`.",
            )
        return codes.STATE_UNREACHABLE.error(
            f"The state at {self.where.shown} cannot be opened: {reason}.",
            "Check the state block's `url`, that its server runs, and that its folder exists and is writable.",
        )

    def _running(self, error: DBAPIError) -> Diagnostic:
        reason = self._reason(error)
        if any(words in reason.lower() for words in _DAMAGED):
            return codes.STATE_BROKEN.error(
                f"{self.where.shown} is not a readable state: {reason}.",
                "Restore the state from a backup; if this file is something else, change the state block's `url`.",
            )
        return codes.STATE_STATEMENT.error(
            f"The state at {self.where.shown} refused a statement: {reason}.",
            "Check the free space, the rights and the health of the state's database, then run the command again.",
        )

    def _reason(self, error: DBAPIError) -> str:
        first = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        return self.where.hide(first[0]).rstrip(".")


def _no_implicit_begin(connection: Any, _record: Any) -> None:
    # sqlite3 opens transactions only before writes: a snapshot read over several tables needs a BEGIN of its own.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("dmsform_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
