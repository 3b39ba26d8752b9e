"""Small source databases for end-to-end tests, and a comparison of tables that shares no code with the product."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, born DATE, vip BOOLEAN NOT NULL);
CREATE TABLE product (sku TEXT PRIMARY KEY, price NUMERIC(10,2) NOT NULL, weight REAL, photo BLOB);
CREATE TABLE purchase (
    customer INTEGER NOT NULL REFERENCES customer(id), line INTEGER NOT NULL, sku TEXT NOT NULL,
    at DATETIME NOT NULL, PRIMARY KEY (customer, line)
);
CREATE TABLE note (body TEXT);
"""


def make_shop(path: Path, customers: int = 200) -> None:
    """A shop with four tables: a numbered key, a text key, a composite key and no key."""
    with sqlite3.connect(path) as connection:
        connection.executescript(SHOP)
        connection.executemany(
            "INSERT INTO customer VALUES (?, ?, ?, ?)",
            (
                (n, f"Name {n} \t\\N\n\U0001f600", None if n % 7 == 0 else f"19{n % 90 + 10}-0{n % 9 + 1}-11", n % 2)
                for n in range(1, customers + 1)
            ),
        )
        connection.executemany(
            "INSERT INTO product VALUES (?, ?, ?, ?)",
            ((f"sku{n}", n + 0.25, n / 3, bytes(range(n))) for n in range(50)),
        )
        connection.executemany(
            "INSERT INTO purchase VALUES (?, ?, ?, ?)",
            (
                (n, line, f"sku{(n + line) % 50}", f"2024-01-{n % 28 + 1:02d} 10:{line:02d}:00.5")
                for n in range(1, customers + 1)
                for line in range(5)
            ),
        )
        connection.executemany("INSERT INTO note VALUES (?)", (("",), (None,), ("same",), ("same",)))
    connection.close()


def sqlite_rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """All rows of a table with the storage class of each value, in an order of their own."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        cursor = connection.execute(f'SELECT * FROM "{table}"')
        return sorted((tuple((type(v).__name__, repr(v)) for v in row) for row in cursor), key=repr)
    finally:
        connection.close()


SHOP_TABLES = ("customer", "note", "product", "purchase")


def same_shop(source: Path, target: Path) -> None:
    """Assert that both files hold the same rows in every table of the shop."""
    for table in SHOP_TABLES:
        assert sqlite_rows(source, table) == sqlite_rows(target, table), f"table {table} differs"
