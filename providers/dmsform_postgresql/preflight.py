"""Checks before anything runs: rights and settings, each finding with the statement that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import checks
from dmsform_postgresql import codes as own
from dmsform_postgresql.connect import MIN_VERSION, Connection, connected
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.preflight_source import check_source
from dmsform_postgresql.preflight_target import check_target

_TIMEOUTS = """
SELECT name, setting FROM pg_catalog.pg_settings
 WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') AND setting <> '0'
 ORDER BY name
"""


def preflight(endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]) -> Sequence[Diagnostic]:
    """Everything found, errors and warnings. Raises DiagnosticError: the server cannot be reached, or is too old."""
    with connected(endpoint) as connection, diagnosed(endpoint):
        version = connection.info.server_version
        if version < MIN_VERSION:
            raise DiagnosticError(_too_old(endpoint, version))
        findings = check_timeouts(connection, endpoint)
        match role:
            case Role.SOURCE:
                return findings + check_source(connection, endpoint, mapped)
            case Role.TARGET:
                return findings + check_target(connection, endpoint, mapped)
            case _:
                assert_never(role)


def _too_old(endpoint: EndpointDefinition, version: int) -> Diagnostic:
    return own.SERVER_TOO_OLD.error(
        f"Endpoint {endpoint.name} is PostgreSQL {version // 10000}.{version % 10000}.",
        f"Upgrade the server to PostgreSQL {MIN_VERSION // 10000} or newer.",
        place=DataPlace(endpoint=endpoint.name),
        check=checks.VERSION,
    )


def check_timeouts(connection: Connection, endpoint: EndpointDefinition) -> list[Diagnostic]:
    """Every session switches timeouts off; a pooler that gives statements to other sessions brings them back."""
    rows = connection.execute(_TIMEOUTS).fetchall()
    if not rows:
        return []
    told = ", ".join(f"{name} is {setting} ms" for name, setting in rows)
    return [
        codes.STATEMENT_FAILED.error(
            f"The session settings of endpoint {endpoint.name} do not hold: {told}, and was set to 0 before.",
            "Connect to the server itself, or through a pooler that keeps sessions (pgbouncer: pool_mode = session).",
            place=DataPlace(endpoint=endpoint.name),
            check=checks.TIMEOUTS,
        )
    ]
