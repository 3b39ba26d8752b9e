"""What a user may do, found by trying: roles, wildcards and partial revokes are then the server's business.

Rights in a database are tried on a table that is not there, by statements that must fail, so that nothing changes. The
server looks at the rights first: which of the two errors it gives tells. Rights on a table that is there are tried by
preparing a statement that is never run.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence

import pymysql

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_mysql import checks
from dmsform_mysql.connect import Connection
from dmsform_mysql.errors import number_of
from dmsform_mysql.quoting import identifier, literal, qualified
from dmsform_mysql.refusals import everything_in, grant

DENIED = frozenset({1044, 1142, 1143, 1227, 1370})

_TRIALS = {
    "CREATE": "CREATE TABLE {} (a INT, a INT)",
    "ALTER": "ALTER TABLE {} ADD COLUMN a INT",
    "DROP": "DROP TABLE {}",
    "SELECT": "SELECT * FROM {}",
    "INSERT": "INSERT INTO {} VALUES (1)",
    "UPDATE": "UPDATE {} SET a = 1",
    "DELETE": "DELETE FROM {}",
}
_SHOWING = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
"""Each of them, if given everywhere, shows every table and its keys."""

_EXPECTED = frozenset({1049, 1051, 1060, 1146})
_ON_TABLES = {
    "SELECT": "SELECT * FROM {}",
    "INSERT": "INSERT INTO {} () VALUES ()",
    "UPDATE": "UPDATE {} SET a = 1",
    "DELETE": "DELETE FROM {}",
}
_GRANT = re.compile(r"^(?P<verb>GRANT|REVOKE) (?P<rights>.*) ON (?P<on>(?:\*|`(?:[^`]|``)*`)\.(?:\*|`(?:[^`]|``)*`)) ")
_PART = re.compile(r"\*|`((?:[^`]|``)*)`")
_ROLE = re.compile(r"^GRANT (?P<roles>`[^`]+`(?:@`[^`]*`)?(?:, ?`[^`]+`(?:@`[^`]*`)?)*) TO ")


def missing_in(connection: Connection, database: str, rights: Sequence[str]) -> list[str]:
    """Those of the rights that the user lacks for new tables of a database. Raises pymysql.Error: read-only."""
    nowhere = qualified(TableName(database, f"dmsform_probe_{secrets.token_hex(8)}"))
    return [right for right in rights if _denied(connection, _TRIALS[right].format(nowhere))]


def missing_on(connection: Connection, table: TableName, rights: Sequence[str]) -> list[str]:
    """Those of the rights that the user lacks on a table that is there."""
    name = qualified(table)
    return [right for right in rights if refusal(connection, _ON_TABLES[right].format(name)) in DENIED]


def refusal(connection: Connection, statement: str) -> int | None:
    """The number of the error that preparing a statement gives."""
    error = prepared(connection, statement)
    return None if error is None else number_of(error)


def prepared(connection: Connection, statement: str) -> pymysql.Error | None:
    """Prepare a statement, which is never run; the error that this gives."""
    try:
        connection.execute(f"PREPARE dmsform_preflight FROM {literal(statement)}")
    except pymysql.Error as error:
        return error
    return None


def _denied(connection: Connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except pymysql.Error as error:
        if number_of(error) in DENIED:
            return True
        if number_of(error) in _EXPECTED:
            return False
        raise
    return False


def grant_in(connection: Connection, database: str, rights: Sequence[str]) -> str:
    """The statement that gives rights in a whole database, and takes none away.

    The servers look at one grant on databases only, the one that fits best: one on `my\\_db` hides one on `my_db`, in
    which _ is a wildcard, and all that it gave. Where there is one that fits, it is widened, or what it gives is
    repeated.
    """
    lines = [found for line in _lines(connection) if (found := _GRANT.match(line))]
    folded = connection.server.lower_case_table_names > 0
    fitting = [
        (pattern, found)
        for found in lines
        if (pattern := _database(found["on"])) is not None and _like(pattern, database, folded=folded)
    ]
    same = next((pattern for pattern, _ in fitting if pattern.replace("\\", "") == database), None)
    if same is not None:
        return grant(", ".join(rights), f"{identifier(same)}.*", connection.account)
    if connection.row("SHOW VARIABLES WHERE Variable_name = 'partial_revokes' AND Value = 'ON'"):
        # Then there are no wildcards, and nothing to escape.
        return grant(", ".join(rights), f"{identifier(database)}.*", connection.account)
    given = [right for _, found in fitting for right in _rights(found) if right != "USAGE"]
    every = list(dict.fromkeys([*rights, *given]))
    return grant(", ".join(every), everything_in(database), connection.account)


def _database(on: str) -> str | None:
    """The pattern of databases that a grant is about, if it is about whole databases."""
    database, name = (found[1] for found in _PART.finditer(on))
    return None if database is None or name is not None else database.replace("``", "`")


def _rights(found: re.Match[str]) -> list[str]:
    return re.split(r", *", re.sub(r" ?\(.*?\)", "", found["rights"]))


def _lines(connection: Connection) -> list[str]:
    """What the user is granted, that of active roles included."""
    return [str(line) for (line, *_) in connection.rows("SHOW GRANTS")]


def missing(what: str, statement: str, account: str, place: DataPlace, check: str) -> Diagnostic:
    """The error of missing rights, with the statement that gives them."""
    return codes.MISSING_GRANT.error(
        f"User {account} of endpoint {place.endpoint} may not {what}.",
        f"Run as an administrator: {statement}",
        place=place,
        check=check,
    )


def inactive_roles(connection: Connection, endpoint: str) -> list[Diagnostic]:
    """A warning where the user has roles and none is active: their rights do not count."""
    active = connection.row("SELECT CURRENT_ROLE()")
    given = [found["roles"] for line in _lines(connection) if (found := _ROLE.match(line))]
    if not given or (active and active[0] not in (None, "NONE")):
        return []
    user, _, host = connection.account.rpartition("@")
    account = f"{literal(user)}@{literal(host)}"
    # MariaDB has one role active at a time.
    by_default = f"{given[0].split(',')[0]} FOR" if connection.server.mariadb else "ALL TO"
    return [
        codes.MISSING_GRANT.warning(
            f"User {connection.account} of endpoint {endpoint} has roles ({', '.join(given)}), and none of them is "
            "active: the rights that they give do not count.",
            f"If a role was to give the rights, run as an administrator: SET DEFAULT ROLE {by_default} {account}",
            place=DataPlace(endpoint=endpoint),
            check=checks.ROLES,
        )
    ]


def may_see_triggers(connection: Connection, tables: Sequence[TableName]) -> dict[TableName, bool]:
    """Whether the user would be told of a table's triggers, which nothing but the right TRIGGER shows."""
    lines, folded = _lines(connection), connection.server.lower_case_table_names > 0
    return {table: _gives(lines, "TRIGGER", table, folded=folded) for table in tables}


