"""The contract suite's way into MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Sequence
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
        # The suite's standard SQL: names in double quotes, a backslash is a character.
        mode = "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES"
        self._connection = server.connect(sql_mode=mode, ssl_disabled=True)

    @property
    def provider(self) -> Provider:
        return provider("mysql")

    @property
    def schema(self) -> str:
        return SCHEMA

    def new_endpoint(self) -> EndpointDefinition:
        self._remove()
        self.execute(self._endpoint(), f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4")
        return self._endpoint()

    def _endpoint(self, **settings: Any) -> EndpointDefinition:
        whole = {**self._server.settings(SCHEMA), **settings}
        return EndpointDefinition(name="shop", engine="mysql", settings=whole)

    def close(self) -> None:
        """Leave the server as it was."""
        self._remove()
        self._connection.close()

    def _remove(self) -> None:
        """Drop what the last store left, whoever is still connected to it."""
        sessions = f"SELECT id FROM information_schema.processlist WHERE db IN ('{SCHEMA}', '{CONTROL}')"
        for (session,) in self.query(self._endpoint(), sessions):
            try:
                self.execute(self._endpoint(), f"KILL {session}")
            except pymysql.err.OperationalError as error:
                if error.args[0] != pymysql.constants.ER.NO_SUCH_THREAD:
                    raise
        for database in (SCHEMA, CONTROL):
            self.execute(self._endpoint(), f"DROP DATABASE IF EXISTS {database}")

    def broken_endpoints(self) -> Sequence[tuple[Code, EndpointDefinition]]:
        self.new_endpoint()
        return (
            (codes.AUTHENTICATION, self._endpoint(password="not-the-password")),
            (codes.AUTHENTICATION, self._endpoint(username="nobody_of_that_name")),
            (codes.MISSING_DATABASE, self._endpoint(database="no_such_database")),
            (codes.UNREACHABLE, self._endpoint(port=free_port())),
            (codes.UNREACHABLE, self._endpoint(host="no-such-host.invalid")),
            # MySQL's own certificate is of no authority's, MariaDB has none.
            (codes.TLS_FAILED, self._endpoint(ssl_mode="verify-full")),
        )

    def execute(self, endpoint: EndpointDefinition, *statements: str) -> None:
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def query(self, endpoint: EndpointDefinition, statement: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def quoted(self, table: str) -> str:
        return f'{SCHEMA}."{table}"'

    def tables(self, endpoint: EndpointDefinition) -> set[str]:
        found = self.query(
            endpoint,
            f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('{SCHEMA}', '{CONTROL}')",
        )
        return {name for (name,) in found}
