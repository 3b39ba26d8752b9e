"""Why no connection came about, by the server's error numbers and, for encryption, by what Python's TLS says."""

from __future__ import annotations

import socket

import pymysql

from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.errors import number_of, password_expired, text_of
from dmsform_mysql.quoting import identifier
from dmsform_mysql.refusals import missing_grant
from dmsform_mysql.settings import MysqlSettings
from dmsform_mysql.tls import tls_failure

_TOO_MANY = frozenset({1040, 1203, 1226})
_LOCKED = frozenset({3118, 3955, 4150, 4151})
_PLUGIN = frozenset({1251, 1524, 2059, 2061})
_PASSWORD_EXPIRED = frozenset({1820, 1862})
_HOST_BLOCKED, _HOST_UNKNOWN = 1129, 1130


def connect_error(error: Exception, endpoint: EndpointDefinition, settings: MysqlSettings) -> DiagnosticError:
    """The reason as a diagnostic; a ConnectionLostError where trying again may succeed.

    settings -- those that it was tried with.
    """
    number, text = number_of(error), text_of(error)
    if failure := tls_failure(number, error, endpoint, settings) or _refused(number, text, endpoint, settings):
        return DiagnosticError(failure)
    place, address = DataPlace(endpoint=endpoint.name), settings.address
    if number in _TOO_MANY:
        return ConnectionLostError(
            codes.UNREACHABLE.error(
                f"The server at {address} takes no further connections: {text}",
                "Load fewer tables at a time (parallel_tables), or run as an administrator: "
                "SET GLOBAL max_connections = 500 (for one user: ALTER USER ... WITH MAX_USER_CONNECTIONS 100).",
                place=place,
            )
        )
    remedy = "Check that the server runs, and the arguments host, port and ssl_mode; that no firewall is in between."
    return ConnectionLostError(codes.UNREACHABLE.error(f"No connection to {address}: {text}", remedy, place=place))


def _refused(number: int, text: str, endpoint: EndpointDefinition, settings: MysqlSettings) -> Diagnostic | None:
    """What the server refused, knowing who asked."""
    address, place = settings.address, DataPlace(endpoint=endpoint.name)
    match number:
        case 1049:
            detail = f'The server at {address} has no database "{settings.database}".'
            remedy = (
                f"Create it (CREATE DATABASE {identifier(str(settings.database))}), or correct the argument database."
            )
            return codes.MISSING_DATABASE.error(detail, remedy, place=place)
        case 1044:
            return missing_grant(text, endpoint, None, "SELECT", None)
        case 1045 | 1698:
            detail = f'The server at {address} refused user "{settings.username}": {text}'
            return codes.AUTHENTICATION.error(detail, _login_remedy(settings), place=place)
        case _ if number == _HOST_BLOCKED:
            return codes.AUTHENTICATION.error(
                f"The server at {address} blocks this machine after broken connections: {text}",
                "Run as an administrator: TRUNCATE TABLE performance_schema.host_cache (MariaDB: FLUSH HOSTS). What "
                "broke the connections, a port check perhaps, does it again unless it is stopped.",
                place=place,
            )
        case _ if number == _HOST_UNKNOWN:
            host = text.partition("'")[2].partition("'")[0] or socket.gethostname()
            return codes.AUTHENTICATION.error(
                f"The server at {address} has no user that may connect from this machine: {text}",
                f"Run as an administrator: CREATE USER '{settings.username}'@'{host}' IDENTIFIED BY '...', with the "
                "rights that preflight names.",
                place=place,
            )
        case _ if number in _LOCKED:
            detail = f'User "{settings.username}" is locked on the server at {address}: {text}'
            remedy = f"Run as an administrator: ALTER USER '{settings.username}'@'...' ACCOUNT UNLOCK."
            return codes.AUTHENTICATION.error(detail, remedy, place=place)
        case _ if number in _PASSWORD_EXPIRED:
            return password_expired(endpoint, text)
        case _ if number in _PLUGIN:
            return _unknown_plugin(text, endpoint, settings)
        case _:
            return None


def _login_remedy(settings: MysqlSettings) -> str:
    """The server says the same for a wrong password and for a connection less safe than it demands of the user."""
    remedy = "Correct the arguments username and password"
    if settings.socket is None and settings.ssl_mode == "none":
        remedy += "; if the server demands TLS (REQUIRE SSL of the user, require_secure_transport), set ssl_mode too"
    if settings.socket is None and settings.ssl_cert is None:
        remedy += "; if it demands a certificate of the client (REQUIRE X509), give ssl_cert and ssl_key"
    return f"{remedy}. A user of MySQL is a name and a host: it must be allowed from this machine."


def _unknown_plugin(text: str, endpoint: EndpointDefinition, settings: MysqlSettings) -> Diagnostic:
    return codes.AUTHENTICATION.error(
        f'User "{settings.username}" authenticates to the server at {settings.address} in a way that does not work '
        f"here: {text}",
        "Let the user authenticate by caching_sha2_password (MySQL), ed25519 or mysql_native_password (MariaDB): "
        "ALTER USER ... IDENTIFIED WITH caching_sha2_password BY '...' (MariaDB: IDENTIFIED VIA ed25519 USING "
        "PASSWORD('...')).",
        place=DataPlace(endpoint=endpoint.name),
    )


def plain_text_refused(plugin: str) -> pymysql.OperationalError:
    """A server asked for the password in a form that anyone in between could read."""
    return pymysql.OperationalError(
        2059, f"the server asks for the password by {plugin}, which dmsform sends over encrypted connections only"
    )
