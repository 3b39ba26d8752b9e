"""Checks before anything runs: rights and settings, each finding with the statement that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.types import Binary, Geometry, Json, Text
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import checks
from dmsform_mysql import codes as own
from dmsform_mysql.connect import Connection, Server, connected
from dmsform_mysql.errors import diagnosed
from dmsform_mysql.preflight_source import check_source
from dmsform_mysql.preflight_target import check_target

OLDEST_MYSQL, OLDEST_MARIADB = (8, 0), (10, 6)
USUAL_PACKET = 16 << 20
"""MariaDB's own default of max_allowed_packet, in bytes; MySQL's is 64 MiB."""


def preflight(endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]) -> Sequence[Diagnostic]:
    """Everything found, errors and warnings. Raises DiagnosticError when the server cannot be reached."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        if old := too_old(endpoint, connection.server):
            return (old,)
        match role:
            case Role.SOURCE:
                findings = check_source(connection, endpoint, mapped)
            case Role.TARGET:
                findings = check_target(connection, endpoint, mapped)
            case _:
                assert_never(role)
        return findings + _packet(connection, endpoint, mapped)


def too_old(endpoint: EndpointDefinition, server: Server) -> Diagnostic | None:
    """Whether the server lacks what dmsform relies on."""
    if server.version >= (OLDEST_MARIADB if server.mariadb else OLDEST_MYSQL):
        return None
    return own.SERVER_TOO_OLD.error(
        f"Endpoint {endpoint.name} is {server.label}.",
        "Upgrade the server to MySQL 8.0 or MariaDB 10.6, or newer.",
        place=DataPlace(endpoint=endpoint.name),
        check=checks.VERSION,
    )


def _packet(connection: Connection, endpoint: EndpointDefinition, mapped: Sequence[MappedTable]) -> list[Diagnostic]:
    """Large objects against a server that was made to handle small ones."""
    limit = connection.server.max_allowed_packet
    large = next((m for m in mapped if any(_unbounded(c.type) for c in m.columns)), None)
    if limit >= USUAL_PACKET or large is None:
        return []
    return [
        own.PACKET_TOO_SMALL.warning(
            f"max_allowed_packet of the server of endpoint {endpoint.name} is {limit:,} bytes; a larger value (of "
            f"table {large.source.name}, for one) stops its table's load.",
            "If there may be such values, run as an administrator, and put it into the server's configuration: "
            "SET GLOBAL max_allowed_packet = 1073741824",
            place=DataPlace(endpoint=endpoint.name),
            check=checks.MAX_PACKET,
        )
    ]


def _unbounded(column: object) -> bool:
    match column:
        case Text() | Binary():
            return column.length is None
        case Json() | Geometry():
            return True
        case _:
            return False
