"""The queries of introspection: four for a whole server, however many databases and tables it has.

`Narrowing` is the condition that completes them: whole databases, or named tables. MariaDB answers a query of
`information_schema` without opening every table only where it says which tables it means, by literals.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dmsform.catalog.model import TableName
from dmsform_mysql.quoting import literal

CONTROL_DATABASE = "dmsform_control"
SYSTEM_DATABASES = frozenset({"mysql", "information_schema", "performance_schema", "sys", CONTROL_DATABASE})

CURRENT_DATABASE = """
SELECT i.SCHEMA_NAME, DATABASE() FROM information_schema.SCHEMATA i WHERE i.SCHEMA_NAME = DATABASE()
"""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which tables are asked for: those of a database, those named, or (both None) all."""

    database: str | None = None
    names: tuple[TableName, ...] | None = None

    def sql(self, schema: str = "i.TABLE_SCHEMA", name: str = "i.TABLE_NAME") -> str:
        """The condition; `schema` and `name` are the columns that say where a table is and what it is called.

        The servers may compare more loosely than names are told apart, so that the answer is to be looked through.
        """
        if self.names is not None:
            parts = [
                f"{schema} = {literal(database)} AND {name} IN ({', '.join(map(literal, tables))})"
                for database, tables in self._by_database().items()
            ]
            return f"({' OR '.join(parts) or 'FALSE'})"
        if self.database is not None:
            return f"{schema} = {literal(self.database)}"
        return f"{schema} NOT IN ('information_schema', 'performance_schema')"

    def admits(self, table: TableName) -> bool:
        """Whether a table of the answer is one that was asked for, and no system's."""
        if self.names is not None:
            return table in self.names
        return table.schema not in SYSTEM_DATABASES and self.database in (None, table.schema)

    def _by_database(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for table in self.names or ():
            found[table.schema].append(table.name)
        return found


def tables(narrowing: Narrowing) -> str:
    """Tables and views; sequences, which MariaDB counts among the tables, are none."""
    return f"""
SELECT i.TABLE_SCHEMA, i.TABLE_NAME, i.TABLE_TYPE, i.ENGINE, i.TABLE_ROWS, i.DATA_LENGTH, i.CREATE_OPTIONS,
       i.TABLE_COLLATION
  FROM information_schema.TABLES i
 WHERE i.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') AND {narrowing.sql()}
"""


def columns(narrowing: Narrowing, *, mariadb: bool) -> str:
    """Columns in the order of their tables; only MySQL binds a column's shapes to one reference system."""
    return f"""
SELECT i.TABLE_SCHEMA, i.TABLE_NAME, i.COLUMN_NAME, i.COLUMN_TYPE, i.CHARACTER_SET_NAME, i.COLLATION_NAME,
       {"NULL" if mariadb else "i.SRS_ID"}, i.IS_NULLABLE, i.EXTRA, i.COLUMN_DEFAULT, i.GENERATION_EXPRESSION
  FROM information_schema.COLUMNS i
 WHERE {narrowing.sql()}
 ORDER BY i.TABLE_SCHEMA, i.TABLE_NAME, i.ORDINAL_POSITION
"""


def indexes(narrowing: Narrowing) -> str:
    """The columns of every index in its order; a primary key is the one that is called PRIMARY.

    Readable with SELECT alone, which information_schema.TABLE_CONSTRAINTS is not in MariaDB.
    """
    return f"""
SELECT i.TABLE_SCHEMA, i.TABLE_NAME, i.INDEX_NAME, i.NON_UNIQUE, i.COLUMN_NAME, i.SUB_PART
  FROM information_schema.STATISTICS i
 WHERE {narrowing.sql()}
 ORDER BY i.TABLE_SCHEMA, i.TABLE_NAME, i.INDEX_NAME, i.SEQ_IN_INDEX
"""


def others(narrowing: Narrowing, *, mariadb: bool) -> str:
    """Foreign keys, checks (with their clause, where MariaDB holds JSON columns to documents by one) and triggers."""
    checks = f"""
SELECT i.TABLE_SCHEMA, i.TABLE_NAME, 'check', i.CONSTRAINT_NAME, NULL
  FROM information_schema.TABLE_CONSTRAINTS i
 WHERE i.CONSTRAINT_TYPE = 'CHECK' AND {narrowing.sql()}"""
    if mariadb:
        checks = f"""
SELECT i.CONSTRAINT_SCHEMA, i.TABLE_NAME, 'check', i.CONSTRAINT_NAME, i.CHECK_CLAUSE
  FROM information_schema.CHECK_CONSTRAINTS i
 WHERE {narrowing.sql("i.CONSTRAINT_SCHEMA")}"""
    return f"""
SELECT DISTINCT i.TABLE_SCHEMA, i.TABLE_NAME, 'foreign key', i.CONSTRAINT_NAME, NULL
  FROM information_schema.KEY_COLUMN_USAGE i
 WHERE i.REFERENCED_TABLE_NAME IS NOT NULL AND {narrowing.sql()}
UNION ALL {checks}
UNION ALL
SELECT i.EVENT_OBJECT_SCHEMA, i.EVENT_OBJECT_TABLE, 'trigger', i.TRIGGER_NAME, NULL
  FROM information_schema.TRIGGERS i
 WHERE {narrowing.sql("i.EVENT_OBJECT_SCHEMA", "i.EVENT_OBJECT_TABLE")}
"""


def required_columns(table: TableName) -> str:
    """The columns that every row must fill, as the server knows no value for them."""
    return f"""
SELECT i.COLUMN_NAME FROM information_schema.COLUMNS i
 WHERE i.IS_NULLABLE = 'NO' AND i.COLUMN_DEFAULT IS NULL AND i.EXTRA NOT LIKE '%auto_increment%'
   AND i.EXTRA NOT LIKE '%GENERATED%' AND {Narrowing(names=(table,)).sql()}
"""
