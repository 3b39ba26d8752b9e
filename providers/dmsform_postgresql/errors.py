"""Turns PostgreSQL's errors into diagnostics, by SQLSTATE (appendix A of the PostgreSQL manual).

While a connection is being made libpq gives no SQLSTATE, only the message; that is the one place where texts count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError, shortened
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import codes as own
from dmsform_postgresql.quoting import identifier, qualified
from dmsform_postgresql.settings import PostgresSettings, login_of
from dmsform_postgresql.tls import tls_failure

# Shutdown, crash, start-up, too many connections, deadlock, serialization, lock and idle timeouts: all may pass.
_RETRY = frozenset({"57P01", "57P02", "57P03", "57P05", "53300", "40001", "40P01", "55P03", "25P03", "25P04"})
_COPY_PLACE = re.compile(r'^COPY .*?, \S+ (?P<line>\d+), \S+ (?P<column>.+?): (?:"(?P<value>.*)"|.*)$', re.S | re.M)
_KEY = re.compile(r"\((?P<columns>[^()]*)\)=\((?P<values>.*)\) ", re.S)
_REFUSED_LOGIN = (
    r"authentication failed|no password supplied|role \".*\" does not exist|pg_hba|not permitted|"
    r"authentication method requirement|certificate authentication"
)
_OTHER_SERVER = r"(session|server) is (not )?(read-only|in hot standby)"
_DENIED = re.compile(r"permission denied for (?P<kind>\w+)(?: (?P<name>.+))?$")


@contextmanager
def diagnosed(endpoint: EndpointDefinition, table: TableName | None = None, right: str = "SELECT") -> Iterator[None]:
    """Raise the context's psycopg errors as diagnostics.

    table -- the table that is being worked on; right -- what is being done to it, as the grant that allows it.
    """
    try:
        yield
    except psycopg.Error as error:
        raise statement_error(error, endpoint, table, right) from error
    except (ValueError, LookupError) as error:  # a wrong use of the driver is told by other errors, and stays one
        if not _of_the_driver(error):
            raise
        said = f"the answer is not one of PostgreSQL's protocol ({type(error).__name__}: {error})"
        raise statement_error(psycopg.OperationalError(said), endpoint, table, right) from error


def _of_the_driver(error: Exception) -> bool:
    """Whether psycopg stumbled over what it was sent, which it tells by whatever goes wrong then."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("psycopg")


def connect_error(error: psycopg.Error, endpoint: EndpointDefinition, settings: PostgresSettings) -> DiagnosticError:
    """Why no connection came about. settings -- those that it was tried with."""
    text = _connecting_text(error)
    user, database = settings.username, settings.database
    address = f"{settings.host}:{settings.port}"
    place = DataPlace(endpoint=endpoint.name)
    if re.search(r'database ".*" does not exist', text):
        detail = f'The server at {address} has no database "{database}".'
        remedy = f"Create it (CREATE DATABASE {identifier(str(database))}), or correct the argument database."
        return DiagnosticError(codes.MISSING_DATABASE.error(detail, remedy, place=place))
    if re.search(r"permission denied for database|CONNECT privilege", text):
        detail = f'User "{user}" may not connect to database "{database}" at {address}: {text}'
        grant = f"GRANT CONNECT ON DATABASE {identifier(str(database))} TO {identifier(str(user))}"
        return DiagnosticError(codes.MISSING_GRANT.error(detail, f"Run as its owner: {grant}", place=place))
    if failure := tls_failure(text, endpoint, settings):
        return DiagnosticError(failure)
    if re.search(_REFUSED_LOGIN, text):
        detail = f'The server at {address} refused user "{user}": {text}'
        remedy = "Correct the arguments username and password, or let pg_hba.conf of the server allow this connection."
        return DiagnosticError(codes.AUTHENTICATION.error(detail, remedy, place=place))
    if isinstance(error, psycopg.ProgrammingError) or re.search(_OTHER_SERVER, text):
        detail = f"No connection to {address} as the endpoint's arguments ask for: {text}"
        remedy = "Correct the arguments host, port and options (target_session_attrs says which server is wanted)."
        return DiagnosticError(codes.INVALID_SETTINGS.error(detail, remedy, place=place))
    detail = f"No connection to {address}: {text}"
    remedy = "Check that the server runs, and the arguments host, port and ssl_mode; that no firewall is in between."
    return ConnectionLostError(codes.UNREACHABLE.error(detail, remedy, place=place))


def _connecting_text(error: psycopg.Error) -> str:
    """The last attempt's message: psycopg lists those to all addresses of a host."""
    return re.sub(r'^connection failed: |connection to server at "[^"]*", port \d+ failed: ', "", _text(error))


def statement_error(
    error: psycopg.Error, endpoint: EndpointDefinition, table: TableName | None = None, right: str = "SELECT"
) -> DiagnosticError:
    """Why a statement failed; a ConnectionLostError when trying again may succeed."""
    state, text = error.sqlstate or "", _text(error)
    place = DataPlace(endpoint=endpoint.name, table=str(table) if table else None)
    if state in _RETRY or state.startswith("08") or (not state and isinstance(error, psycopg.OperationalError)):
        detail = f"The open transaction on endpoint {endpoint.name} broke off: {text}"
        remedy = "Nothing of it was kept. The task tries again by itself; if it persists, look at the server's log."
        return ConnectionLostError(codes.CONNECTION_LOST.error(detail, remedy, place=place))
    return DiagnosticError(_by_state(state, error, text, endpoint, table, right, place))


