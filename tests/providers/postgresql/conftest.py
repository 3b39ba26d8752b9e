"""Fixtures of the PostgreSQL provider's tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.providers.postgresql.harness import PostgresHarness
from tests.servers import PostgresDatabase


@pytest.fixture
def harness(make_postgres_database: Callable[[], PostgresDatabase]) -> PostgresHarness:
    """The contract suite's harness."""
    return PostgresHarness(make_postgres_database)
