"""Throw-away servers: they answer, keep databases apart, and die with whoever started them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from dmsform.testing.postgresql_server import PostgresServer
from tests.servers import PostgresDatabase, wait_until

_STARTER = """
import pathlib, signal, sys
from dmsform.testing.postgresql_server import postgres_server
with postgres_server(pathlib.Path(sys.argv[1])) as server:
    print(server.port, (server.data_dir / "postmaster.pid").read_text().split()[0], flush=True)
    signal.pause()
"""


def test_answers_with_a_password_only(postgres_server: PostgresServer) -> None:
    with postgres_server.connect() as connection:
        assert connection.info.server_version >= 180000
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        postgres_server.connect(password="wrong")


def test_databases_are_apart(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    one, two = make_postgres_database(), make_postgres_database()
    one.execute("CREATE TABLE t (a int)")
    assert two.value("SELECT count(*) FROM pg_class WHERE relname = 't'") == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_dies_with_the_process_that_started_it(tmp_path: Path, how: signal.Signals) -> None:
    starter = subprocess.Popen([sys.executable, "-c", _STARTER, str(tmp_path / "pg")], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    with starter.stdout as out:
        out.readline()
    starter.send_signal(how)
    starter.wait()
    wait_until(lambda: not (tmp_path / "pg" / "data" / "postmaster.pid").exists(), "the server's end")