def may_see_references(connection: Connection) -> bool:
    """Whether the user would be told of foreign keys of every database: a table without any right on it hides its."""
    found = [match for line in _lines(connection) if (match := _GRANT.match(line))]
    given = {right for f in found if f["verb"] == "GRANT" and f["on"] == "*.*" for right in _rights(f)}
    revoked = {right for f in found if f["verb"] == "REVOKE" for right in _rights(f)}
    return any(right not in revoked and not given.isdisjoint({right, "ALL PRIVILEGES"}) for right in _SHOWING)


def hidden_references(connection: Connection, table: TableName, endpoint: str) -> Diagnostic:
    """What is said of a table with rows that others may refer to unseen: a warning of preflight."""
    return codes.MISSING_GRANT.warning(
        f"User {connection.account} of endpoint {endpoint} is not told whether tables of other databases refer to "
        f"{table}: emptying it could delete rows of theirs (ON DELETE CASCADE), and is refused.",
        "If the task is to empty it (truncate-before-load), run as an administrator: "
        f"{grant('REFERENCES', '*.*', connection.account)}",
        place=DataPlace(endpoint=endpoint, table=str(table)),
        check=checks.FOREIGN_KEYS,
    )


def _gives(lines: Iterable[str], right: str, table: TableName, *, folded: bool) -> bool:
    """Whether grants, as SHOW GRANTS lists them with those of active roles, give a right on a table."""
    matching = [found for line in lines if (found := _GRANT.match(line)) and _covers(found["on"], table, folded=folded)]

    def names(found: re.Match[str]) -> bool:
        rights = _rights(found)
        return right in rights or "ALL PRIVILEGES" in rights

    given = [f for f in matching if f["verb"] == "GRANT" and names(f)]
    revoked = any(f["verb"] == "REVOKE" and names(f) for f in matching)
    return any(f["on"] != "*.*" or not revoked for f in given)


def _covers(on: str, table: TableName, *, folded: bool) -> bool:
    if (pattern := _database(on)) is not None:
        return _like(pattern, table.schema, folded=folded)
    database, name = (found[1] for found in _PART.finditer(on))
    if name is None:
        return True
    return _same(database or "", table.schema, folded=folded) and _same(name, table.name, folded=folded)


def _same(quoted: str, name: str, *, folded: bool) -> bool:
    plain = quoted.replace("``", "`")
    return plain.lower() == name.lower() if folded else plain == name


def _like(pattern: str, name: str, *, folded: bool) -> bool:
    """The pattern of a database in a grant: % and _ are wildcards unless a backslash is before them."""
    parts = re.findall(r"\\.|.", pattern, re.S)
    expression = "".join({"%": ".*", "_": "."}.get(p, re.escape(p[-1])) for p in parts)
    return re.fullmatch(expression, name, re.S | (re.I if folded else 0)) is not None
