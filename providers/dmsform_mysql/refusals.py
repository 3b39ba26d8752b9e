"""What a server does not allow or take: rights with the statement that grants them, values with their place."""

from __future__ import annotations

import re

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, shortened
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.quoting import identifier, literal, qualified

VALUE_NUMBERS = frozenset({
    1048, 1062, 1138, 1263, 1264, 1265, 1292, 1300, 1364, 1366, 1367, 1406, 1411, 1416, 1441, 1452, 1526, 1586, 1690,
    1748, 3037, 3140, 3141, 3156, 3643, 3732, 3819, 3854, 3903, 4025,
})  # fmt: skip
"""Errors about a value, a key or a constraint."""

_DUPLICATE = frozenset({1062, 1586})
_COMMAND = re.compile(
    r"^(?P<rights>[A-Z ]+(?:, ?[A-Z ]+)*) command denied to user .*? for (?:table|column) (?P<rest>.*)$", re.S
)
_TABLE = re.compile(
    r"(?:(?:`(?P<schema>(?:[^`]|``)+)`\.)?`(?P<quoted>(?:[^`]|``)+)`|(?:.* in table )?'(?P<plain>.*)')$"
)
_DATABASE = re.compile(r"to database '(?P<name>.*)'$", re.S)
_ROUTINE = re.compile(r"for routine '(?P<schema>[^.']+)\.")
_NEEDED = re.compile(r"at least one of\) the (?P<names>.+?) privilege\(s\)")
_ACCOUNT = re.compile(r"user '(?P<user>.*?)'@'(?P<host>.*?)'")
_COLUMN = re.compile(
    r"for column (?P<column>\S.*?) at row (?P<row>\d+)\.?$|^Column '(?P<bare>.+?)' |^Field '(?P<field>.+?)' |"
    r"for column '(?P<document>[^']+)'\.?$|of the column '(?P<shape>[^']+)'",
    re.S,
)
_VALUE = re.compile(
    r"(?:value|character string): '(?P<value>.*?)'(?: for |$)|^Duplicate entry '(?P<key>.*)' for key", re.S
)
_OURS = ("dmsform_load_", "dmsform_old_")
_IN_DATABASES = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP"
"""All that a target needs in a database: a grant on it may hide another that fits it less well."""


def grant(rights: str, on: str, account: str) -> str:
    """The statement that gives rights. account -- as CURRENT_USER() writes it: `user@host`."""
    user, _, host = account.rpartition("@")
    return f"GRANT {rights} ON {on} TO {literal(user)}@{literal(host)}"


def everything_in(database: str) -> str:
    """All tables of a database, as GRANT takes it: there _ and % of a name are wildcards unless escaped."""
    return identifier(re.sub(r"([_%\\])", r"\\\1", database)) + ".*"


def missing_grant(
    text: str, endpoint: EndpointDefinition, table: TableName | None, right: str, account: str | None
) -> Diagnostic:
    """The diagnostic of a missing right, with the statement that gives it.

    account -- of the session; else the one that the server names is taken, whose host may be that of the client.
    """
    rights, on = _denied(text, table, right)
    account = account or _named_account(text) or f"{endpoint.settings.get('username')}@%"
    return codes.MISSING_GRANT.error(
        f"User {account} of endpoint {endpoint.name} lacks a right: {text}",
        f"Run as an administrator: {grant(rights, on, account)}",
        place=DataPlace(endpoint=endpoint.name, table=str(table) if table else None),
    )


def _denied(text: str, table: TableName | None, right: str) -> tuple[str, str]:
    """The rights that are missing, and on what."""
    if found := _COMMAND.match(text):
        on = _denied_table(found["rest"], table)
        return (_IN_DATABASES if on.endswith("`.*") else found["rights"].strip()), on
    if found := _DATABASE.search(text):
        # Whoever has any right in a database may enter it.
        return ("SELECT" if right == "SELECT" else _IN_DATABASES), everything_in(found["name"])
    if found := _ROUTINE.search(text):
        return "EXECUTE", everything_in(found["schema"])
    if found := _NEEDED.search(text):
        # SUPER comes first, and is the most; what does it alone is named behind.
        return re.split(r", | or ", found["names"])[-1], "*.*"
    return right, qualified(table) if table else "*.*"


def _denied_table(rest: str, table: TableName | None) -> str:
    """MariaDB names the table with its database, MySQL without."""
    found = _TABLE.search(rest)
    if found is None:
        return qualified(table) if table else "*.*"
    schema = found["schema"].replace("``", "`") if found["schema"] else table.schema if table else None
    name = found["quoted"].replace("``", "`") if found["quoted"] else found["plain"]
    if schema is None:
        return f"*.* /* table {name} */"
    return everything_in(schema) if name.startswith(_OURS) else qualified(TableName(schema, name))


def _named_account(text: str) -> str | None:
    found = _ACCOUNT.search(text)
    return f"{found['user']}@{found['host']}" if found else None


def value_refused(number: int, text: str, place: DataPlace) -> Diagnostic:
    """A value that the server did not take, with its column and text where the server names them."""
    column, value = refused_column(text), _VALUE.search(text)
    told = (value["value"] if value["value"] is not None else value["key"]) if value else None
    return codes.VALUE_REFUSED.error(
        f"The server refused a value of {place.table}: {text}",
        _value_remedy(number),
        place=DataPlace(place.endpoint, place.table, column, None if told is None else shortened(told)),
    )


def refused_column(text: str) -> str | None:
    """The column that an error or a warning is about. MariaDB names it with its table."""
    found = _COLUMN.search(text)
    if found is None:
        return None
    name = next(
        part for part in (found["column"], found["bare"], found["field"], found["document"], found["shape"]) if part
    )
    if name.startswith("`"):
        return name.rpartition("`.`")[2].strip("`").replace("``", "`")
    name = name[1:-1] if name.startswith("'") and name.endswith("'") else name
    return name.rpartition(".")[2] if found["document"] else name


def _value_remedy(number: int) -> str:
    if number == 1452:
        return (
            "Tables load in parallel: drop the foreign key before the load and add it again after it, or give the "
            "referenced table a higher load-order and load with parallel_tables = 1."
        )
    if number in _DUPLICATE:
        return (
            "Remove the duplicates from the source, or from the mapping what makes rows equal (masks, filters); the "
            "target's collation may also take for equal what the source tells apart."
        )
    return (
        "Correct the value in the source, leave the row or column out by a rule, or give the column another type "
        "(change-data-type)."
    )
