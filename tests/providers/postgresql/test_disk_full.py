"""A target whose disk is full: said so, nothing kept, and a later try succeeds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.testing.postgresql_server import postgres_server
from tests.providers.postgresql.moves import mapped_of, move
from tests.servers import PostgresDatabase

SMALL_DISK_BYTES = 24 * 1024 * 1024


def test_disk_full_on_the_target(tmp_path: Path, make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    source = make_postgres_database()
    source.execute("CREATE TABLE t AS SELECT n, repeat('x', 1500) AS v FROM generate_series(1, 20000) n")
    small = tmp_path / "small"
    with postgres_server(tmp_path / "server", small_disk=(small, SMALL_DISK_BYTES)) as server:
        with server.connect() as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'")
        target = PostgresDatabase(server, server.create_database(tablespace="small"))
        with pytest.raises(DiagnosticError) as raised:
            move(source, target, mapped_of(source, "t"))
        (diagnostic,) = raised.value.diagnostics
        assert (diagnostic.code, diagnostic.exit_code) == ("DMS515", ExitCode.TASK_FAILED)
        assert target.value("SELECT to_regclass('public.t')::text") is None
        source.execute("DELETE FROM t WHERE n > 1000")
        assert move(source, target, mapped_of(source, "t")) == 1000
