"""Sessions: what they are set to, how they end, and why there is none."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pymysql
import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.proxy import BlackHole, Cut, Direction, FaultProxy, Garbage
from dmsform_mysql.connect import connected
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

PROBE = provider("mysql").probe


def endpoint_of(server: MysqlServer, **changed: Any) -> EndpointDefinition:
    settings = {n: v for n, v in {**server.settings(), **changed}.items() if v is not None}
    return EndpointDefinition(name="shop", engine="mysql", settings=settings)


def test_a_session_is_set_to_what_canonical_texts_need(mysql_family_server: MysqlServer) -> None:
    """Whatever the server's own settings are."""
    spoiled = ("SET GLOBAL completion_type = CHAIN", "SET GLOBAL sql_mode = 'ANSI_QUOTES'", "SET GLOBAL sql_notes = 0")
    before = mysql_family_server.connect()
    with before, before.cursor() as cursor:
        cursor.execute("SELECT @@global.completion_type, @@global.sql_mode, @@global.sql_notes")
        ((completion, mode, notes),) = cursor.fetchall()
    mysql_family_server.execute(*spoiled)
    try:
        with connected(endpoint_of(mysql_family_server)) as connection:
            (row,) = connection.rows(
                "SELECT @@time_zone, @@character_set_results, @@collation_connection, @@lc_messages, @@sql_notes, "
                "@@completion_type, @@autocommit, @@net_write_timeout, @@lock_wait_timeout, @@foreign_key_checks"
            )
            assert row == ("+00:00", "utf8mb4", "utf8mb4_bin", "en_US", 1, "NO_CHAIN", 1, 3600, 60, 1)
            ((modes,),) = connection.rows("SELECT @@sql_mode")
            assert "STRICT_ALL_TABLES" in modes
            assert "ANSI_QUOTES" not in modes
            isolation = "tx_isolation" if connection.server.mariadb else "transaction_isolation"
            assert connection.row(f"SELECT @@{isolation}") == ("REPEATABLE-READ",)
            assert connection.server.mariadb is (mysql_family_server.flavor == "mariadb")
            assert connection.number == connection.rows("SELECT CONNECTION_ID()")[0][0]
    finally:
        mysql_family_server.execute(
            f"SET GLOBAL completion_type = '{completion}'", f"SET GLOBAL sql_mode = '{mode}'",
            f"SET GLOBAL sql_notes = {notes}",
        )  # fmt: skip


def test_what_only_administrators_may_set_is_set_for_them(mysql_family_server: MysqlServer) -> None:
    """An old default of MariaDB, and a guard of MySQL that adds columns; who may not set it connects all the same."""
    name, password = mysql_family_server.create_user()
    mariadb = mysql_family_server.flavor == "mariadb"
    variable = "explicit_defaults_for_timestamp" if mariadb else "sql_generate_invisible_primary_key"
    wanted = int(mariadb)
    mysql_family_server.execute(f"SET GLOBAL {variable} = {1 - wanted}")
    try:
        for endpoint, value in (
            (endpoint_of(mysql_family_server), wanted),
            (endpoint_of(mysql_family_server, username=name, password=password), 1),
        ):
            with connected(endpoint) as connection:
                assert connection.row(f"SELECT @@session.{variable}") == (value,)
    finally:
        mysql_family_server.execute(f"SET GLOBAL {variable} = {wanted}", f"DROP USER {name}")


def test_a_server_that_tells_no_notes_and_takes_what_is_missing_for_granted(mariadb_server: MysqlServer) -> None:
    """MariaDB's newer ways to be silent: a load counts on notes, and a renaming on each table being there."""
    spoiled = {
        "note_verbosity": "''", "sql_if_exists": "1", "default_regex_flags": "'MULTILINE'",
        "system_versioning_asof": "'2020-01-01'",
    }  # fmt: skip
    mariadb_server.execute(*(f"SET GLOBAL {name} = {value}" for name, value in spoiled.items()))
    database = mariadb_server.create_database()
    try:
        with connected(endpoint_of(mariadb_server, database=database)) as connection:
            connection.execute(f"USE {database}")
            connection.execute("CREATE TABLE t (a DECIMAL(2, 1)) WITH SYSTEM VERSIONING")
            connection.execute("INSERT INTO t VALUES ('1.04')")
            assert [row[:2] for row in connection.rows("SHOW WARNINGS")] == [("Note", 1265)]
            assert connection.row("SELECT a, 'a\\nb' REGEXP '^b' FROM t") == (1, 0)
            with pytest.raises(pymysql.Error, match="doesn't exist"):
                connection.execute("RENAME TABLE t TO old, shadow TO t")
            assert connection.rows("SHOW TABLES") == [("t",)]
    finally:
        mariadb_server.execute(
            "SET GLOBAL note_verbosity = 'basic,explain'", "SET GLOBAL sql_if_exists = 0",
            "SET GLOBAL default_regex_flags = ''", "SET GLOBAL system_versioning_asof = DEFAULT",
        )  # fmt: skip