def stalled(error: ConnectionLostError, endpoint: EndpointDefinition, seconds: int) -> ConnectionLostError:
    """The reason of an error after which the connection turns out to have been given up for its silence."""
    return ConnectionLostError(
        codes.CONNECTION_LOST.error(
            f"The open transaction on endpoint {endpoint.name} was given up: no byte came or went for {seconds} s "
            "(stall_timeout), and the server is not at work for it either.",
            "Nothing of it was kept. The task tries again by itself; if it persists, look for what is between here and "
            "the server and keeps connections that it no longer serves (a proxy, a firewall), or give the endpoint a "
            "longer stall_timeout.",
            place=error.diagnostics[0].place,
        )
    )


def _by_state(
    state: str,
    error: psycopg.Error,
    text: str,
    endpoint: EndpointDefinition,
    table: TableName | None,
    right: str,
    place: DataPlace,
) -> Diagnostic:
    match state:
        case "53100":
            return codes.DISK_FULL.error(
                f"The server of endpoint {endpoint.name} has no room left: {text}",
                "Free or add space there, then resume the task; the tables completed so far are kept.",
                place=place,
            )
        case "42501":
            return missing_grant(text, endpoint, table, right)
        case "25006":
            return own.TARGET_READ_ONLY.error(
                f"The server of endpoint {endpoint.name} takes no writes: {text}",
                "Give the connection of the primary server, or let transactions begin writable "
                "(default_transaction_read_only = off).",
                place=place,
            )
        case "0A000" | "2BP01" if right in ("TRUNCATE", "DROP"):
            return own.TABLE_IN_USE.error(
                f"{right} of {table} is refused by the server: {text}{_detail(error)}",
                "Drop what the server names before the load and create it again after it; dmsform never "
                "cascades to what the plan did not name.",
                place=place,
            )
        case _ if state[:2] in ("22", "23"):
            return _value_refused(error, text, place)
        case _:
            return codes.STATEMENT_FAILED.error(
                f"The server of endpoint {endpoint.name} refused a statement: {text}{_detail(error)} "
                f"(SQLSTATE {state or 'unknown'})",
                "Mend the cause named by the server and run the task again.",
                place=place,
            )


def missing_grant(text: str, endpoint: EndpointDefinition, table: TableName | None, right: str) -> Diagnostic:
    """The diagnostic of a missing right, with the statement that gives it."""
    (login, database), found = login_of(endpoint.settings), _DENIED.search(text)
    user = identifier(login)
    kind = found["kind"] if found else ""
    name = (found["name"] or "").strip('"') if found else ""
    match kind:
        case "database":
            grant = f"GRANT CREATE ON DATABASE {identifier(database)} TO {user}"
        case "schema":
            grant = f"GRANT USAGE, CREATE ON SCHEMA {identifier(name)} TO {user}"
        case "sequence":
            schema = identifier(table.schema) if table else "..."
            grant = f"GRANT SELECT, UPDATE ON SEQUENCE {schema}.{identifier(name)} TO {user}"
        case "tablespace":
            grant = f"GRANT CREATE ON TABLESPACE {identifier(name)} TO {user}"
        case _ if "row-level security" in text:
            grant = f"ALTER ROLE {user} BYPASSRLS"
        case _ if text.startswith("must be owner") and table:
            grant = f"ALTER TABLE {qualified(table)} OWNER TO {user}"
        case _:
            grant = f"GRANT {right} ON {qualified(table) if table else '...'} TO {user}"
    return codes.MISSING_GRANT.error(
        f"User {user} of endpoint {endpoint.name} lacks a right: {text}",
        f"Run as the owner or an administrator: {grant}",
        place=DataPlace(endpoint=endpoint.name, table=str(table) if table else None),
    )


def _value_refused(error: psycopg.Error, text: str, place: DataPlace) -> Diagnostic:
    diag = error.diag
    column, value, line = diag.column_name, None, None
    if found := _COPY_PLACE.search(diag.context or ""):
        column, value, line = found["column"], found["value"], found["line"]
    elif key := _KEY.search(diag.message_detail or ""):
        column, value = key["columns"], key["values"]
    where = f" (row {line} of the load)" if line else ""
    place = DataPlace(place.endpoint, place.table, column, None if value is None else shortened(value))
    return codes.VALUE_REFUSED.error(
        f"The server refused a value of {place.table}{where}: {text}{_detail(error)}", _value_remedy(error), place=place
    )


def _value_remedy(error: psycopg.Error) -> str:
    match error.sqlstate:
        case "23503":
            return (
                "Tables load in parallel: drop the foreign key before the load and add it again after it, or give the "
                "referenced table a higher load-order and load with parallel_tables = 1."
            )
        case "23505":
            return "Remove the duplicates from the source, or from the mapping what makes rows equal (masks, filters)."
        case _:
            return (
                "Correct the value in the source, leave the row or column out by a rule, or give the column another "
                "type (change-data-type)."
            )


def _text(error: psycopg.Error) -> str:
    return (error.diag.message_primary or str(error)).strip()


def _detail(error: psycopg.Error) -> str:
    parts = (error.diag.message_detail, error.diag.message_hint)
    return "".join(f"; {shortened(part, 600)}" for part in parts if part)
