"""Fixtures: a server that is gone after the test, and a migration for it to run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.support import MakeDatabase, Migration, Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A data directory; the server that the test leaves running is killed, and its tasks with it."""
    made = Server(tmp_path / "instance")
    yield made
    made.clean_up()


@pytest.fixture
def migration(make_postgres_database: MakeDatabase) -> Migration:
    """An empty source and an empty target."""
    return Migration(make_postgres_database(), make_postgres_database())
