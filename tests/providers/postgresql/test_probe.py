"""A database is told as one store by whatever address it is reached, and two databases as two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.providers.postgresql.moves import POSTGRES
from tests.servers import PostgresDatabase


def _store(database: PostgresDatabase, host: str, username: str | None, password: str | None) -> str | None:
    endpoint = database.endpoint(username=username, password=password)
    settings = {**endpoint.settings, "host": host}
    return POSTGRES.probe.probe(endpoint.model_copy(update={"settings": settings})).store


@pytest.mark.parametrize("may_read_the_identifier", [True, False])
def test_one_store_by_any_address(
    make_postgres_database: Callable[[], PostgresDatabase], may_read_the_identifier: bool
) -> None:
    one, two = make_postgres_database(), make_postgres_database()
    role = f"probe_{one.name[-8:]}_{may_read_the_identifier}".lower()
    one.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'probe-me'")
    if not may_read_the_identifier:
        for database in (one, two):
            database.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    stores = {_store(one, host, role, "probe-me") for host in ("localhost", "127.0.0.1")}
    assert len(stores) == 1
    assert None not in stores
    assert _store(two, "127.0.0.1", role, "probe-me") not in stores
