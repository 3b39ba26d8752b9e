"""Tables of each server on the other: whatever a column is, what becomes of it there takes all of its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dmsform.catalog.changes import CreateTable
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Table, TableName
from dmsform.catalog.types import Binary, Geometry, Json, LogicalType, Text
from dmsform_mysql.connect import connected
from dmsform_mysql.ddl import render
from dmsform_mysql.dependents import dependents_of
from dmsform_mysql.fitting import differences
from dmsform_mysql.introspect import read_tables, required_columns
from tests.providers.mysql.mapping import design_of
from tests.servers import MysqlDatabase

MakeDatabase = Callable[[], MysqlDatabase]

BOTH = """
 id bigint unsigned NOT NULL AUTO_INCREMENT, n1 tinyint(1), n2 tinyint unsigned zerofill, n3 smallint, n4 mediumint,
 n5 int(5), n6 decimal(10,2) unsigned, n7 float(7,2), n8 double, b1 bit(1), b2 bit(64), y year,
 t1 char(4) CHARACTER SET latin1, t2 varchar(30), t3 tinytext, t4 text, t5 mediumtext CHARACTER SET utf16,
 t6 longtext COLLATE utf8mb4_bin, t7 varchar(9) CHARACTER SET ucs2 COLLATE ucs2_bin, x1 binary(3), x2 varbinary(4),
 x3 tinyblob, x4 longblob, d1 date, d2 datetime(3), d3 timestamp(6) NULL, d4 timestamp NOT NULL, d5 time(2),
 e enum('a','it''s','x\\\\y','é') CHARACTER SET latin1, s set('a','b'), j json, g geometry, p point,
 gc geometrycollection, made int GENERATED ALWAYS AS (n3 + 1) STORED, PRIMARY KEY (t4(5), id), KEY (id)
"""
OWN = {
    "mysql": "v vector(3), sp point SRID 4326, gb varchar(5) CHARACTER SET gb18030, "
    "c varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_tr_0900_ai_ci",
    "mariadb": "u uuid, i4 inet4, i6 inet6, z varchar(5) COMPRESSED, "
    "c varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_turkish_ai_ci",
}
# What reads as another type on the other server, by column.
CHANGED: dict[str, dict[str, LogicalType]] = {
    "mysql": {"j": Json(), "v": Binary(12), "sp": Geometry("point")},
    "mariadb": {"j": Text(), "u": Text(36)},
}


def _read(database: MysqlDatabase, name: str) -> Table:
    with connected(database.endpoint()) as connection:
        (table,) = read_tables(connection, [TableName(database.name, name)])
        return table


def _mapped(table: Table, target: TableName) -> MappedTable:
    columns = tuple(MappedColumn(c.name, Copied(c), c.type, c.native, c.nullable, c.identity) for c in table.columns)
    return MappedTable(table, target, columns, table.primary_key)


@pytest.mark.parametrize("flavor", ["mysql", "mariadb"])
def test_what_one_server_has_the_other_holds(
    flavor: str, make_mysql_database: MakeDatabase, make_mariadb_database: MakeDatabase
) -> None:
    make = {"mysql": make_mysql_database, "mariadb": make_mariadb_database}
    source = make[flavor]()
    source.execute(f"ALTER DATABASE {source.name} CHARACTER SET utf8mb4")
    source.execute(f"CREATE TABLE t ({OWN[flavor]}, {BOTH})")
    table = _read(source, "t")
    for other in make:
        target = make[other]()
        mapped = _mapped(table, TableName(target.name, "t"))
        design = design_of(mapped, "mysql")
        assert [c.type for c in design.columns] == [c.native for c in table.columns]
        target.execute(*render(CreateTable(design)))
        found = _read(target, "t")
        changed = CHANGED[flavor] if other != flavor else {"j": Text()} if flavor == "mariadb" else {}
        assert {c.name: c.type for c in found.columns} == {c.name: c.type for c in table.columns} | changed
        assert [(c.name, c.nullable, c.identity) for c in found.columns] == [
            (c.name, c.nullable, c.identity) for c in table.columns
        ]
        assert (found.primary_key, found.options) == (table.primary_key, table.options)
        with connected(target.endpoint()) as connection:
            required = required_columns(connection, found.name)
        assert differences(found, required, mapped, design) == []
        fewer = replace(mapped, columns=tuple(c for c in mapped.columns if c.name != "d4"))
        (finding,) = differences(found, required, fewer, design_of(fewer, "mysql"))
        assert "d4" in finding.detail


def test_what_goes_when_a_table_is_dropped(make_family_database: MakeDatabase) -> None:
    database = make_family_database()
    database.execute(
        "CREATE TABLE t (a int PRIMARY KEY, b int DEFAULT 1, KEY by_b (b), CONSTRAINT low CHECK (b < 9))",
        "CREATE TABLE bare (a int)",
    )
    names = [TableName(database.name, name) for name in ("t", "bare", "gone")]
    with connected(database.endpoint()) as connection:
        assert dependents_of(connection, names) == {
            names[0]: ("index by_b", "check low", "default of column b"),
            names[1]: (),
        }
