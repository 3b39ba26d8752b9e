"""The connection test."""

from __future__ import annotations

from dmsform.provider.values import ServerInfo
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql.connect import connected


def probe(endpoint: EndpointDefinition) -> ServerInfo:
    """Connect and say what answered. Raises DiagnosticError."""
    with connected(endpoint) as connection:
        number = connection.info.server_version
        version = (number // 10000, number % 10000)
        return ServerInfo(f"PostgreSQL {version[0]}.{version[1]}", version)
