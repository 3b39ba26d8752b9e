"""Opens an endpoint's file: a source read-only and never created, a target for writing.

No other code of this process may open the file itself: closing any descriptor of it would drop the locks that SQLite
holds on it (https://sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own
from dmsform_sqlite.errors import diagnosed
from dmsform_sqlite.settings import SqliteSettings

Connection = sqlite3.Connection
MIN_VERSION = (3, 37)


def settings_of(endpoint: EndpointDefinition) -> SqliteSettings:
    """The endpoint's validated settings."""
    return SqliteSettings.model_validate(endpoint.settings)


def path_of(endpoint: EndpointDefinition) -> Path:
    """The absolute path of the endpoint's file."""
    return Path(settings_of(endpoint).path).expanduser().absolute()


@contextmanager
def reading(endpoint: EndpointDefinition) -> Iterator[Connection]:
    """A read-only connection. Raises DiagnosticError when the file is missing or no database."""
    path = path_of(endpoint)
    if not path.exists():
        raise _missing_file(endpoint, path)
    with _connected(endpoint, path, "ro") as connection:
        yield connection


@contextmanager
def writing(endpoint: EndpointDefinition, *, create: bool = False) -> Iterator[Connection]:
    """A connection that may write, foreign keys not enforced.

    create -- make the file where it is missing, in WAL mode so that a plan can look at it during a load.
    """
    path = path_of(endpoint)
    fresh = create and not path.exists()
    if fresh and not path.parent.is_dir():
        raise missing_directory(endpoint, path)
    if not create and not path.exists():
        raise _missing_file(endpoint, path)
    with _connected(endpoint, path, "rwc" if create else "rw") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        if fresh:
            connection.execute("PRAGMA journal_mode = WAL")
        yield connection


def _missing_file(endpoint: EndpointDefinition, path: Path) -> DiagnosticError:
    return DiagnosticError(
        codes.MISSING_DATABASE.error(
            f"Endpoint {endpoint.name} is the file {path}, which does not exist.",
            "Correct the argument path (it is relative to the configuration), or put the file there.",
            place=DataPlace(endpoint=endpoint.name),
        )
    )


def missing_directory(endpoint: EndpointDefinition, path: Path) -> DiagnosticError:
    """The error of a path whose directory is missing."""
    return DiagnosticError(
        codes.MISSING_DATABASE.error(
            f"Endpoint {endpoint.name} is the file {path}, and its directory does not exist.",
            "Correct the argument path, or create the directory.",
            place=DataPlace(endpoint=endpoint.name),
        )
    )


@contextmanager
def _connected(endpoint: EndpointDefinition, path: Path, mode: str) -> Iterator[Connection]:
    _check_file(endpoint, path)
    _check_library(endpoint)
    with diagnosed(endpoint):
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=settings_of(endpoint).busy_timeout,
            isolation_level=None,
        )
    with closing(connection):
        with diagnosed(endpoint):
            # The first statement is what reads the file's header.
            connection.execute("SELECT 1 FROM sqlite_schema").close()
        yield connection


def _check_file(endpoint: EndpointDefinition, path: Path) -> None:
    if path.exists() and not path.is_file():
        raise DiagnosticError(
            own.NOT_A_DATABASE.error(
                f"Endpoint {endpoint.name} is {path}, which is no file.",
                "Name the database file in the argument path.",
                place=DataPlace(endpoint=endpoint.name),
            )
        )


def _check_library(endpoint: EndpointDefinition) -> None:
    if sqlite3.sqlite_version_info[:2] < MIN_VERSION:
        raise DiagnosticError(
            own.LIBRARY_TOO_OLD.error(
                f"This Python is linked with SQLite {sqlite3.sqlite_version}.",
                f"Use a Python with SQLite {MIN_VERSION[0]}.{MIN_VERSION[1]} or newer.",
                place=DataPlace(endpoint=endpoint.name),
            )
        )
