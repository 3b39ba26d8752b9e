"""The contract suite's way into PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dmsform.diagnostics import Code
from dmsform.provider import codes
from dmsform.provider.protocols import Provider
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.postgresql_server import free_port
from tests.servers import PostgresDatabase


class PostgresHarness:
    """Fresh databases of the test run's server."""

    def __init__(self, make: Callable[[], PostgresDatabase]) -> None:
        self._make = make
        self._databases: dict[str, PostgresDatabase] = {}

    @property
    def provider(self) -> Provider:
        return provider("postgresql")

    @property
    def schema(self) -> str:
        return "public"

    def new_endpoint(self) -> EndpointDefinition:
        database = self._make()
        self._databases[database.name] = database
        return database.endpoint()

    def database(self, endpoint: EndpointDefinition) -> PostgresDatabase:
        """The database behind an endpoint."""
        return self._databases[endpoint.settings["database"]]

    def broken_endpoints(self) -> Sequence[tuple[Code, EndpointDefinition]]:
        good = self.new_endpoint()

        def changed(**settings: Any) -> EndpointDefinition:
            return EndpointDefinition(name="broken", engine="postgresql", settings={**good.settings, **settings})

        return (
            (codes.AUTHENTICATION, changed(password="not-the-password")),
            (codes.AUTHENTICATION, changed(username="nobody_of_that_name")),
            (codes.MISSING_DATABASE, changed(database="no_such_database")),
            (codes.UNREACHABLE, changed(port=free_port())),
            (codes.UNREACHABLE, changed(host="no-such-host.invalid")),
            (codes.TLS_FAILED, changed(ssl_mode="require")),
        )

    def execute(self, endpoint: EndpointDefinition, *statements: str) -> None:
        self.database(endpoint).execute(*statements)

    def query(self, endpoint: EndpointDefinition, statement: str) -> list[tuple[Any, ...]]:
        return self.database(endpoint).rows(statement)

    def quoted(self, table: str) -> str:
        return f'public."{table}"'

    def tables(self, endpoint: EndpointDefinition) -> set[str]:
        query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace NOT IN "
        system = "(SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))"
        return {row[0] for row in self.query(endpoint, query + system)}
