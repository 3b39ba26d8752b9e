"""A server that is silent is waited for while it works, and given up when it does nothing for the session."""

from __future__ import annotations

import pytest

from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.proxy import BlackHole, Direction, FaultProxy
from dmsform_mysql.connect import Connection, connected
from dmsform_mysql.errors import diagnosed
from dmsform_mysql.local_infile import LocalInfile
from dmsform_mysql.rows_wire import ColumnRows
from tests.servers import wait_until

pytestmark = pytest.mark.server


def endpoint_of(server: MysqlServer, proxy: FaultProxy, **settings: object) -> EndpointDefinition:
    given = {**server.settings(), "port": proxy.port, "stall_timeout": 1, "connect_timeout": 2, **settings}
    return EndpointDefinition(name="shop", engine="mysql", settings=given)


def test_a_statement_that_takes_its_time_is_waited_for(mysql_family_server: MysqlServer) -> None:
    server = mysql_family_server
    with FaultProxy(server.host, server.port) as proxy, connected(endpoint_of(server, proxy)) as connection:
        assert connection.rows("SELECT SLEEP(2.5)") == [(0,)]
        assert proxy.connections == 3, "asked once a second"


def read(connection: Connection, endpoint: EndpointDefinition, query: str) -> None:
    with diagnosed(endpoint):
        for _ in ColumnRows(connection.raw, query):
            pass


def test_silence_ends_reading_and_says_what_to_do(mysql_family_server: MysqlServer) -> None:
    """Rows that wait in front of us are as silent as none: the server says that it waits for us."""
    server = mysql_family_server
    query = "SELECT REPEAT('x', 1000000) FROM information_schema.COLLATIONS LIMIT 50"
    for held, encrypted in ((None, "none"), (Direction.TO_CLIENT, "none"), (Direction.TO_CLIENT, "require")):
        if encrypted == "require" and server.flavor == "mariadb":
            continue  # this one has no certificate
        with FaultProxy(server.host, server.port) as proxy:
            endpoint = endpoint_of(server, proxy, ssl_mode=encrypted)
            with connected(endpoint) as connection:
                # Everything that comes later to this connection alone; the server can be asked.
                start = proxy.delivered(Direction.TO_CLIENT) + (300_000 if held else 0)
                proxy.set(BlackHole(), held, after_bytes=start, times=1)
                with pytest.raises(ConnectionLostError) as raised:
                    read(connection, endpoint, query)
            (diagnostic,) = raised.value.diagnostics
            assert "no byte came or went for 1 s (stall_timeout)" in diagnostic.detail
            assert "stall_timeout" in str(diagnostic.remedy)


def load(connection: Connection, endpoint: EndpointDefinition) -> None:
    with diagnosed(endpoint):
        connection.execute("START TRANSACTION")
        infile = LocalInfile(connection, "LOAD DATA LOCAL INFILE 'rows' INTO TABLE t")
        for _ in range(40):
            infile.send(b"x" * 999_999 + b"\n")
        infile.finish()


def test_silence_ends_sending(mysql_family_server: MysqlServer) -> None:
    server = mysql_family_server
    database = server.create_database()
    server.execute("CREATE TABLE t (v longtext)", database=database)
    with FaultProxy(server.host, server.port) as proxy:
        endpoint = endpoint_of(server, proxy, database=database)
        proxy.set(BlackHole(), Direction.TO_SERVER, after_bytes=1_000_000, times=1)
        with connected(endpoint) as connection, pytest.raises(ConnectionLostError, match="stall_timeout"):
            load(connection, endpoint)
        proxy.clear()
        wait_until(lambda: proxy.open_connections == 0, "the end of the connection")
    with server.connect(database) as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchall() == ((0,),)
    server.drop_database(database)
