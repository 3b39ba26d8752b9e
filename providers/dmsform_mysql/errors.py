"""Turns the driver's errors into diagnostics, by the server's error numbers.

MySQL and MariaDB share the numbers below 2000; above 3000 each has its own. Texts are read only where the number does
not tell enough (which column, which right): every session asks for them in English (`lc_messages`).
Sources: MySQL "Server Error Message Reference", MariaDB "Error Codes".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from pymysql.constants import CR

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import codes as own
from dmsform_mysql.refusals import VALUE_NUMBERS, missing_grant, value_refused

MALFORMED_PACKET = 2027
"""What a session raises when the driver does not understand what was sent."""


class StalledError(pymysql.OperationalError):
    """The server has said nothing for so many seconds, and does nothing either (see `silence`)."""

    def __init__(self, seconds: int) -> None:
        said = f"no byte came or went for {seconds} s (stall_timeout), and the server is not at work for it either"
        super().__init__(CR.CR_SERVER_LOST, said)


_LOST = frozenset({
    0,  # the driver's own: closed, or packets out of step
    1053, 1077, 1079, 1080, 1152, 1184, 1927, 3168,  # shut down, killed
    1155, 1156, 1157, 1158, 1159, 1160, 1161, 4031,  # the network between
    2003, 2006, 2013, 2014, MALFORMED_PACKET, 2055,
})  # fmt: skip
_PASSING = frozenset({
    1040, 1203, 1226,  # too many connections
    1020, 1205, 1213, 1614, 3101, 3572,  # another transaction was in the way
    1047,  # a node of a cluster that is not ready
    1317, 1412,  # interrupted; the table was altered after the snapshot began
})  # fmt: skip
_DENIED = frozenset({1044, 1142, 1143, 1227, 1370})
_DISK_FULL = frozenset({20, 1021, 1114})
_NO_SPACE = ("errno: 28", "Errcode: 28", "error 28", "No space left")
_READ_ONLY = frozenset({1036, 1792, 1836, 1874})
_LOCAL_INFILE = frozenset({1148, 3948, 4166})
_TOO_LARGE = frozenset({1153, 1162, 1301, 2020})
_IN_USE = frozenset({1217, 1451, 1701, 3730})
_BROKEN_VIEW = frozenset({1045, 1356, 1449})  # 1045: its definer is gone, which is told to no one
_PASSWORD_EXPIRED = frozenset({1820, 1862})


@contextmanager
def diagnosed(endpoint: EndpointDefinition, table: TableName | None = None, right: str = "SELECT") -> Iterator[None]:
    """Raise the context's errors of the driver as diagnostics.

    table -- the table that is being worked on; right -- what is being done to it, as the grant that allows it.
    """
    try:
        yield
    except (pymysql.Error, OSError) as error:
        raise statement_error(error, endpoint, table, right) from error


def number_of(error: BaseException) -> int:
    """The error's number; 0 for one that has none."""
    first = error.args[0] if error.args else None
    return first if isinstance(error, pymysql.Error) and isinstance(first, int) else 0


def text_of(error: BaseException) -> str:
    """What the server or the driver said, without the number."""
    said = str(error.args[-1]).strip() if error.args else ""
    return said or type(error).__name__


def statement_error(
    error: Exception, endpoint: EndpointDefinition, table: TableName | None = None, right: str = "SELECT"
) -> DiagnosticError:
    """Why a statement failed; a ConnectionLostError when trying again may succeed."""
    number, text = number_of(error), text_of(error)
    place = DataPlace(endpoint=endpoint.name, table=str(table) if table else None)
    if number in _LOST and not _full(text):
        return ConnectionLostError(
            codes.CONNECTION_LOST.error(
                f"The open transaction on endpoint {endpoint.name} broke off: {text}",
                f"Nothing of it was kept. The task tries again by itself; if it persists, {_cause(error)}",
                place=place,
            )
        )
    if number in _PASSING:
        return ConnectionLostError(
            codes.CONNECTION_LOST.error(
                f"The open transaction on endpoint {endpoint.name} was rolled back: {text} (error {number})",
                "Nothing of it was kept. The task tries again by itself; if it persists, look for sessions that hold "
                "locks or change tables there (SHOW FULL PROCESSLIST).",
                place=place,
            )
        )
    return DiagnosticError(_by_number(number, text, error, endpoint, table, right, place))


def _cause(error: Exception) -> str:
    if isinstance(error, StalledError):
        return (
            "look for what is between here and the server and keeps connections that it no longer serves (a proxy, a "
            "firewall), or give the endpoint a longer stall_timeout."
        )
    return (
        "look at the server's log. If it is always at the same row, the server's max_allowed_packet is smaller than "
        "that row: raise it."
    )


def _full(text: str) -> bool:
    return any(words in text for words in _NO_SPACE)


