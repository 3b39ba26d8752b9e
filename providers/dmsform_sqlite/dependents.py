"""What hangs on an existing table and goes, or loses what it refers to, when the table is dropped; in words."""

from __future__ import annotations

from dmsform_sqlite.connect import Connection

_DEPENDENTS = """
SELECT 1, 'trigger ' || name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = :table COLLATE NOCASE
 UNION ALL
SELECT 2, 'index ' || name FROM sqlite_schema
 WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = :table COLLATE NOCASE
 UNION ALL
SELECT DISTINCT 3, 'foreign key of ' || l.name
  FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name, 'main') f
 WHERE l.schema = 'main' AND l.type = 'table' AND f."table" = :table COLLATE NOCASE AND l.name <> :table COLLATE NOCASE
 ORDER BY 1, 2
"""


def dependents_of(connection: Connection, table: str) -> tuple[str, ...]:
    """Its triggers, its indexes (but those of its constraints), and the foreign keys of other tables to it."""
    return tuple(words for _, words in connection.execute(_DEPENDENTS, {"table": table}))
