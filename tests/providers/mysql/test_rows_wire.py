"""Slicing rows out of packets: every length around the protocol's limits, errors and NULLs between rows, over TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pymysql
import pytest

from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.connect import connected
from dmsform_mysql.rows_wire import ColumnRows, whole_rows
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

PACKET = 0xFFFFFF
LENGTHS = (0, 1, 250, 251, 252, 0xFFFF, 0x10000, PACKET - 5, PACKET - 4, PACKET - 3, PACKET + 1, 2 * PACKET - 9)


@pytest.fixture
def endpoint(make_family_database: Callable[[], MysqlDatabase]) -> Iterator[EndpointDefinition]:
    database = make_family_database()
    before = database.value("SELECT @@GLOBAL.max_allowed_packet")
    database.execute(f"SET GLOBAL max_allowed_packet = {64 * 1024 * 1024}")
    yield database.endpoint()
    database.execute(f"SET GLOBAL max_allowed_packet = {before}")


def test_values_of_all_lengths(endpoint: EndpointDefinition) -> None:
    """Each between short ones and a NULL, whose packets must not get lost beside it."""
    _read_lengths(endpoint)


def test_over_tls(make_mysql_database: Callable[[], MysqlDatabase]) -> None:
    """There a read brings 16 KiB at most, and packets end anywhere."""
    endpoint = make_mysql_database().endpoint()
    _read_lengths(
        EndpointDefinition(name="shop", engine="mysql", settings={**endpoint.settings, "ssl_mode": "require"})
    )


def _read_lengths(endpoint: EndpointDefinition) -> None:
    with connected(endpoint) as connection:
        assert (connection.raw.encryption is not None) == (endpoint.settings.get("ssl_mode") == "require")
        for length in LENGTHS:
            rows = ColumnRows(
                connection.raw,
                f"SELECT REPEAT('x', {length}) UNION ALL SELECT 'yy' UNION ALL SELECT NULL UNION ALL SELECT 'end'",
            )
            assert b"".join(rows) == b"x" * length + b"yyend", length
            assert (rows.rows, rows.nulls) == (3, 1)
        # The session is in step.
        assert connection.rows("SELECT 7") == [(7,)]


def test_no_rows_and_only_nulls(endpoint: EndpointDefinition) -> None:
    with connected(endpoint) as connection:
        for query, nulls in (("SELECT 1 WHERE FALSE", 0), ("SELECT NULL UNION ALL SELECT NULL", 2)):
            rows = ColumnRows(connection.raw, query)
            assert list(rows) == []
            assert (rows.rows, rows.nulls) == (0, nulls)
        assert connection.rows("SELECT 7") == [(7,)]


def test_an_error_between_rows_is_raised(endpoint: EndpointDefinition) -> None:
    digits = " UNION ALL ".join(f"SELECT {n} n" for n in range(10))
    query = (
        f"WITH d AS ({digits}) SELECT IF(a.n + b.n + c.n + d.n = 36, (SELECT n FROM d WHERE n > 7), REPEAT('x', 900)) "
        "FROM d a, d b, d c, d d"
    )
    with connected(endpoint) as connection:
        rows = ColumnRows(connection.raw, query)
        with pytest.raises(pymysql.OperationalError, match="more than 1 row"):
            list(rows)
        assert rows.rows > 0
        assert connection.rows("SELECT 7") == [(7,)]
        with pytest.raises(pymysql.Error, match="nothing_of_that_name"):
            ColumnRows(connection.raw, "SELECT 1 FROM nothing_of_that_name.t")


def test_warnings_are_counted(endpoint: EndpointDefinition) -> None:
    with connected(endpoint) as connection:
        rows = ColumnRows(connection.raw, f"SELECT REPEAT('x', {65 * 1024 * 1024})")
        assert list(rows) == []
        assert (rows.nulls, rows.warnings) == (1, 1)


def test_rows_of_several_columns(endpoint: EndpointDefinition) -> None:
    long = PACKET + 100
    with connected(endpoint) as connection:
        query = f"SELECT 1, NULL, REPEAT('x', {long}), '' UNION ALL SELECT 2, 'é', _binary x'00ff', NULL"
        found = list(whole_rows(connection.raw, query))
        assert found == [[b"1", None, b"x" * long, b""], [b"2", "é".encode(), b"\x00\xff", None]]
        assert connection.rows("SELECT 7") == [(7,)]
