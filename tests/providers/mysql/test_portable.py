"""What only one of the two servers knows becomes what the other has; every statement runs on both."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dmsform.catalog.changes import ColumnDesign, CreateTable, TableDesign
from dmsform.catalog.model import TableName
from dmsform.testing.mysql_server import MysqlServer
from dmsform_mysql.ddl import render
from dmsform_mysql.portable import differs, portable
from dmsform_mysql.types import catalogued
from tests.servers import MysqlDatabase

ASCII = "character set ascii collate ascii_bin"


@pytest.mark.parametrize(
    ("collation", "mysql", "mariadb"),
    [
        ("utf8mb4_0900_bin", "utf8mb4_0900_bin", "utf8mb4_nopad_bin"),
        ("utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci", "utf8mb4_uca1400_nopad_ai_ci"),
        ("utf8mb4_de_pb_0900_as_cs", "utf8mb4_de_pb_0900_as_cs", "utf8mb4_uca1400_german2_nopad_as_cs"),
        ("utf8mb4_ja_0900_as_cs_ks", "utf8mb4_ja_0900_as_cs_ks", "utf8mb4_uca1400_nopad_as_cs"),
        ("gb18030_chinese_ci", "gb18030_chinese_ci", "utf8mb4_uca1400_nopad_ai_ci"),
        ("gb18030_bin", "gb18030_bin", "utf8mb4_nopad_bin"),
        ("utf8mb4_nopad_bin", "utf8mb4_0900_bin", "utf8mb4_nopad_bin"),
        ("utf8mb4_uca1400_ai_ci", "utf8mb4_0900_ai_ci", "utf8mb4_uca1400_ai_ci"),
        ("utf8mb4_uca1400_turkish_nopad_ai_cs", "utf8mb4_tr_0900_as_cs", "utf8mb4_uca1400_turkish_nopad_ai_cs"),
        ("ucs2_uca1400_as_cs", "ucs2_bin", "ucs2_uca1400_as_cs"),
        ("latin1_swedish_nopad_ci", "latin1_swedish_ci", "latin1_swedish_nopad_ci"),
        ("utf8mb3_tolower_ci", "utf8mb3_tolower_ci", "utf8mb3_general_ci"),
        ("utf16_thai_520_w2", "utf16_unicode_520_ci", "utf16_thai_520_w2"),
    ],
)
def test_each_server_has_its_collation(collation: str, mysql: str, mariadb: str) -> None:
    assert differs(f"text {_spelled(collation)}") == (_spelled(mysql), _spelled(mariadb))
    assert portable(f"text {_spelled(collation)}").startswith("text /*!80000 ")


def _spelled(collation: str) -> str:
    return f"character set {collation.partition('_')[0]} collate {collation}"


@pytest.mark.parametrize(
    ("native", "mysql", "mariadb"),
    [
        ("point srid 4326", "point srid 4326", "point"),
        ("uuid", f"char(36) {ASCII}", "uuid"),
        ("inet4", f"varchar(15) {ASCII}", "inet4"),
        ("inet6", f"varchar(39) {ASCII}", "inet6"),
        ("vector(3)", "vector(3)", "varbinary(12)"),
    ],
)
def test_each_server_has_its_type(native: str, mysql: str, mariadb: str) -> None:
    assert differs(native) == (mysql, mariadb)
    assert portable(native) != native


@pytest.mark.parametrize(
    "native",
    ["int", "varchar(3)", f"varchar(3) {_spelled('latin1_swedish_ci')}", f"text {_spelled('utf8mb4_bin')}"],
)
def test_what_both_know_stays_as_it_is(native: str) -> None:
    assert differs(native) is None
    assert portable(native) == native


def _create(database: MysqlDatabase, types: list[str]) -> list[tuple[str, str | None, str | None]]:
    """A table with a column of each type, as the server then shows them: type, character set, collation."""
    columns = tuple(ColumnDesign(f"c{n}", sql) for n, sql in enumerate(types))
    design = TableDesign(TableName(database.name, "every"), columns)
    database.execute(*render(CreateTable(design)))
    return database.rows(
        "SELECT column_type, character_set_name, collation_name FROM information_schema.columns"
        f" WHERE table_schema = '{database.name}' AND table_name = 'every' ORDER BY ordinal_position"
    )


def _collations(server: MysqlServer) -> list[str]:
    name = "FULL_COLLATION_NAME" if server.flavor == "mariadb" else "COLLATION_NAME"
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {name} FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
            " WHERE CHARACTER_SET_NAME <> 'binary' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def test_every_collation_of_either_server_runs_on_both(
    make_mysql_database: Callable[[], MysqlDatabase], make_mariadb_database: Callable[[], MysqlDatabase]
) -> None:
    for own, other in ((make_mysql_database, make_mariadb_database), (make_mariadb_database, make_mysql_database)):
        collations = _collations(own().server)
        assert len(collations) > 280
        for part in (collations[:1000], collations[1000:]):
            if part:
                # An enum takes one byte of a row, whatever its collation.
                types = [f"enum('a') {_spelled(collation)}" for collation in part]
                assert [catalogued(*shown).collation for shown in _create(own(), types)] == part
                assert len(_create(other(), types)) == len(types)


def test_every_type_of_either_server_runs_on_both(
    make_mysql_database: Callable[[], MysqlDatabase], make_mariadb_database: Callable[[], MysqlDatabase]
) -> None:
    types = ["uuid", "inet4", "inet6", "vector(3)", "vector(2000)", "point srid 4326", "geometry srid 0", "json"]
    ascii_text = "character set ascii collate ascii_bin"
    assert _natives(make_mysql_database(), types) == [
        f"char(36) {ascii_text}", f"varchar(15) {ascii_text}", f"varchar(39) {ascii_text}", "vector(3)", "vector(2000)",
        "point", "geometry", "json",
    ]  # fmt: skip
    assert _natives(make_mariadb_database(), types) == [
        "uuid", "inet4", "inet6", "varbinary(12)", "longblob", "point", "geometry",
        "longtext character set utf8mb4 collate utf8mb4_bin",
    ]  # fmt: skip


def _natives(database: MysqlDatabase, types: list[str]) -> list[str]:
    return [catalogued(*column).native for column in _create(database, types)]
