"""The sample databases Chinook and Sakila in each engine, filled past the project from their own scripts."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.pairings.scripts import mysql_statements, postgres_statements
from tests.servers import MysqlDatabase, PostgresDatabase

_OWN_DATABASE = ("DROP DATABASE", "CREATE DATABASE", "DROP SCHEMA", "CREATE SCHEMA", "USE ", "SET DEFAULT_WITH_OIDS")
"""The scripts make and choose a database of a name of their own; the last word left PostgreSQL with version 12."""

DATA = Path(__file__).parents[3] / "shared" / "data"
NAMES = ("chinook", "sakila")


def fill_mysql(database: MysqlDatabase, name: str) -> None:
    """Run the scripts of MySQL, with the database's name in the place of theirs."""
    scripts = {
        "chinook": ("chinook/Chinook_MySql.sql",),
        "sakila": ("sakila/mysql-schema.sql", "sakila/mysql-data.sql"),
    }[name]
    with database.connect() as connection, connection.cursor() as cursor:
        for script in scripts:
            for statement in mysql_statements((DATA / script).read_text(encoding="utf-8-sig")):
                if not statement.upper().startswith(_OWN_DATABASE):
                    # One view names the scripts' own database.
                    cursor.execute(statement.replace(" sakila.", " "))


def fill_postgres(database: PostgresDatabase, name: str) -> None:
    """Run the scripts of PostgreSQL."""
    scripts = {
        "chinook": ("chinook/Chinook_PostgreSql.sql",),
        "sakila": ("sakila/postgres-schema.sql", "sakila/postgres-data.sql"),
    }[name]
    with database.connect() as connection:
        for script in scripts:
            for statement in postgres_statements((DATA / script).read_text(encoding="utf-8-sig")):
                if statement.sql.upper().startswith(_OWN_DATABASE):
                    continue
                if statement.rows is None:
                    connection.execute(statement.sql)
                    continue
                with connection.cursor() as cursor, cursor.copy(statement.sql) as copy:
                    copy.write(statement.rows)


def fill_sqlite(path: Path, name: str, rows_from: MysqlDatabase | None = None) -> None:
    """Copy the file of Chinook; run the schema of Sakila and insert the rows that MySQL's Sakila has."""
    if name == "chinook":
        shutil.copy(DATA / "chinook" / "Chinook_Sqlite.sqlite", path)
        return
    assert rows_from is not None, "the samples have no rows of Sakila for SQLite"
    connection = sqlite3.connect(path)
    try:
        connection.executescript((DATA / "sakila" / "sqlite-schema.sql").read_text(encoding="utf-8"))
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            connection.execute(f'DROP TRIGGER "{trigger}"')
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        for (table,) in tables.fetchall():
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            rows = rows_from.rows(f"SELECT {', '.join(columns)} FROM {table}")
            marks = ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', [tuple(map(_plain, row)) for row in rows])
        connection.commit()
    finally:
        connection.close()


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | float | str | bytes) else str(value)
