"""What of a table this version does not move, in words for the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dmsform_sqlite.connect import Connection
from dmsform_sqlite.definition import Definition

_INDEXES = """
SELECT l.name, i.name, i.origin, i."unique",
       (SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name, 'main') c)
  FROM pragma_table_list l JOIN pragma_index_list(l.name, 'main') i
 WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, i.name
"""
_FOREIGN_KEYS = """
SELECT l.name, group_concat(f."from", ', '), f."table"
  FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name, 'main') f
 WHERE l.schema = 'main' AND l.type = 'table' GROUP BY l.name, f.id ORDER BY l.name, f.id DESC
"""
_TRIGGERS = "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Words by table (in lower case), and the tables that have an index of their own for the primary key."""

    found: dict[str, list[str]]
    keyed: frozenset[str]

    @classmethod
    def read(cls, connection: Connection) -> Leftovers:
        """Read all tables' indexes, foreign keys and triggers, in three queries."""
        found: dict[str, list[str]] = defaultdict(list)
        keyed = set()
        for table, name, origin, unique, columns in connection.execute(_INDEXES):
            if origin == "pk":
                keyed.add(table.lower())
            elif origin == "u":
                found[table.lower()].append(f"unique constraint on ({columns})")
            else:
                found[table.lower()].append(f"{'unique ' if unique else ''}index {name}")
        for table, columns, referenced in connection.execute(_FOREIGN_KEYS):
            found[table.lower()].append(f"foreign key ({columns}) to {referenced}")
        for table, name in connection.execute(_TRIGGERS):
            found[table.lower()].append(f"trigger {name}")
        return cls(found, frozenset(keyed))

    def has_key_index(self, table: str) -> bool:
        """Whether the primary key has an index of its own."""
        return table.lower() in self.keyed

    def words(self, table: str, rows: Sequence[tuple[Any, ...]], definition: Definition) -> tuple[str, ...]:
        """Everything of a table that stays behind; `rows` are those of `table_xinfo`."""
        words = list(self.found.get(table.lower(), ()))
        words += [f"default of column {row[0]}" for row in rows if row[3] is not None]
        collations = definition.collations.items()
        words += [f"collation {name} of column {column}" for column, name in collations if name.upper() != "BINARY"]
        if definition.checks:
            words.append("CHECK constraints")
        if definition.conflicts:
            words.append("ON CONFLICT clauses")
        return tuple(words)