def _by_number(
    number: int,
    text: str,
    error: Exception,
    endpoint: EndpointDefinition,
    table: TableName | None,
    right: str,
    place: DataPlace,
) -> Diagnostic:
    if number in _DISK_FULL or _full(text):
        return codes.DISK_FULL.error(
            f"The server of endpoint {endpoint.name} has no room left: {text}",
            "Free or add space there, then resume the task; the tables completed so far are kept.",
            place=place,
        )
    if number in _DENIED:
        return missing_grant(text, endpoint, table, right, account_of(error))
    if number in VALUE_NUMBERS:
        return value_refused(number, text, place)
    if is_read_only(error):
        return read_only(endpoint, text, place)
    if number in _LOCAL_INFILE:
        return local_infile_off(endpoint)
    return _configured(number, text, endpoint, table, right, place) or codes.STATEMENT_FAILED.error(
        f"The server of endpoint {endpoint.name} refused a statement: {text} (error {number})",
        "Mend the cause named by the server and run the task again.",
        place=place,
    )


def _configured(
    number: int, text: str, endpoint: EndpointDefinition, table: TableName | None, right: str, place: DataPlace
) -> Diagnostic | None:
    """Errors that somebody's configuration or change brought about."""
    match number:
        case 1146 | 1049 if table and right == "SELECT":
            detail = f"Table {table} does not exist in endpoint {endpoint.name}: {text}"
            return own.TABLE_MISSING.error(detail, "Plan again: the source changed.", place=place)
        case 1054 if table:
            detail = f"Table {table} of endpoint {endpoint.name} has other columns than when it was planned: {text}"
            return codes.STATEMENT_FAILED.error(detail, "Plan again: the table changed.", place=place)
        case 1115 | 1273:
            return own.CHARACTER_SET_MISSING.error(
                f"The server of endpoint {endpoint.name} refused a character set or collation: {text}",
                "Let the columns have one that both servers know (ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4 in "
                "the source), or give them another type (change-data-type).",
                place=place,
            )
        case _ if number in _TOO_LARGE:
            return packet_too_small(endpoint, text, place)
        case _ if number in _IN_USE:
            return own.TABLE_IN_USE.error(
                f"{right} of {table} is refused by the server: {text}",
                "Drop the foreign key that the server names before the load and create it again after it; dmsform "
                "never touches what the plan did not name.",
                place=place,
            )
        case _ if number in _BROKEN_VIEW:
            return broken_view(endpoint, text, place)
        case _ if number in _PASSWORD_EXPIRED:
            return password_expired(endpoint, text)
        case _:
            return None


def is_read_only(error: BaseException) -> bool:
    """Whether the server, or what InnoDB has of it, takes no writes."""
    number = number_of(error)
    return number in _READ_ONLY or (number == 1290 and "read-only" in text_of(error))


def account_of(error: BaseException) -> str | None:
    """The account that the session of a failed statement is logged in as (`user@%`), where that is known."""
    account = getattr(error, "account", None)
    return account if isinstance(account, str) else None


def read_only(endpoint: EndpointDefinition, text: str, place: DataPlace, check: str | None = None) -> Diagnostic:
    """The server takes no writes."""
    return own.READ_ONLY.error(
        f"The server of endpoint {endpoint.name} is read-only: {text.rstrip('.')}. A replica must not be written to.",
        "Let the endpoint lead to the primary server; if it is no replica, run as an administrator: "
        "SET GLOBAL read_only = OFF",
        place=place,
        check=check,
    )


def local_infile_off(endpoint: EndpointDefinition, check: str | None = None) -> Diagnostic:
    """The target forbids LOAD DATA LOCAL."""
    return own.LOCAL_INFILE_OFF.error(
        f"Rows are loaded by LOAD DATA LOCAL, and the server of endpoint {endpoint.name} has it switched off.",
        "Run as an administrator, and put local_infile = ON into the server's configuration: "
        "SET GLOBAL local_infile = ON",
        place=DataPlace(endpoint=endpoint.name),
        check=check,
    )


def packet_too_small(endpoint: EndpointDefinition, text: str, place: DataPlace) -> Diagnostic:
    """A value is larger than the server handles."""
    return own.PACKET_TOO_SMALL.error(
        f"A value is larger than max_allowed_packet of the server of endpoint {endpoint.name}: {text}",
        "Run as an administrator, and put it into the server's configuration: "
        "SET GLOBAL max_allowed_packet = 1073741824",
        place=place,
    )


def broken_view(endpoint: EndpointDefinition, text: str, place: DataPlace, check: str | None = None) -> Diagnostic:
    """A view cannot be read, by anyone or by this user."""
    return own.VIEW_BROKEN.error(
        f"A view of endpoint {endpoint.name} cannot be read: {text}",
        "Correct the view (its tables, columns, functions, and its DEFINER, who needs SELECT on them), or leave it out "
        "of the mapping.",
        place=place,
        check=check,
    )


def password_expired(endpoint: EndpointDefinition, text: str) -> Diagnostic:
    """The user must have a new password before anything else."""
    return codes.AUTHENTICATION.error(
        f"The password of the user of endpoint {endpoint.name} has expired: {text}",
        "Give the user a new password (ALTER USER ... IDENTIFIED BY '...'), and the argument password too; or run as "
        "an administrator: ALTER USER ... PASSWORD EXPIRE NEVER.",
        place=DataPlace(endpoint=endpoint.name),
    )
