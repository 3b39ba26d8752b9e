"""Throw-away MySQL and MariaDB servers: they answer, show forgotten settings, and die with whoever started them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pymysql
import pytest

from dmsform.testing.faults import is_gone
from dmsform.testing.mysql_server import MysqlServer, mariadb_server, mysql_server
from tests.servers import MysqlDatabase, packages_or_skip, wait_until

_STARTER = """
import pathlib, signal, sys
from dmsform.testing.mysql_server import mariadb_server, mysql_server
with {flavor}_server(pathlib.Path(sys.argv[1])) as server:
    print((server.data_dir / "server.pid").read_text().split()[0], flush=True)
    signal.pause()
"""
_VERSIONS = {"mysql": "9.7.", "mariadb": "10.11."}


def test_answers_with_a_password_only(mysql_family_server: MysqlServer) -> None:
    with mysql_family_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT version(), current_user()")
        version, user = cursor.fetchone()
    assert version.startswith(_VERSIONS[mysql_family_server.flavor])
    assert user == "root@%"
    for password in ("wrong", ""):
        with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
            mysql_family_server.connect(password=password)


def test_what_the_binary_log_and_the_session_say(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    assert database.rows("SELECT @@log_bin, @@binlog_format, @@binlog_row_image, @@binlog_row_metadata") == [
        (1, "ROW", "FULL", "FULL")
    ]
    assert database.rows("SELECT @@time_zone, @@local_infile, @@lower_case_table_names") == [("+05:30", 1, 0)]
    charset = {"mysql": "utf8mb4", "mariadb": "latin1"}[database.server.flavor]
    assert database.value("SELECT @@character_set_database") == charset
    if database.server.flavor == "mysql":
        assert database.value("SELECT @@gtid_mode") == "ON"


def test_databases_are_apart_and_dropped_under_an_open_transaction(
    mysql_family_server: MysqlServer, make_family_database: Callable[[], MysqlDatabase]
) -> None:
    one, two = make_family_database(), make_family_database()
    one.execute("CREATE TABLE t (a int)")
    assert two.rows("SHOW TABLES") == []
    open_connection = one.connect()
    open_connection.begin()
    open_connection.cursor().execute("INSERT INTO t VALUES (1)")
    mysql_family_server.drop_database(one.name)
    assert one.name not in {name for (name,) in two.rows("SHOW DATABASES")}
    with pytest.raises(pymysql.err.OperationalError):
        open_connection.ping(reconnect=False)


def test_users_have_no_rights_and_the_plugin_asked_for(mysql_family_server: MysqlServer) -> None:
    plugin = {"mysql": "caching_sha2_password", "mariadb": "ed25519"}[mysql_family_server.flavor]
    name, _ = mysql_family_server.create_user(plugin=plugin)
    plain, password = mysql_family_server.create_user(password="it's \\ this")
    with mysql_family_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT plugin FROM mysql.user WHERE user = %s", (name,))
        assert cursor.fetchall() == ((plugin,),)
    with mysql_family_server.connect(None, plain, password) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GRANTS")
        assert [grant.partition(" TO ")[0] for (grant,) in cursor.fetchall()] == ["GRANT USAGE ON *.*"]


@pytest.mark.parametrize("flavor", ["mysql", "mariadb"])
def test_a_small_disk_is_full_soon(flavor: str, tmp_path: Path) -> None:
    start, small = {"mysql": mysql_server, "mariadb": mariadb_server}[flavor], tmp_path / "small"
    options = {"mysql": [f"innodb-directories={small}"], "mariadb": []}[flavor]
    with (
        packages_or_skip(),
        start(tmp_path / "server", options=options, small_disk=(small, 16 << 20)) as server,
        server.connect(server.create_database()) as connection,
        connection.cursor() as cursor,
    ):
        # Values longer than a page would crash MariaDB 10.11 itself when the disk gets full.
        cursor.execute(f"CREATE TABLE t (a varchar(4000)) DATA DIRECTORY '{small}'")
        rows = [("x" * 4000,)] * 8000
        with pytest.raises(pymysql.err.OperationalError, match="The table 't' is full"):
            cursor.executemany("INSERT INTO t VALUES (%s)", rows)


@pytest.mark.parametrize("flavor", ["mysql", "mariadb"])
def test_dies_with_the_process_that_started_it(flavor: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(f"{flavor}_server")  # where its programs cannot be had, this skips
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER.format(flavor=flavor), str(tmp_path / "server")], stdout=subprocess.PIPE
    )
    assert starter.stdout is not None
    with starter.stdout as out:
        server = int(out.readline())
    assert not is_gone(server)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    wait_until(lambda: is_gone(server), "the server's end")
