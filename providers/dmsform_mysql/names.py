"""Which names MySQL and MariaDB keep, and which it takes for one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform_mysql import codes
from dmsform_mysql.catalog_queries import SYSTEM_DATABASES
from dmsform_mysql.quoting import MAX_NAME_LENGTH

SHADOW = re.compile(r"dmsform_(load|old)_[0-9a-f]{16}")
"""The tables that a load makes for itself in a target's database, and drops."""

MAX_FILE_NAME_BYTES = 251
"""Of a table's or database's name as the name of a file, which gets an extension of four."""

_PLAIN = re.compile(r"[0-9A-Za-z_]")
_SHORT_ENCODED = re.compile("[\u00c0-\u05ff\u1e00-\u1fff\u2160-\u217f\u24b0-\u24ef\uff20-\uff5f]")
_BLANKS = " \t\n\v\f\r"


def refused_names(mapped: MappedTable) -> list[Diagnostic]:
    """Every name of the mapped table that the servers would refuse, change, or take for another."""
    return [*_impossible(mapped), *_repeated(mapped)]


def folded(name: str) -> str:
    """A column's name as the servers compare it: no letter's case counts, whatever the script."""
    return "".join((c.upper() if len(c.upper()) == 1 else c).lower()[0] for c in name)


def flaw(name: str) -> str | None:
    """What is wrong with a name, whatever it is the name of."""
    if len(name) > MAX_NAME_LENGTH:
        return f"has {len(name)} characters, and MySQL keeps {MAX_NAME_LENGTH}"
    if max(name) > "\uffff":
        return "has a character beyond U+FFFF, which MySQL would turn into a question mark"
    if "\0" in name:
        return "has a character U+0000"
    return "ends with a blank" if name[-1] in _BLANKS else None


def _impossible(mapped: MappedTable) -> Iterator[Diagnostic]:
    schema, table = mapped.target.schema, mapped.target.name
    if (why := flaw(schema) or _file_flaw(schema) or _reserved_database(schema)) is not None:
        yield _refused(mapped, "schema", schema, why)
    if (why := flaw(table) or _file_flaw(table) or _reserved_table(table)) is not None:
        yield _refused(mapped, "table", table, why)
    for column in mapped.columns:
        if (why := flaw(column.name)) is not None:
            yield _refused(mapped, "column", column.name, why)


def _repeated(mapped: MappedTable) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for column in mapped.columns:
        if (other := seen.setdefault(folded(column.name), column.name)) != column.name:
            yield _refused(mapped, "column", column.name, f'is to MySQL the same as "{other}"')


def _file_flaw(name: str) -> str | None:
    size = sum(1 if _PLAIN.match(c) else 3 if _SHORT_ENCODED.match(c) else 5 for c in name)
    if name.startswith("#mysql50#"):
        return "begins with #mysql50#, which MySQL takes for a mark of its own"
    if size > MAX_FILE_NAME_BYTES:
        return f"takes {size} bytes as the name of a file, in which MySQL writes most characters as five"
    return None


def _reserved_database(name: str) -> str | None:
    return "is a database of the server's own or of dmsform's" if name.lower() in SYSTEM_DATABASES else None


def _reserved_table(name: str) -> str | None:
    return "is one that dmsform gives to tables while it loads them" if SHADOW.fullmatch(name.lower()) else None


def _refused(mapped: MappedTable, kind: str, name: str, why: str) -> Diagnostic:
    return codes.NAME_REFUSED.error(
        f'The {kind} name "{name}" of {mapped.source.name} {why}.',
        f"Give the {kind} another name by a transformation rule (rename).",
        place=DataPlace(table=str(mapped.source.name), column=name if kind == "column" else None),
    )
