"""Connections with the one set of session settings under which every type has its canonical text."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql

from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.connect_errors import connect_error
from dmsform_mysql.driver import Driver
from dmsform_mysql.errors import diagnosed
from dmsform_mysql.session import Connection, Server, prepare
from dmsform_mysql.settings import MysqlSettings
from dmsform_mysql.tls import context_of, unusable_files

__all__ = ["Connection", "Server", "connected", "open_connection", "settings_of"]


def open_connection(endpoint: EndpointDefinition) -> Connection:
    """Connect in autocommit mode. Raises DiagnosticError: unreachable, authentication, missing database or grant."""
    settings = settings_of(endpoint)
    try:
        context = context_of(settings)
    except (OSError, ValueError) as error:
        raised = error if isinstance(error, OSError) else OSError(str(error))
        raise DiagnosticError(unusable_files(endpoint, settings, raised)) from error
    raw = _driver(endpoint, settings, context)
    try:
        with diagnosed(endpoint):
            return prepare(raw)
    except BaseException:
        raw.close()
        raise


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
        raise connect_error(error, endpoint, settings) from error


@contextmanager
def connected(endpoint: EndpointDefinition) -> Iterator[Connection]:
    """A connection for the length of the context; closing it rolls an open transaction back."""
    connection = open_connection(endpoint)
    try:
        yield connection
    finally:
        connection.close()
