"""Turns the driver's errors into diagnostics, by MySQL's error numbers (they are MariaDB's too, up to 3000)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pymysql

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition

# Too many connections, shutdown, lost, gone, lock wait, deadlock, interrupted, table definition changed.
_RETRY = frozenset(
    {1040, 1053, 1077, 1079, 1152, 1153, 1158, 1159, 1160, 1161, 1205, 1213, 1317, 1412, 2003, 2006, 2013}
)


@contextmanager
def diagnosed(endpoint: EndpointDefinition, table: TableName | None = None, right: str = "SELECT") -> Iterator[None]:
    """Raise the context's errors of the driver as diagnostics.

    table -- the table that is being worked on; right -- what is being done to it, as the grant that allows it.
    """
    try:
        yield
    except (pymysql.Error, OSError) as error:
        raise statement_error(error, endpoint, table, right) from error


def connect_error(error: Exception, endpoint: EndpointDefinition) -> DiagnosticError:
    """Why no connection came about."""
    place = DataPlace(endpoint=endpoint.name)
    remedy = "Check that the server runs, and the arguments host, port and ssl_mode; that no firewall is in between."
    return ConnectionLostError(codes.UNREACHABLE.error(f"No connection: {error}", remedy, place=place))


def statement_error(
    error: Exception, endpoint: EndpointDefinition, table: TableName | None = None, right: str = "SELECT"
) -> DiagnosticError:
    """Why a statement failed; a ConnectionLostError when trying again may succeed."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    text = str(error.args[-1]) if error.args else str(error)
    place = DataPlace(endpoint=endpoint.name, table=str(table) if table else None)
    if number in _RETRY or isinstance(error, OSError):
        detail = f"The open transaction on endpoint {endpoint.name} broke off: {text}"
        remedy = "Nothing of it was kept. The task tries again by itself; if it persists, look at the server's log."
        return ConnectionLostError(codes.CONNECTION_LOST.error(detail, remedy, place=place))
    return DiagnosticError(
        codes.STATEMENT_FAILED.error(
            f"The server of endpoint {endpoint.name} refused a statement: {text} (error {number})",
            "Mend the cause named by the server and run the task again.",
            place=place,
        )
    )
