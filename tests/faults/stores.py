"""A database of each engine as source and as target of loads that suffer: its table, and what a load may leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.postgresql_server import PostgresServer
from tests.servers import MysqlDatabase, PostgresDatabase

ENGINES = ("postgresql", "mysql", "mariadb")
ROWS = 1200

_POSTGRES_DIGEST = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY id)) FROM t"
_MYSQL_DIGEST = "SELECT count(*), BIT_XOR(CRC32(CONCAT(id, ':', v))), SUM(CRC32(CONCAT(v, id))) FROM t"
# Lines between 60 and 700 bytes: packets of every kind of length, and what row text escapes.
_POSTGRES_ROWS = f"""
INSERT INTO t (v) SELECT E'\\t\\\\' || repeat(md5(n::text) || E'\\n', 1 + n % 20) FROM generate_series(1, {ROWS}) n
"""
_MYSQL_ROWS = f"""
INSERT INTO t (v) WITH RECURSIVE g AS (SELECT 1 n UNION ALL SELECT n + 1 FROM g WHERE n < 40),
n AS (SELECT x.n * 40 + y.n - 40 n FROM g x, g y WHERE x.n * 40 + y.n - 40 <= {ROWS})
SELECT CONCAT('\\t\\\\', REPEAT(CONCAT(SHA2(n, 256), '\\n'), 1 + n % 10)) FROM n
"""

Database = PostgresDatabase | MysqlDatabase
Digest = tuple[Any, ...]


@dataclass(frozen=True)
class Store:
    """A database. schema -- where its tables stand."""

    database: Database

    @property
    def engine(self) -> str:
        return "postgresql" if isinstance(self.database, PostgresDatabase) else "mysql"

    @property
    def schema(self) -> str:
        return "public" if isinstance(self.database, PostgresDatabase) else self.database.name

    def make(self) -> None:
        """Make the table: a numbered key and a text. It has two rows."""
        numbered = "serial" if self.engine == "postgresql" else "int AUTO_INCREMENT"
        self.database.execute(
            f"CREATE TABLE t (id {numbered} PRIMARY KEY, v text NOT NULL)", "INSERT INTO t VALUES (3, 'old'), (7, 'er')"
        )

    def fill(self) -> None:
        """Make the table with all its rows."""
        self.make()
        self.database.execute("DELETE FROM t", _POSTGRES_ROWS if self.engine == "postgresql" else _MYSQL_ROWS)

    def digest(self) -> Digest | None:
        """What the table holds; None where there is none."""
        if "t" not in self.tables():
            return None
        mysql = isinstance(self.database, MysqlDatabase)
        (row,) = self.database.rows(_MYSQL_DIGEST if mysql else _POSTGRES_DIGEST)
        return row

    def tables(self) -> set[str]:
        """Every table there is, those of loads included."""
        query = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{self.schema}'"
        return {name for (name,) in self.database.rows(query)}

    def empty(self) -> None:
        """Drop whatever stands there."""
        for name in self.tables():
            self.database.execute(f"DROP TABLE {name}")

    def rows_under_way(self) -> int:
        """Control rows of loads that are not settled."""
        if isinstance(self.database, PostgresDatabase):
            return 0
        query = f"SELECT count(*) FROM dmsform_control.loads WHERE target_schema = '{self.database.name}'"
        return int(self.database.value(query))


def new_store(server: PostgresServer | MysqlServer) -> Store:
    """A fresh database."""
    if isinstance(server, PostgresServer):
        return Store(PostgresDatabase(server, server.create_database()))
    return Store(MysqlDatabase(server, server.create_database()))
