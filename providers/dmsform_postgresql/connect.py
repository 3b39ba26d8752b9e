"""Connections with the one set of session settings under which every type has its canonical text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Lock
from typing import Any, TypeAlias

import psycopg
from psycopg.pq import Conninfo

from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql.errors import connect_error, diagnosed, stalled
from dmsform_postgresql.settings import PostgresSettings
from dmsform_postgresql.silence import SilenceWatch
from dmsform_postgresql.tls import unreadable_files

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

MIN_VERSION = 130000

DEFAULT_CONNECT_TIMEOUT = 10

LOCK_TIMEOUT_SECONDS = 60
"""How long to wait behind another session's lock before giving up and trying again: never for ever."""

_SESSION = (
    # The text of values: both ends of a copy must agree on all of these.
    "client_encoding = 'UTF8'", "TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "IntervalStyle = 'postgres'",
    "bytea_output = 'hex'", "extra_float_digits = 1", "lc_monetary = 'C'", "xmloption = 'content'",
    "standard_conforming_strings = on", "array_nulls = on",
    # An error instead of rows that policies hide; names never resolved through a schema that anyone may write to.
    "row_security = off", "search_path = ''",
    # A role's own limits must not cut a load short; waiting for locks must end.
    "statement_timeout = 0", "idle_in_transaction_session_timeout = 0",
    f"lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'", "synchronize_seqscans = off",
)  # fmt: skip

_ENVIRONMENT = Lock()
_ACTIVITY = "SELECT state, wait_event_type FROM pg_catalog.pg_stat_activity WHERE pid = %s"

_KEEPALIVE: dict[str, Any] = {
    "keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}  # fmt: skip


def settings_of(endpoint: EndpointDefinition) -> PostgresSettings:
    """The endpoint's settings, validated again: they may come from another process."""
    return PostgresSettings.model_validate(endpoint.settings)


def _resolved(endpoint: EndpointDefinition) -> PostgresSettings:
    try:
        return settings_of(endpoint).resolved()
    except ValueError as error:
        raise DiagnosticError(
            codes.INVALID_SETTINGS.error(
                f"Endpoint {endpoint.name} cannot be connected to: {error}.",
                "Correct the service file on the machine of the replication instance, or the endpoint's arguments.",
                place=DataPlace(endpoint=endpoint.name),
            )
        ) from error


def _known(settings: PostgresSettings) -> dict[str, Any]:
    """The parameters, without those of our own that an older libpq does not know (nor takes from anywhere)."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} | (settings.options or {}).keys()
    return {name: value for name, value in settings.conninfo().items() if name in known}


@contextmanager
def _without_service() -> Iterator[None]:
    """Hide PGSERVICE, the one variable of the environment that no argument overrides, until libpq has read it."""
    with _ENVIRONMENT:
        hidden = os.environ.pop("PGSERVICE", None)
        try:
            yield
        finally:
            if hidden is not None:
                os.environ["PGSERVICE"] = hidden


def open_connection(endpoint: EndpointDefinition) -> Connection:
    """Connect in autocommit mode. Raises DiagnosticError: unreachable, authentication, missing database or grant."""
    settings = _resolved(endpoint)
    if unreadable := unreadable_files(endpoint, settings):
        raise DiagnosticError(unreadable)
    try:
        with _without_service():
            connection = psycopg.connect(**_known(settings), **_KEEPALIVE, autocommit=True)
    except psycopg.Error as error:
        raise connect_error(error, endpoint, settings) from error
    watch = SilenceWatch(connection.pgconn, _connect_timeout(settings))
    try:
        with closing(watch), watch.waiting(), diagnosed(endpoint):
            connection.execute("; ".join(f"SET {setting}" for setting in _SESSION))
            if connection.info.server_version >= 170000:
                connection.execute("SET transaction_timeout = 0")
    except BaseException as error:
        connection.close()
        if watch.gave_up:
            said = psycopg.OperationalError("timeout expired: the server let us in and said nothing more")
            raise connect_error(said, endpoint, settings) from error
        raise
    return connection


def _connect_timeout(settings: PostgresSettings) -> int:
    return settings.connect_timeout or DEFAULT_CONNECT_TIMEOUT


@contextmanager
def connected(endpoint: EndpointDefinition) -> Iterator[Connection]:
    """A connection for the length of the context; closing it rolls an open transaction back."""
    with streaming(endpoint) as (connection, watch), watch.waiting():
        yield connection


@contextmanager
def streaming(endpoint: EndpointDefinition) -> Iterator[tuple[Connection, SilenceWatch]]:
    """A connection that does not wait for the server all the time, with the watch that is told when it does."""
    connection = open_connection(endpoint)
    pid = connection.info.backend_pid
    seconds = settings_of(endpoint).stall_timeout
    watch = SilenceWatch(connection.pgconn, seconds, lambda: _idle(endpoint, pid))
    try:
        yield connection, watch
    except ConnectionLostError as error:
        if watch.gave_up:
            raise stalled(error, endpoint, seconds) from error
        raise
    finally:
        watch.close()
        connection.close()


def _idle(endpoint: EndpointDefinition, pid: int) -> bool:
    """Whether the server does nothing for a session that waits for it, or cannot be asked."""
    try:
        other = open_connection(endpoint)
    except ConnectionLostError:
        return True
    except DiagnosticError:
        return False  # it takes no further connection: that says nothing of the one it has
    watch = SilenceWatch(other.pgconn, _connect_timeout(settings_of(endpoint)))
    with closing(watch), watch.waiting():
        try:
            row = other.execute(_ACTIVITY, [pid]).fetchone()
        except psycopg.Error:
            return True
        finally:
            other.close()
    return row is None or row[0] != "active" or row[1] == "Client"
