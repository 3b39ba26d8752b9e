"""Shows what arrived in the quickstart's PostgreSQL: the rows of every table, or a table's first rows.

Usage: python look.py [TABLE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg
from psycopg import sql

HOME = Path(__file__).parent / ".dmsform" / "warehouse"


def connect() -> psycopg.Connection[tuple[object, ...]]:
    """Connect with the password that apply drew and keeps beside the data."""
    return psycopg.connect(
        host="127.0.0.1",
        port=int((HOME / "port").read_text()),
        dbname="warehouse",
        user="postgres",
        password=(HOME / "password").read_text(),
    )


def main() -> None:
    """Print to the terminal."""
    with connect() as connection:
        if len(sys.argv) > 1:
            table = sql.Identifier("shop", sys.argv[1])
            for row in connection.execute(sql.SQL("SELECT * FROM {} LIMIT 10").format(table)):
                print(*row, sep=" | ")
            return
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'shop' ORDER BY 1").fetchall()
        for (name,) in tables:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("shop", str(name)))
            found = connection.execute(count).fetchone()
            print(f"{found[0] if found else 0:>8} {name}")


if __name__ == "__main__":
    main()
