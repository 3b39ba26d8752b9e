"""Connections with the one set of session settings under which every type has its canonical text."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql

from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.connect_errors import connect_error
from dmsform_mysql.driver import DEFAULT_CONNECT_TIMEOUT, Driver
from dmsform_mysql.errors import diagnosed, number_of
from dmsform_mysql.session import Connection, Server, prepare
from dmsform_mysql.settings import MysqlSettings
from dmsform_mysql.silence import Silence
from dmsform_mysql.tls import context_of, refuses_client, unusable_files

__all__ = ["Connection", "Server", "connected", "open_connection", "settings_of"]

_HUNG_UP = frozenset({2006, 2013})
_ACTIVITY = "SELECT COMMAND, STATE FROM information_schema.PROCESSLIST WHERE ID = %s"
_WAITS_FOR_US = frozenset({
    "Sending to client", "Receiving from client",  # MySQL
    "Writing to net", "Reading from net",  # MariaDB
})  # fmt: skip


def open_connection(endpoint: EndpointDefinition) -> Connection:
    """Connect in autocommit mode. Raises DiagnosticError: unreachable, authentication, missing database or grant."""
    return _open(endpoint, patient=True)


def _open(endpoint: EndpointDefinition, *, patient: bool) -> Connection:
    settings = settings_of(endpoint)
    try:
        context = context_of(settings)
    except (OSError, ValueError) as error:
        raised = error if isinstance(error, OSError) else OSError(str(error))
        raise DiagnosticError(unusable_files(endpoint, settings, raised)) from error
    raw = _driver(endpoint, settings, context)
    if not patient:
        raw.silence = Silence(settings.connect_timeout or DEFAULT_CONNECT_TIMEOUT, lambda: False)
    elif settings.stall_timeout:
        session = int(raw.thread_id())  # type: ignore[no-untyped-call]
        raw.silence = Silence(settings.stall_timeout, lambda: _is_at_work(endpoint, session))
    try:
        with diagnosed(endpoint):
            return prepare(raw)
    except BaseException:
        raw.close()
        raise


def _is_at_work(endpoint: EndpointDefinition, session: int) -> bool:
    """Whether the server is busy for a session, as it tells another one; no answer is a no."""
    try:
        other = _open(endpoint, patient=False)
    except DiagnosticError as error:
        # It lets nobody else in: that says nothing of the session that it has.
        return not isinstance(error, ConnectionLostError)
    try:
        row = other.row(_ACTIVITY, [session])
    except (pymysql.Error, OSError):
        return False
    finally:
        other.close()
    return row is not None and row[0] != "Sleep" and row[1] not in _WAITS_FOR_US


def settings_of(endpoint: EndpointDefinition) -> MysqlSettings:
    """The endpoint's settings, with what an option file gives now; validated again, as they may come from another
    process. Raises DiagnosticError.
    """
    try:
        return MysqlSettings.model_validate(endpoint.settings).resolved()
    except ValueError as error:
        raise DiagnosticError(
            codes.INVALID_SETTINGS.error(
                f"Endpoint {endpoint.name} cannot be connected to: {error}.",
                "Correct the option file on the machine of the replication instance, or the endpoint's arguments.",
                place=DataPlace(endpoint=endpoint.name),
            )
        ) from error


def _driver(endpoint: EndpointDefinition, settings: MysqlSettings, context: ssl.SSLContext | None) -> Driver:
    try:
        return Driver.to(settings, context)
    except (pymysql.Error, OSError) as error:
        raise connect_error(_clearer(error, settings), endpoint, settings) from error


def _clearer(error: Exception, settings: MysqlSettings) -> Exception:
    """The reason why the server hung up, if it is our certificate.

    TLS 1.3 says so after the handshake, which goes unheard when the server hangs up at once; TLS 1.2 says it before.
    """
    context = context_of(settings) if settings.ssl_cert and number_of(error) in _HUNG_UP else None
    if context is None:
        return error
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        Driver.to(settings, context).close()
    except (pymysql.Error, OSError) as again:
        return again if refuses_client(again) else error
    return error


@contextmanager
def connected(endpoint: EndpointDefinition) -> Iterator[Connection]:
    """A connection for the length of the context; closing it rolls an open transaction back."""
    connection = open_connection(endpoint)
    try:
        yield connection
    finally:
        connection.close()
