"""A module that moves two tables of one PostgreSQL database into another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.apply.module import INSTANCE, OUTPUT, PASSWORD, VARIABLE, Module, endpoint, task
from tests.servers import PostgresDatabase


@dataclass
class Move:
    """The module, its source and its target."""

    module: Module
    source: PostgresDatabase
    target: PostgresDatabase

    @property
    def base(self) -> str:
        """Everything but the task."""
        return VARIABLE + INSTANCE + endpoint("here", self.source) + endpoint("there", self.target)

    def write(self, body: str = "", table: str = "%") -> None:
        """Declare the task, with more in its block."""
        self.module.write(self.base, task(body, table), OUTPUT)

    def assert_moved(self) -> None:
        """Both sides hold the same rows."""
        for name in ("item", "note"):
            query = f"SELECT t::text FROM {name} t ORDER BY 1"
            assert self.source.rows(query) == self.target.rows(query)


@pytest.fixture
def move(tmp_path: Path, make_postgres_database: Callable[[], PostgresDatabase]) -> Iterator[Move]:
    source, target = make_postgres_database(), make_postgres_database()
    source.execute(
        "CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL)",
        "INSERT INTO item SELECT g, 'name ' || g FROM generate_series(1, 3000) g",
        "CREATE TABLE note (body text)",
        "INSERT INTO note VALUES ('a'), (NULL), ('')",
    )
    made = Move(Module(tmp_path), source, target)
    made.module.environ[f"DMS_VAR_{PASSWORD}"] = str(source.settings()["password"])
    made.write()
    yield made
    made.module.close()
