"""Fixtures: a migration between two PostgreSQL databases, run in the test's own process."""

from __future__ import annotations

import pytest

from tests.replication.running import Runner
from tests.server.support import MakeDatabase, Migration


@pytest.fixture
def migration(make_postgres_database: MakeDatabase) -> Migration:
    """An empty source and an empty target."""
    return Migration(make_postgres_database(), make_postgres_database())


@pytest.fixture
def runner() -> Runner:
    """Runs tasks and hears what they tell."""
    return Runner()
