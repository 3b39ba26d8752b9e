"""What the catalogues of MySQL and MariaDB say, in the engine-neutral terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from dmsform.catalog.model import Identity, PrimaryKey, Table, TableKind, TableName
from dmsform.catalog.types import Boolean, Enumeration, Geometry, Integer, Json, Text, Timestamp, Uuid
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.mysql_server import MysqlServer, mariadb_server
from dmsform_mysql.connect import Connection, connected
from dmsform_mysql.introspect import read_tables, required_columns
from tests.servers import MysqlDatabase, packages_or_skip

MakeDatabase = Callable[[], MysqlDatabase]


def _table(database: MysqlDatabase, name: str) -> Table:
    found = provider("mysql").introspector.introspect(database.endpoint()).table(TableName(database.name, name))
    assert found is not None
    return found


def test_columns_and_what_stays_behind(make_family_database: MakeDatabase) -> None:
    database = make_family_database()
    database.execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE t (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, p int, n int DEFAULT 0,"
        " s varchar(9) DEFAULT 'NULL', e int DEFAULT (1 + 2), d varchar(3) DEFAULT NULL,"
        " at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),"
        " g int GENERATED ALWAYS AS (n + 1) STORED, b bit(1), w enum('x','y') CHARACTER SET latin1,"
        " UNIQUE KEY one (p), KEY by_n (n), FULLTEXT KEY words (s),"
        " CONSTRAINT to_parent FOREIGN KEY (p) REFERENCES parent (id), CONSTRAINT low CHECK (n < 9))",
        "ALTER TABLE t ADD hidden int INVISIBLE",
        "CREATE TRIGGER fires BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1",
        "CREATE TABLE parts (a int PRIMARY KEY) PARTITION BY HASH (a) PARTITIONS 2",
        "CREATE TABLE old (a int) ENGINE=MyISAM",
    )
    table = _table(database, "t")
    assert [c.identity for c in table.columns] == [Identity.BY_DEFAULT, *[None] * 10]
    assert [c.nullable for c in table.columns] == [False, *[True] * 5, False, *[True] * 4]
    assert table.column("id").type == Integer(64, signed=False)
    assert table.column("at").type == Timestamp(3, zoned=True)
    assert table.column("b").type == Boolean()
    assert table.column("w").type == Enumeration(("x", "y"))
    assert table.column("w").native == "enum('x','y') character set latin1 collate latin1_swedish_ci"
    assert "`n` + 1" in (table.column("g").generated or "")
    assert table.not_carried == (
        "index by_n", "unique index one", "index words", "check low", "foreign key to_parent", "trigger fires",
        "default of column n", "default of column s", "default of column e", "default of column at",
        "ON UPDATE of column at", "invisibility of column hidden",
    )  # fmt: skip
    assert _table(database, "parts").not_carried == ("partitioning",)
    assert _table(database, "old").not_carried == ("storage engine MyISAM",)


def test_what_only_mysql_has(make_mysql_database: MakeDatabase) -> None:
    database = make_mysql_database()
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, j json, p point SRID 4326, v vector(3), KEY f ((id + 1)))",
    )
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_generate_invisible_primary_key = ON")
        cursor.execute("CREATE TABLE keyless (a int)")
    table = _table(database, "t")
    assert table.column("j").type == Json(binary=True)
    assert (table.column("p").type, table.column("p").native) == (Geometry("point", 4326), "point srid 4326")
    assert table.column("v").native == "vector(3)"
    assert table.not_carried == ("index f",)
    keyless = _table(database, "keyless")
    assert [c.name for c in keyless.columns] == ["my_row_id", "a"]
    assert keyless.primary_key == PrimaryKey(("my_row_id",))
    assert keyless.not_carried == ("invisibility of column my_row_id",)


def test_what_only_mariadb_has(make_mariadb_database: MakeDatabase) -> None:
    database = make_mariadb_database()
    database.execute(
        "CREATE SEQUENCE s",
        "CREATE TABLE t (id int PRIMARY KEY, `j``s` json, checked longtext, u uuid DEFAULT uuid(), i inet6,"
        " n int DEFAULT NULL, l longtext COMPRESSED, CONSTRAINT doc CHECK (json_valid(checked)))",
        "CREATE TABLE versioned (a int) WITH SYSTEM VERSIONING",
        "CREATE TABLE spans (id int, a date, b date, PERIOD FOR p (a, b), PRIMARY KEY (id, p WITHOUT OVERLAPS))",
    )
    table = _table(database, "t")
    assert (table.column("j`s").type, table.column("checked").type) == (Json(), Text())
    assert (table.column("u").type, table.column("i").type) == (Uuid(), Text(39))
    assert table.not_carried == ("check doc", "check j`s", "default of column u", "compression of column l")
    assert _table(database, "versioned").not_carried == ("system versioning (rows of the past)",)
    assert _table(database, "spans").primary_key == PrimaryKey(("id", "b", "a"))
    names = [t.name.name for t in provider("mysql").introspector.introspect(database.endpoint())]
    assert names == ["spans", "t", "versioned"]


def test_names_of_any_characters(make_family_database: MakeDatabase) -> None:
    database = make_family_database()
    names = ["a.b/c", "It's `q`", 'back\\slash %s "', "größe", "日本", " first"]
    for name in names:
        quoted = name.replace("`", "``")
        database.execute(f"CREATE TABLE `{quoted}` (`{quoted}` int PRIMARY KEY)")
    tables = provider("mysql").introspector.introspect(database.endpoint()).tables
    assert [t.name.name for t in tables] == sorted(names)
    assert all(t.columns[0].name == t.name.name and t.primary_key for t in tables)
    with connected(database.endpoint()) as connection:
        for name in names:
            (found,) = read_tables(connection, [TableName(database.name, name)])
            assert found.columns[0].name == name
        assert read_tables(connection, [TableName(database.name, "GRÖSSE")]) == ()
        assert read_tables(connection, []) == ()


def test_whole_servers_and_single_databases(
    make_family_database: MakeDatabase, mysql_family_server: MysqlServer
) -> None:
    first, second = make_family_database(), make_family_database()
    for database in (first, second):
        database.execute(
            "CREATE TABLE t (a int)",
            f"CREATE TABLE dmsform_load_{'0' * 16} (a int)",
            "CREATE VIEW v AS SELECT a FROM t",
        )
    whole = EndpointDefinition(name="all", engine="mysql", settings=mysql_family_server.settings())
    tables = provider("mysql").introspector.introspect(whole).tables
    ours = [t for t in tables if t.name.schema in (first.name, second.name)]
    assert sorted((t.name.schema, t.name.name) for t in ours) == sorted(
        (database.name, name) for database in (first, second) for name in ("t", "v")
    )
    assert not {t.name.schema for t in tables} & {"mysql", "sys", "information_schema", "performance_schema"}
    assert [t.kind for t in provider("mysql").introspector.introspect(first.endpoint())] == [
        TableKind.TABLE, TableKind.VIEW,
    ]  # fmt: skip


def test_a_database_whose_names_case_does_not_count(tmp_path: Path) -> None:
    with packages_or_skip(), mariadb_server(tmp_path, options=["lower-case-table-names=1"]) as server:
        database = MysqlDatabase(server, server.create_database("Shop"))
        database.execute("CREATE TABLE Items (A int)")
        (table,) = provider("mysql").introspector.introspect(database.endpoint())
        assert (table.name, table.columns[0].name) == (TableName("shop", "items"), "A")


def test_a_reader_sees_what_the_owner_sees(make_family_database: MakeDatabase) -> None:
    """SELECT is all that a source takes: keys, checks and JSON show with it, and other people's databases do not."""
    database = make_family_database()
    database.execute(
        "CREATE TABLE parent (a int PRIMARY KEY)",
        "CREATE TABLE t (id int PRIMARY KEY, n int, j json, CONSTRAINT low CHECK (n < 9), KEY by_n (n),"
        " CONSTRAINT up FOREIGN KEY (n) REFERENCES parent (a))",
    )
    user, password = database.server.create_user()
    database.execute(f"GRANT SELECT ON `{database.name}`.* TO `{user}`")
    endpoint = database.endpoint(username=user, password=password)
    seen = provider("mysql").introspector.introspect(endpoint).table(TableName(database.name, "t"))
    assert seen == _table(database, "t")
    other = make_family_database()
    other.execute("CREATE TABLE secret (a int)")
    whole = EndpointDefinition(
        name="all", engine="mysql", settings=database.server.settings(username=user, password=password)
    )
    assert {t.name.schema for t in provider("mysql").introspector.introspect(whole)} == {database.name}


