"""The contract suite's way into MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pymysql

from dmsform.diagnostics import Code
from dmsform.provider import codes
from dmsform.provider.protocols import Provider
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.postgresql_server import free_port

SCHEMA, CONTROL = "store", "dmsform_control"


class MysqlHarness:
    """One server's stores, one after the other.

    A server has one set of databases and one control database among them, so that a fresh store is the server without
    what the last one left. No test of the suite uses two stores at a time.
    """

    def __init__(self, server: MysqlServer) -> None:
        self._server = server

    @property
    def provider(self) -> Provider:
        return provider("mysql")

    @property
    def schema(self) -> str:
        return SCHEMA

    def new_endpoint(self) -> EndpointDefinition:
        self.remove()
        self._server.create_database(SCHEMA)
        return EndpointDefinition(name="shop", engine="mysql", settings=self._server.settings(SCHEMA))

    def remove(self) -> None:
        """Drop what the last store left, whoever is still connected to it."""
        for database in (SCHEMA, CONTROL):
            self._server.drop_database(database)

    def broken_endpoints(self) -> Sequence[tuple[Code, EndpointDefinition]]:
        good = self.new_endpoint()

        def changed(**settings: Any) -> EndpointDefinition:
            return EndpointDefinition(name="broken", engine="mysql", settings={**good.settings, **settings})

        return (
            (codes.AUTHENTICATION, changed(password="not-the-password")),
            (codes.AUTHENTICATION, changed(username="nobody_of_that_name")),
            (codes.MISSING_DATABASE, changed(database="no_such_database")),
            (codes.UNREACHABLE, changed(port=free_port())),
            (codes.UNREACHABLE, changed(host="no-such-host.invalid")),
        )

    def execute(self, endpoint: EndpointDefinition, *statements: str) -> None:
        with self._cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def query(self, endpoint: EndpointDefinition, statement: str) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    @contextmanager
    def _cursor(self) -> Iterator[pymysql.cursors.Cursor]:
        """A session that takes the suite's standard SQL: names in double quotes, a backslash is a character."""
        mode = "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES"
        with self._server.connect(SCHEMA, sql_mode=mode) as connection, connection.cursor() as cursor:
            yield cursor

    def quoted(self, table: str) -> str:
        return f'{SCHEMA}."{table}"'

    def tables(self, endpoint: EndpointDefinition) -> set[str]:
        found = self.query(
            endpoint,
            f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('{SCHEMA}', '{CONTROL}')",
        )
        return {name for (name,) in found}
