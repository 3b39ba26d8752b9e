"""Reads a file's schema into the engine-neutral one, by pragma functions, in a constant number of queries.

Virtual tables, their shadow tables and views that do not work any more are not among the tables; preflight names them.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dmsform.catalog.model import Catalog, Column, Identity, PrimaryKey, Table, TableKind, TableName
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite.connect import Connection, reading
from dmsform_sqlite.control_tables import CONTROL_TABLES
from dmsform_sqlite.definition import Definition
from dmsform_sqlite.errors import diagnosed
from dmsform_sqlite.estimates import Estimates
from dmsform_sqlite.leftovers import Leftovers
from dmsform_sqlite.options import AUTOINCREMENT, KEY_BESIDE_ROWID, STRICT, WITHOUT_ROWID
from dmsform_sqlite.types import ENGINE, SCHEMA, logical

_RELATIONS = """
SELECT l.name, l.type, l.wr, l.strict, s.sql
  FROM pragma_table_list l JOIN sqlite_schema s ON s.name = l.name AND s.type IN ('table', 'view')
 WHERE l.schema = 'main' AND l.type IN ('table', 'view') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
 ORDER BY l.name
"""
_COLUMN = 'x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden'
_COLUMNS = f"""
SELECT l.name, {_COLUMN} FROM pragma_table_list l JOIN pragma_table_xinfo(l.name, 'main') x
 WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, x.cid
"""  # noqa: S608  made of constants
_VIEW_COLUMNS = f"SELECT {_COLUMN} FROM pragma_table_xinfo(?, 'main') x ORDER BY x.cid"  # noqa: S608
_UNREAD = """
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class _Relation:
    name: str
    is_view: bool
    without_rowid: bool
    strict: bool
    statement: str


def introspect(endpoint: EndpointDefinition) -> Catalog:
    """All tables and views of the file."""
    with reading(endpoint) as connection, diagnosed(endpoint):
        connection.execute("BEGIN")
        return Catalog(ENGINE, read_tables(connection))


def read_tables(connection: Connection, names: Sequence[str] | None = None) -> tuple[Table, ...]:
    """The tables and views, or those of the given names (in any case) that exist, in the order of their names."""
    wanted = None if names is None else {name.lower() for name in names}
    relations = [_Relation(n, k == "view", bool(w), bool(s), sql) for n, k, w, s, sql in connection.execute(_RELATIONS)]
    columns = _columns(connection)
    leftovers, estimates = Leftovers.read(connection), Estimates.read(connection)
    tables = []
    for relation in relations:
        if relation.name in CONTROL_TABLES or (wanted is not None and relation.name.lower() not in wanted):
            continue
        rows = _view_columns(connection, relation.name) if relation.is_view else columns[relation.name]
        if rows:
            tables.append(_table(relation, rows, leftovers, estimates))
    return tuple(tables)


def left_out(connection: Connection) -> list[tuple[str, str]]:
    """What is not among the tables: kind and name."""
    found = [("virtual table", name) for (name,) in connection.execute(_UNREAD)]
    views = [name for name, kind, *_ in connection.execute(_RELATIONS) if kind == "view"]
    found += [("view that does not work any more", name) for name in views if not _view_columns(connection, name)]
    return found


def _columns(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for name, *rest in connection.execute(_COLUMNS):
        found[name].append(tuple(rest))
    return found


def _view_columns(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    """A view's columns; none when the view refers to what does not exist any more."""
    try:
        return connection.execute(_VIEW_COLUMNS, [name]).fetchall()
    except sqlite3.OperationalError:
        return []


def _table(relation: _Relation, rows: Sequence[tuple[Any, ...]], leftovers: Leftovers, estimates: Estimates) -> Table:
    definition = Definition() if relation.is_view else Definition.parse(relation.statement)
    key = tuple(row[0] for row in sorted((r for r in rows if r[4]), key=lambda r: int(r[4])))
    alias = rowid_alias(rows, without_rowid=relation.without_rowid, key_index=leftovers.has_key_index(relation.name))
    beside = alias is None and rowid_alias(rows, without_rowid=relation.without_rowid, key_index=False) is not None
    columns = tuple(_column(row, relation, alias, definition) for row in rows if row[5] != 1)
    return Table(
        name=TableName(SCHEMA, relation.name),
        columns=columns,
        primary_key=PrimaryKey(key) if key else None,
        kind=TableKind.VIEW if relation.is_view else TableKind.TABLE,
        estimated_rows=None if relation.is_view else estimates.rows(relation.name, len(columns)),
        estimated_bytes=None if relation.is_view else estimates.bytes(relation.name),
        not_carried=leftovers.words(relation.name, rows, definition),
        options=_options(relation, definition, key_beside_rowid=beside),
    )


def rowid_alias(rows: Sequence[tuple[Any, ...]], *, without_rowid: bool, key_index: bool) -> str | None:
    """The column that is the rowid itself: the only key column, declared as exactly INTEGER, with no index for it.

    (`INTEGER PRIMARY KEY DESC` in a column definition is no alias, for historical reasons, and has an index.)
    """
    key = [row for row in rows if row[4]]
    if len(key) != 1 or without_rowid or key_index or key[0][1].upper() != "INTEGER":
        return None
    return str(key[0][0])


def _column(row: tuple[Any, ...], relation: _Relation, alias: str | None, definition: Definition) -> Column:
    name, declared, not_null, _, key_place, hidden = row
    required = bool(not_null) or name == alias or (relation.without_rowid and bool(key_place))
    return Column(
        name=name,
        type=logical(declared),
        native=declared,
        nullable=not required,
        identity=Identity.ROWID if name == alias else None,
        generated=definition.generated.get(name.lower(), "") if hidden in (2, 3) else None,
    )


def _options(relation: _Relation, definition: Definition, *, key_beside_rowid: bool) -> tuple[str, ...]:
    found = (
        (definition.autoincrement, AUTOINCREMENT),
        (key_beside_rowid, KEY_BESIDE_ROWID),
        (relation.strict, STRICT),
        (relation.without_rowid, WITHOUT_ROWID),
    )
    return tuple(word for present, word in found if present)
