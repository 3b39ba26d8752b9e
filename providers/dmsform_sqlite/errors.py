"""Errors of SQLite as diagnostics. Source of the codes: https://sqlite.org/rescode.html."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Code, DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own


@contextmanager
def diagnosed(endpoint: EndpointDefinition, table: TableName | None = None) -> Iterator[None]:
    """Errors of SQLite in this block as DiagnosticError, ConnectionLostError where a retry may succeed."""
    try:
        yield
    except sqlite3.Error as error:
        raise statement_error(error, endpoint, table) from error


def error_name(error: sqlite3.Error) -> str:
    """SQLite's name of the error (`SQLITE_FULL`), empty for errors of the Python module itself."""
    return getattr(error, "sqlite_errorname", "")


def statement_error(
    error: sqlite3.Error, endpoint: EndpointDefinition, table: TableName | None = None
) -> DiagnosticError:
    """Why a statement failed, by SQLite's result code."""
    name = error_name(error)
    place = DataPlace(endpoint=endpoint.name, table=str(table) if table else None)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_SCHEMA")):
        return ConnectionLostError(
            codes.CONNECTION_LOST.error(
                f"Another program keeps the {_file(endpoint)} locked: {error}",
                "Nothing was kept; the task tries again by itself. If it persists, look for a program that leaves a "
                "transaction open, or raise the endpoint's busy_timeout.",
                place=place,
            )
        )
    code, detail, remedy = _explained(name, error, endpoint)
    return DiagnosticError(code.error(detail, remedy, place=place))


def _file(endpoint: EndpointDefinition) -> str:
    return f"file {endpoint.settings.get('path')} of endpoint {endpoint.name}"


def _explained(name: str, error: sqlite3.Error, endpoint: EndpointDefinition) -> tuple[Code, str, str]:
    match name:
        case "SQLITE_FULL":
            return (
                codes.DISK_FULL,
                f"There is no room left for the {_file(endpoint)}: {error}",
                "Free or add space there, then resume the task; the tables completed so far are kept.",
            )
        case "SQLITE_NOTADB":
            return (
                own.NOT_A_DATABASE,
                f"The {_file(endpoint)} is no SQLite database, or an encrypted one.",
                "Name another file in the argument path; decrypt the database first if it is encrypted.",
            )
        case "SQLITE_READONLY_ROLLBACK" | "SQLITE_READONLY_RECOVERY" | "SQLITE_READONLY_CANTINIT":
            return (
                own.NEEDS_RECOVERY,
                f"The {_file(endpoint)} needs recovery, which reading alone cannot do: {error}",
                "Open the database once with write access, as by: sqlite3 FILE 'SELECT count(*) FROM sqlite_schema'",
            )
        case _ if name.startswith("SQLITE_CORRUPT"):
            return (
                codes.STATEMENT_FAILED,
                f"The {_file(endpoint)} is damaged: {error}",
                "See what PRAGMA integrity_check says; restore the file, or recover it with the shell's .recover.",
            )
        case _ if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
            return (
                codes.MISSING_GRANT,
                f"The {_file(endpoint)} may not be written: {error}",
                "Let the user of the replication instance write the file and its directory (chmod u+rw).",
            )
        case _ if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
            return (
                own.IO_ERROR,
                f"The operating system refused access to the {_file(endpoint)} ({name}): {error}",
                "Check that the user of the replication instance may read and write the file and its directory, and "
                "the disk and its quota.",
            )
        case _:
            return (
                codes.STATEMENT_FAILED,
                f"SQLite refused a statement on endpoint {endpoint.name}: {error} ({name or type(error).__name__})",
                "Mend the cause named by SQLite and run the task again.",
            )
