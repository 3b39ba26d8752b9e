"""The connection test."""

from __future__ import annotations

import hashlib

from dmsform.provider.values import ServerInfo
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.connect import Connection, connected
from dmsform_mysql.errors import diagnosed

_IDENTITY = """
SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_uid', 'hostname', 'port', 'datadir', 'server_id')
"""
# Both count from the moment of the statement, so that the difference is the moment of the start.
_STARTED = "SELECT FLOOR(UNIX_TIMESTAMP(NOW()) - VARIABLE_VALUE) FROM {}.{} WHERE VARIABLE_NAME = 'Uptime'"
_STARTED_MYSQL = _STARTED.format("performance_schema", "global_status")
_STARTED_MARIADB = _STARTED.format("information_schema", "GLOBAL_STATUS")


def probe(endpoint: EndpointDefinition) -> ServerInfo:
    """Connect and say what answered. Raises DiagnosticError."""
    with connected(endpoint) as connection:
        with diagnosed(endpoint):
            store = _store(connection)
        server = connection.server
        return ServerInfo(server.label, server.version, store, connection.raw.encryption)


def _store(connection: Connection) -> str:
    """The running server, by whatever address it was reached; its databases are parts of the tables' names.

    No identifier alone would do: a copy of a server's files keeps MySQL's, and MariaDB's is made from the network card.
    """
    identity = sorted(connection.rows(_IDENTITY))
    started = connection.row(_STARTED_MARIADB if connection.server.mariadb else _STARTED_MYSQL)
    return hashlib.sha256(repr((identity, started)).encode()).hexdigest()[:32]
