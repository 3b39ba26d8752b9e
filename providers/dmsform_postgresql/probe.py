"""The connection test."""

from __future__ import annotations

from psycopg import errors

from dmsform.provider.values import ServerInfo
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql.connect import Connection, connected
from dmsform_postgresql.errors import diagnosed

_STARTED = """
SELECT extract(epoch FROM pg_postmaster_start_time()), current_setting('port'), oid
  FROM pg_database WHERE datname = current_database()
"""


def probe(endpoint: EndpointDefinition) -> ServerInfo:
    """Connect and say what answered. Raises DiagnosticError."""
    with connected(endpoint) as connection:
        number = connection.info.server_version
        version = (number // 10000, number % 10000)
        with diagnosed(endpoint):
            store, encryption = _store(connection), _encryption(connection)
        return ServerInfo(f"PostgreSQL {version[0]}.{version[1]}", version, store, encryption)


def _encryption(connection: Connection) -> str | None:
    """The protocol in the server's words; where another one than the server ends the encryption, it knows none."""
    if not connection.pgconn.ssl_in_use:
        return None
    row = connection.execute("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    return (row and row[0]) or "TLS"


def _store(connection: Connection) -> str:
    """The database on the running server, by whatever address it was reached.

    The system identifier alone would not do: a copy of a cluster's files keeps it, and is another store.
    """
    row = connection.execute(_STARTED).fetchone()
    assert row is not None, "the database that one is connected to exists"
    try:
        server = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    except errors.InsufficientPrivilege:
        # Not the address: one server has several, and the moment of its start to the microsecond tells servers apart.
        server = None
    return ":".join(map(str, (*(server or ()), *row)))
