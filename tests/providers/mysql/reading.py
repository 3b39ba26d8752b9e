"""What the tests of the source side share: a table as introspection finds it, mapped as it is, and read."""

from __future__ import annotations

from collections.abc import Mapping

from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import TableName
from dmsform.catalog.types import LogicalType
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform_mysql.connect import connected
from dmsform_mysql.introspect import read_tables
from dmsform_mysql.reader import read_row_text
from tests.servers import MysqlDatabase


def mapped_of(database: MysqlDatabase, table: str, types: Mapping[str, LogicalType] | None = None) -> MappedTable:
    """The table, each column copied; `types` -- what a rule asks for instead of a column's own type."""
    with connected(database.endpoint()) as connection:
        (found,) = read_tables(connection, [TableName(database.name, table)])
    columns = tuple(
        MappedColumn(c.name, Copied(c), (types or {}).get(c.name, c.type), c.native, c.nullable, c.identity)
        for c in found.columns
    )
    return MappedTable(found, TableName("there", table), columns, found.primary_key)


def lines_of(database: MysqlDatabase, mapped: MappedTable) -> list[bytes]:
    """The rows of a table as row text, in the order they came."""
    with read_row_text(database.endpoint(), mapped) as stream:
        text = b"".join(stream)
        lines = text.split(b"\n")
        assert lines.pop() == b""
        assert stream.rows == len(lines)
        return lines


def refused(database: MysqlDatabase, mapped: MappedTable) -> Diagnostic:
    """Why a table is not read."""
    try:
        lines = lines_of(database, mapped)
    except DiagnosticError as error:
        (diagnostic,) = error.diagnostics
        return diagnostic
    raise AssertionError(f"read: {lines!r}")