def test_estimates_are_of_now(make_family_database: MakeDatabase) -> None:
    database = make_family_database()
    database.execute("CREATE TABLE t (a int PRIMARY KEY)", "CREATE VIEW v AS SELECT a FROM t")
    assert (_table(database, "t").estimated_rows, _table(database, "v").estimated_rows) == (0, None)
    database.execute(f"INSERT INTO t VALUES {', '.join(f'({n})' for n in range(300))}", "ANALYZE TABLE t")
    assert _table(database, "t").estimated_rows == 300
    assert _table(database, "t").estimated_bytes


def test_a_key_may_hold_the_beginning_of_a_column(make_family_database: MakeDatabase) -> None:
    database = make_family_database()
    database.execute("CREATE TABLE t (a text, b int, PRIMARY KEY (b, a(7)))")
    table = _table(database, "t")
    assert table.primary_key == PrimaryKey(("b", "a"))
    assert table.options == ("primary key takes 7 of a",)


def test_columns_that_every_row_must_fill(make_family_database: MakeDatabase) -> None:
    database = make_family_database()
    database.execute(
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, must int NOT NULL, may int, has int NOT NULL DEFAULT 3,"
        " made int NOT NULL DEFAULT (1 + 2), g int GENERATED ALWAYS AS (may) VIRTUAL)"
    )
    with connected(database.endpoint()) as connection:
        assert required_columns(connection, TableName(database.name, "t")) == {"must"}


class _Counting:
    """A connection that counts its statements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.server = connection.server
        self.statements = 0

    def execute(self, statement: str) -> int:
        self.statements += 1
        return self._connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        self.statements += 1
        return self._connection.rows(query)


def test_the_number_of_queries_does_not_grow_with_the_tables(make_family_database: MakeDatabase) -> None:
    database = make_family_database()

    def statements() -> int:
        with connected(database.endpoint()) as connection:
            counting = _Counting(connection)
            read_tables(cast("Connection", counting), database=database.name)
            return counting.statements

    before = statements()
    assert 0 < before < 7
    database.execute(*(f"CREATE TABLE t{n} (id int AUTO_INCREMENT PRIMARY KEY, v text)" for n in range(20)))
    assert statements() == before
