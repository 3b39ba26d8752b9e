"""The contract suite's way into SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from dmsform.diagnostics import Code
from dmsform.provider import codes
from dmsform.provider.protocols import Provider
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own


def endpoint_of(path: Path, name: str = "shop", **settings: Any) -> EndpointDefinition:
    """A file as an endpoint that waits for nobody."""
    waiting = {"busy_timeout": 0.05, "load_timeout": 0.05}
    return EndpointDefinition(name=name, engine="sqlite", settings={"path": str(path), **waiting, **settings})


def run(path: Path, *statements: str) -> None:
    """Run statements, each committed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def rows(path: Path, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query, past the provider."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, parameters).fetchall()


class SqliteHarness:
    """Fresh files in WAL mode, so that a reader keeps no writer out."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._made = 0

    @property
    def provider(self) -> Provider:
        return provider("sqlite")

    @property
    def schema(self) -> str:
        return "main"

    def new_endpoint(self) -> EndpointDefinition:
        self._made += 1
        path = self._directory / f"store{self._made}.db"
        run(path, "PRAGMA journal_mode = WAL")
        return endpoint_of(path)

    def path(self, endpoint: EndpointDefinition) -> Path:
        """The file behind an endpoint."""
        return Path(endpoint.settings["path"])

    def broken_endpoints(self) -> Sequence[tuple[Code, EndpointDefinition]]:
        text = self._directory / "notes.txt"
        text.write_text("no database at all, only words " * 20)
        return (
            (codes.MISSING_DATABASE, endpoint_of(self._directory / "no" / "such" / "directory.db", "broken")),
            (own.NOT_A_DATABASE, endpoint_of(text, "broken")),
            (own.NOT_A_DATABASE, endpoint_of(self._directory, "broken")),
        )

    def execute(self, endpoint: EndpointDefinition, *statements: str) -> None:
        run(self.path(endpoint), *statements)

    def query(self, endpoint: EndpointDefinition, statement: str) -> list[tuple[Any, ...]]:
        return rows(self.path(endpoint), statement)

    def quoted(self, table: str) -> str:
        escaped = table.replace('"', '""')
        return f'main."{escaped}"'

    def tables(self, endpoint: EndpointDefinition) -> set[str]:
        query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        return {row[0] for row in self.query(endpoint, query)}