def test_errors_are_in_english_whatever_the_server_speaks(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    database.server.execute("SET GLOBAL lc_messages = 'de_DE'")
    try:
        with connected(database.endpoint()) as connection, pytest.raises(pymysql.Error, match="doesn't exist"):
            connection.rows("SELECT * FROM nowhere")
    finally:
        database.server.execute("SET GLOBAL lc_messages = 'en_US'")


def test_one_store_by_any_address(mysql_server: MysqlServer, mariadb_server: MysqlServer, tmp_path: Path) -> None:
    stores = []
    for server in (mysql_server, mariadb_server):
        options = tmp_path / f"{server.flavor}.cnf"
        options.write_text(
            f"[client]\nhost = localhost\nport = {server.port}\nuser = root\npassword = {server.password}\n"
        )
        file = EndpointDefinition(name="shop", engine="mysql", settings={"option_file": str(options)})
        url = f"mysql://root:{server.password}@localhost:{server.port}/mysql"
        by_url = EndpointDefinition(name="shop", engine="mysql", settings={"url": url})
        # Relative, as the path of a socket is short.
        path = os.path.relpath(server.data_dir / "server.sock")
        by_socket = endpoint_of(server, host=None, port=None, socket=path)
        found = [PROBE.probe(e) for e in (endpoint_of(server), file, by_url, by_socket)]
        assert len({info.store for info in found}) == 1
        assert found[0].store
        assert found[0].label.startswith("MySQL 9" if server.flavor == "mysql" else "MariaDB 10.11")
        stores.append(found[0].store)
    assert stores[0] != stores[1]


def test_a_server_that_says_nothing_is_given_up(mysql_server: MysqlServer, mariadb_server: MysqlServer) -> None:
    """Before it greets, and after it has let in."""
    for server, after in ((mysql_server, 0), (mariadb_server, 150)):
        with FaultProxy(server.host, server.port) as proxy:
            proxy.set(BlackHole(), Direction.TO_CLIENT, after_bytes=after)
            with pytest.raises(ConnectionLostError, match="timed out"):
                PROBE.probe(endpoint_of(server, port=proxy.port, connect_timeout=2))


def outcome(endpoint: EndpointDefinition) -> DiagnosticError | None:
    try:
        PROBE.probe(endpoint)
    except DiagnosticError as error:
        return error
    return None


def test_a_login_that_breaks_may_be_tried_again(mysql_family_server: MysqlServer) -> None:
    with FaultProxy(mysql_family_server.host, mysql_family_server.port) as proxy:
        endpoint = endpoint_of(mysql_family_server, port=proxy.port, connect_timeout=2)
        for after in (0, 1, 40, 90, 120, 200):
            for reset in (False, True):
                proxy.clear()
                proxy.set(Cut(reset=reset), Direction.TO_CLIENT, after_bytes=after)
                assert isinstance(outcome(endpoint), ConnectionLostError)


def test_garbage_is_no_bug_of_ours(mysql_family_server: MysqlServer) -> None:
    """What no server says is a diagnostic; it may by chance be an error whose number says something."""
    with FaultProxy(mysql_family_server.host, mysql_family_server.port) as proxy:
        endpoint = endpoint_of(mysql_family_server, port=proxy.port, connect_timeout=2)
        for data in (b"\xff" * 64, b"\0" * 64, b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", b"\xfb\x01" * 32):
            for after in (0, 4, 90, 130):
                proxy.clear()
                proxy.set(Garbage(data), Direction.TO_CLIENT, after_bytes=after)
                error = outcome(endpoint)
                assert error is not None
                assert error.diagnostics[0].remedy


class Thief:
    """A server that answers the first statement with a request for a file, as any server may."""

    def __init__(self, greeting: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.stolen = b""
        self._greeting = greeting
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with self._listener, self._listener.accept()[0] as client:
            client.sendall(self._greeting)
            for number in (b"\x02", b"\x01"):  # logged in; SET NAMES
                client.recv(65536)
                client.sendall(b"\x07\0\0" + number + b"\0\0\0\x02\0\0\0")
            client.recv(65536)
            client.sendall(b"\x0c\0\0\x01\xfb/etc/passwd")
            while piece := client.recv(65536):
                self.stolen += piece

    def join(self) -> None:
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_no_server_gets_a_file_of_this_machine(mariadb_server: MysqlServer) -> None:
    with socket.create_connection((mariadb_server.host, mariadb_server.port)) as client:
        greeting = client.recv(65536)
    thief = Thief(greeting)
    with pytest.raises(DiagnosticError):
        PROBE.probe(endpoint_of(mariadb_server, port=thief.port))
    thief.join()
    assert thief.stolen == b""


def test_keepalive_ends_what_a_dead_network_holds(mysql_family_server: MysqlServer) -> None:
    with connected(endpoint_of(mysql_family_server)) as connection:
        raw: socket.socket = connection.raw._sock  # type: ignore[attr-defined]
        assert raw.gettimeout() == 600, "the default of stall_timeout"
        assert raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30


def test_an_option_file_that_cannot_be_had(tmp_path: Path) -> None:
    missing = EndpointDefinition(name="shop", engine="mysql", settings={"option_file": str(tmp_path / "no.cnf")})
    with pytest.raises(DiagnosticError, match=r"DMS516.*no\.cnf cannot be read"):
        PROBE.probe(missing)
