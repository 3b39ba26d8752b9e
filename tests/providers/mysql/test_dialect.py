"""Designs and statements: as text, and as both servers take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dmsform.catalog.changes import AddPrimaryKey, CreateSchema, CreateTable, DropTable, TableDesign, TruncateTable
from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import Identity, PrimaryKey, TableKind, TableName
from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Duration,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Interval,
    Json,
    LogicalType,
    Native,
    Text,
    Time,
    Timestamp,
    Unsupported,
    Uuid,
)
from dmsform_mysql.connect import connected
from dmsform_mysql.ddl import render
from dmsform_mysql.introspect import read_tables
from dmsform_mysql.layout import TooWideError, arrange
from dmsform_mysql.sql_types import Characters
from tests.providers.mysql.mapping import DIALECT, design_of, mapped_of, types_of
from tests.servers import MysqlDatabase

_UUID = "char(36) character set ascii collate ascii_bin"

# What each logical type becomes, and what that reads as afterwards (None: the same).
DESIGNS: list[tuple[LogicalType, str, LogicalType | None]] = [
    (Boolean(), "tinyint(1)", Integer(8)),
    (Integer(8), "tinyint", None),
    (Integer(8, signed=False), "tinyint unsigned", None),
    (Integer(16), "smallint", None),
    (Integer(24, signed=False), "mediumint unsigned", None),
    (Integer(32), "int", None),
    (Integer(64), "bigint", None),
    (Integer(64, signed=False), "bigint unsigned", None),
    (Decimal(), "decimal(65,30)", Decimal(65, 30)),
    (Decimal(10, 2), "decimal(10,2)", None),
    (Decimal(10), "decimal(10,0)", Decimal(10, 0)),
    (Decimal(3, -2), "decimal(5,0)", Decimal(5, 0)),
    (Decimal(2, 5), "decimal(5,5)", Decimal(5, 5)),
    (Decimal(66, 2), "longtext", Text()),
    (Decimal(40, 31), "longtext", Text()),
    (Float(32), "float", None),
    (Float(64), "double", None),
    (Text(), "longtext", None),
    (Text(40), "varchar(40)", None),
    (Text(4, padded=True), "char(4)", Text(4)),
    (Text(256, padded=True), "varchar(256)", Text(256)),
    (Text(20_000), "longtext", Text()),
    (Binary(), "longblob", None),
    (Binary(16), "varbinary(16)", None),
    (Binary(70_000), "longblob", Binary()),
    (Date(), "date", None),
    (Time(), "time(6)", Duration(6)),
    (Time(0), "time", Duration(0)),
    (Time(zoned=True), "varchar(24)", Text(24)),
    (Timestamp(), "datetime(6)", None),
    (Timestamp(0, zoned=True), "datetime", Timestamp(0)),
    (Interval(), "varchar(80)", Text(80)),
    (Duration(3), "time(3)", None),
    (Json(), "longtext", Text()),
    (Json(binary=True), "longtext", Text()),
    (Uuid(), _UUID, Text(36)),
    (Bits(1), "bit(1)", Boolean()),
    (Bits(64), "bit(64)", None),
    (Bits(65), "varchar(65)", Text(65)),
    (Bits(None, varying=True), "longtext", Text()),
    (Bits(7, varying=True), "varchar(7)", Text(7)),
    (Enumeration(("it's", "a,b", "x\\y", "", "%s\n9")), "enum('it''s','a,b','x\\\\y','','%s\n9')", None),
    (Enumeration(("a ", "b")), "varchar(2)", Text(2)),
    (Enumeration(("😀",)), "varchar(1)", Text(1)),
    (Enumeration(("x" * 256,)), "varchar(256)", Text(256)),
    (Enumeration(()), "varchar(1)", Text(1)),
    (Geometry(), "geometry", None),
    (Geometry("geometrycollection"), "geometrycollection", None),
    (Geometry("point"), "point", None),
    (Native("postgresql", "inet"), "varchar(43)", Text(43)),
    (Native("postgresql", "integer[]"), "longtext", Text()),
]


@pytest.mark.parametrize(("logical", "expected"), [(logical, sql) for logical, sql, _ in DESIGNS], ids=str)
def test_every_logical_type_has_a_lossless_type(logical: LogicalType, expected: str) -> None:
    assert types_of(mapped_of(logical)) == [expected]


def test_both_servers_take_every_type(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    mapped = mapped_of(*(logical for logical, *_ in DESIGNS), schema=database.name)
    design = design_of(mapped)
    database.execute(*render(CreateTable(design)))
    with connected(database.endpoint()) as connection:
        (table,) = read_tables(connection, [mapped.target])
    assert [c.type for c in table.columns] == [read or logical for logical, _, read in DESIGNS]
    # What was created fits itself, and is created again the same.
    again = mapped_of(*(c.native for c in table.columns), schema=database.name, name="again")
    database.execute(*render(CreateTable(design_of(again, "mysql"))))
    with connected(database.endpoint()) as connection:
        (copy,) = read_tables(connection, [again.target])
    assert [c.native for c in copy.columns] == [c.native for c in table.columns]


@pytest.mark.parametrize(
    "logical", [Timestamp(9), Time(7), Duration(7), Unsupported("blob9", "nobody knows it")], ids=str
)
def test_what_has_no_counterpart_is_refused(logical: LogicalType) -> None:
    for engine in ("postgresql", "mysql"):
        findings = DIALECT.design(mapped_of(Text(), logical), engine)
        assert not isinstance(findings, TableDesign)
        assert [f.place.column for f in findings if f.place] == ["c1"]


def test_a_table_has_columns() -> None:
    findings = DIALECT.design(mapped_of(), "mysql")
    assert not isinstance(findings, TableDesign)
    assert [f.code for f in findings] == ["DMS508"]


# Names


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * 65, "65 characters"),
        ("smile😀", "beyond U+FFFF"),
        ("blank ", "ends with a blank"),
        ("tab\t", "ends with a blank"),
        ("null\0byte", "U+0000"),
    ],
)
def test_names_that_the_servers_refuse_or_change(name: str, why: str) -> None:
    mapped = mapped_of(Integer(32), schema=name, name=name)
    mapped = replace(mapped, columns=(replace(mapped.columns[0], name=name),))
    findings = DIALECT.design(mapped, "postgresql")
    assert not isinstance(findings, TableDesign)
    assert [f.code for f in findings] == ["DMS541"] * 3
    assert all(why in f.detail for f in findings)


@pytest.mark.parametrize("schema", ["mysql", "sys", "Information_Schema", "performance_schema", "dmsform_control"])
def test_databases_of_the_server_are_no_targets(schema: str) -> None:
    findings = DIALECT.design(mapped_of(Integer(32), schema=schema), "postgresql")
    assert not isinstance(findings, TableDesign)
    assert [f.code for f in findings] == ["DMS541"]


@pytest.mark.parametrize("name", [f"dmsform_load_{'0' * 16}", f"dmsform_old_{'a' * 16}", "日" * 51, "#mysql50#t"])
def test_tables_that_cannot_be_called_so(name: str) -> None:
    assert not isinstance(DIALECT.design(mapped_of(Integer(32), name=name), "postgresql"), TableDesign)


def test_columns_that_differ_in_case_only() -> None:
    mapped = mapped_of(Integer(32), Integer(32), Integer(32))
    names = ("Größe", "GRÖßE", "grosse")
    mapped = replace(mapped, columns=tuple(replace(c, name=n) for c, n in zip(mapped.columns, names, strict=True)))
    findings = DIALECT.design(mapped, "postgresql")
    assert not isinstance(findings, TableDesign)
    assert [(f.code, f.place and f.place.column) for f in findings] == [("DMS541", "GRÖßE")]


def test_names_at_the_limits_are_taken(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """What the rules let pass, the servers take; letters that they tell apart are told apart."""
    database = make_family_database()
    for name in ("x" * 64, "é" * 64, "日" * 50, "/" * 50, "a.b`c\"d'e\\f%s"):
        mapped = mapped_of(Integer(32), Integer(32), schema=database.name, name=name)
        columns = tuple(replace(c, name=n) for c, n in zip(mapped.columns, (name, "ß"), strict=True))
        design = design_of(replace(mapped, columns=columns))
        database.execute(
            *render(CreateTable(design)), *render(TruncateTable(design.name)), *render(DropTable(design.name))
        )
    assert database.rows("SHOW TABLES") == []


# Keys and rows


@pytest.mark.parametrize(
    ("types", "key", "expected"),
    [
        ((Text(),), (0,), ["varchar(768)"]),
        ((Text(40),), (0,), ["varchar(40)"]),
        ((Text(1000),), (0,), ["varchar(768)"]),
        ((Text(), Text()), (0, 1), ["varchar(384)", "varchar(384)"]),
        ((Text(10), Text()), (0, 1), ["varchar(10)", "varchar(758)"]),
        ((Integer(64), Text()), (0, 1), ["bigint", "varchar(766)"]),
        ((Binary(), Text(100)), (0, 1), ["varbinary(2672)", "varchar(100)"]),
        ((Text(), Text()), (1,), ["longtext", "varchar(768)"]),
        ((Json(), Uuid()), (0, 1), ["varchar(759)", _UUID]),
        ((Text(4, padded=True),), (0,), ["char(4)"]),
        (tuple([Text()] * 16), range(16), ["varchar(48)"] * 16),
    ],
)
def test_texts_share_the_key(types: tuple[LogicalType, ...], key: tuple[int, ...], expected: list[str]) -> None:
    mapped = mapped_of(*types, key=key)
    assert types_of(mapped) == expected
    assert all(not c.nullable for n, c in enumerate(design_of(mapped).columns) if n in key)


@pytest.mark.parametrize(
    ("mapped", "why"),
    [
        (mapped_of(Geometry(), key=(0,)), "no keys of geometry"),
        (mapped_of(*[Text()] * 17, key=range(17)), "at most 16 columns"),
        (mapped_of(*[Integer(8)] * 1018), "at most 1017 columns"),
        (mapped_of(*[Text()] * 198), "8126 bytes"),
    ],
)
def test_tables_that_are_too_wide(mapped: MappedTable, why: str) -> None:
    findings = DIALECT.design(mapped, "postgresql")
    assert not isinstance(findings, TableDesign)
    (finding,) = findings
    assert finding.code == "DMS554"
    assert why in finding.detail


def test_a_row_has_room_for_so_much() -> None:
    verbatim = {f"c{n}": "char(255)" for n in range(65)}
    with pytest.raises(TooWideError, match="65535 bytes"):
        arrange({**verbatim, "added": Characters(4)}, (), {})
    # Where all of it stands as it is in its source, the server decides.
    assert arrange(verbatim, (), {}, verbatim=True) == verbatim
    assert types_of(mapped_of(*["longtext"] * 300), "mysql") == ["longtext"] * 300
    assert not isinstance(DIALECT.design(mapped_of(*[Decimal()] * 300), "postgresql"), TableDesign)
    assert not isinstance(DIALECT.design(mapped_of(*[Date()] * 1018), "postgresql"), TableDesign)
    # With a column added, the table is no longer one that stands somewhere.
    added = mapped_of(*["longtext"] * 300, Date())
    added = replace(added, columns=(*added.columns[:-1], replace(added.columns[-1], native=None)))
    assert not isinstance(DIALECT.design(added, "mysql"), TableDesign)


WIDE = [
    mapped_of(Integer(32), *[Text()] * 197, key=(0,)),
    mapped_of(Integer(32), *[Text(9)] * 218, key=(0,)),
    mapped_of(Integer(32), *[Timestamp()] * 990, key=(0,)),
    mapped_of(Integer(32), *[Decimal()] * 266, key=(0,)),
    mapped_of(*[Text(16_383)] * 9),
    mapped_of(Text(16_383)),
    mapped_of(*[Text(500)] * 100),
    mapped_of(*[Binary(65_535)] * 3, Text(255, padded=True)),
    mapped_of(*[Text()] * 16, key=range(16)),
    mapped_of(Text(), Binary(), Decimal(10, 2), key=(2, 0, 1)),
    mapped_of(Text(0), Binary(0), key=(0, 1)),
    mapped_of(*[Enumeration(tuple(f"label {n}" for n in range(300)))] * 50, Bits(64), Float(32), Uuid()),
]


def test_what_the_rules_let_pass_the_servers_take(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """Tables at the limits of rows, keys and pages."""
    database = make_family_database()
    for number, mapped in enumerate(WIDE):
        target = TableName(database.name, f"wide{number}")
        database.execute(*render(CreateTable(design_of(replace(mapped, target=target)))))


def test_the_longest_texts_leave_the_row() -> None:
    assert types_of(mapped_of(Text(9000), Text(8000), Text(10))) == ["longtext", "varchar(8000)", "varchar(10)"]
    assert types_of(mapped_of(Text(), Text(16_000), Integer(32))) == ["longtext", "varchar(16000)", "int"]


# Verbatim


def test_types_of_the_family_are_taken_verbatim() -> None:
    natives = [
        "int(5) unsigned zerofill",
        "enum('a') character set latin1 collate latin1_bin",
        "json",
        "timestamp(3)",
        "uuid",
    ]
    assert types_of(mapped_of(*natives), "mysql") == natives
    assert types_of(mapped_of("timestamp(3)", "json"), "postgresql") == ["datetime(3)", "longtext"]


def test_a_changed_type_is_not_verbatim() -> None:
    mapped = mapped_of("varchar(9) character set latin1 collate latin1_bin")
    mapped = replace(mapped, columns=(replace(mapped.columns[0], type=Integer(32), native=None),))
    assert types_of(mapped, "mysql") == ["int"]
    assert DIALECT.conversions(mapped, "mysql") == (
        "column c0: varchar(9) character set latin1 collate latin1_bin becomes int, checked value by value",
    )


def test_a_key_of_beginnings_is_carried_within_the_family(make_family_database: Callable[[], MysqlDatabase]) -> None:
    text = "text character set utf8mb4 collate utf8mb4_bin"
    database = make_family_database()
    mapped = mapped_of(text, "int", key=(1, 0), schema=database.name, options=("primary key takes 7 of c0",))
    mapped = replace(
        mapped,
        columns=(replace(mapped.columns[0], name="renamed"), mapped.columns[1]),
        primary_key=PrimaryKey(("c1", "renamed")),
    )
    design = design_of(mapped, "mysql")
    assert design.columns[0].type == text
    database.execute(*render(CreateTable(design)))
    with connected(database.endpoint()) as connection:
        (table,) = read_tables(connection, [mapped.target])
    assert table.options == design.options == ("primary key takes 7 of renamed",)
    assert types_of(mapped, "postgresql")[0] == "varchar(767)"
    # Without the source's prefix a long text is no key.
    assert types_of(mapped_of(text, key=(0,)), "mysql") == ["varchar(768)"]


# Statements


def test_statements() -> None:
    mapped = mapped_of(Integer(64), Text(5), key=(0,))
    first, second = mapped.columns
    columns = (replace(first, nullable=False, identity=Identity.ROWID), replace(second, name="No `1`"))
    design = design_of(replace(mapped, columns=columns, table_tablespace="fast"))
    assert render(CreateTable(design)) == (
        "CREATE TABLE `app`.`t` (\n"
        "  `c0` bigint NOT NULL AUTO_INCREMENT,\n"
        "  `No ``1``` varchar(5) NULL,\n"
        "  PRIMARY KEY (`c0`)\n"
        ") ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 "
        "/*!80017 COLLATE utf8mb4_0900_bin *//*M!100201 COLLATE utf8mb4_nopad_bin */ "
        "/*!80000 TABLESPACE `fast` */",
    )
    assert render(AddPrimaryKey(design)) == ()
    assert render(TruncateTable(design.name)) == ("DELETE FROM `app`.`t`",)
    assert render(DropTable(design.name)) == ("DROP TABLE `app`.`t`",)
    assert render(CreateSchema("a`b")) == ("CREATE DATABASE IF NOT EXISTS `a``b` DEFAULT CHARACTER SET utf8mb4",)


def test_a_tablespace_is_mysqls_alone(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    statements = render(
        CreateTable(design_of(replace(mapped_of(Integer(32), schema=database.name), table_tablespace=database.name)))
    )
    if database.server.flavor == "mariadb":
        database.execute(*statements)
        return
    database.execute(f"CREATE TABLESPACE {database.name} ADD DATAFILE '{database.name}.ibd'", *statements)
    kept = "information_schema.INNODB_TABLES t JOIN information_schema.INNODB_TABLESPACES s USING (SPACE)"
    assert database.value(f"SELECT s.NAME FROM {kept} WHERE t.NAME = '{database.name}/t'") == database.name
    database.execute("DROP TABLE t", f"DROP TABLESPACE {database.name}")


def test_keys_tell_case_and_blanks_apart(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    database.execute(*render(CreateTable(design_of(mapped_of(Text(), schema=database.name, key=(0,))))))
    values = ["a", "A", "a ", "á", "", " ", "ﬀ", "ff"]
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO t VALUES (%s)", [(value,) for value in values])
        cursor.execute("SELECT c0 FROM t")
        assert sorted(value for (value,) in cursor.fetchall()) == sorted(values)


# Numbering


def _numbered(mapped: MappedTable, *columns: int) -> MappedTable:
    numbered = tuple(
        replace(c, identity=Identity.SEQUENCE if n in columns else None) for n, c in enumerate(mapped.columns)
    )
    return replace(mapped, columns=numbered)


def test_one_column_numbers_itself(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    mapped = _numbered(mapped_of(Integer(32), Text(), Integer(64), schema=database.name, key=(2, 0)), 0, 1, 2)
    assert [c.identity for c in design_of(mapped).columns] == [False, False, True]
    lone = _numbered(mapped_of(Text(), Integer(64), schema=database.name, name="lone", key=(0,)), 1)
    assert DIALECT.conversions(lone, "postgresql") == (
        "column c0: declared becomes varchar(768), as keys take no more; a longer value is refused",
        "column c0: NULL is refused, as no column of a primary key and none that numbers itself holds it in MySQL",
        "column c1: its sequence becomes AUTO_INCREMENT",
        "column c1: NULL is refused, as no column of a primary key and none that numbers itself holds it in MySQL",
        "column c1: gets an index, which AUTO_INCREMENT takes",
    )
    database.execute(*render(CreateTable(design_of(mapped))), *render(CreateTable(design_of(lone))))
    database.execute("INSERT INTO lone (c0) VALUES ('x')")
    assert database.rows("SELECT * FROM lone") == [("x", 1)]


# Words


def test_words_for_the_plan() -> None:
    mapped = mapped_of(
        Decimal(), Timestamp(3, zoned=True), Json(), Text(20_000), Interval(), Native("postgresql", "inet"), Date(),
        Decimal(66, 1), Uuid(), Boolean(), Enumeration(("a",)), Text(), Binary(),
    )  # fmt: skip
    assert DIALECT.conversions(mapped, "postgresql") == (
        "column c0: declared becomes decimal(65,30); a value with more digits is refused",
        "column c1: declared becomes datetime(3) in UTC",
        "column c2: declared becomes longtext, as MySQL's own json rewrites numbers and drops repeated keys",
        "column c3: declared becomes longtext, which has room beside the row",
        "column c4: declared becomes text (varchar(80))",
        "column c5: declared becomes text (varchar(43))",
        "column c7: declared becomes text (longtext)",
    )


def test_words_for_what_one_server_alone_has() -> None:
    mapped = mapped_of("uuid", "point srid 4326", "text character set utf8mb4 collate utf8mb4_0900_ai_ci", "int")
    assert DIALECT.conversions(mapped, "mysql") == (
        f"column c0: uuid becomes {_UUID} where the target is MySQL",
        "column c1: point srid 4326 becomes point where the target is MariaDB",
        "column c2: text character set utf8mb4 collate utf8mb4_0900_ai_ci becomes character set utf8mb4 collate "
        "utf8mb4_uca1400_nopad_ai_ci where the target is MariaDB",
    )


def test_words_for_views_generated_columns_and_tablespaces() -> None:
    mapped = mapped_of("int")
    column = mapped.columns[0]
    source = replace(mapped.source.columns[0], generated="a + 1")
    mapped = replace(
        mapped,
        source=replace(mapped.source, kind=TableKind.VIEW),
        columns=(replace(column, value=Copied(source)),),
        table_tablespace="fast",
        index_tablespace="faster",
    )
    assert DIALECT.conversions(mapped, "mysql") == (
        "the view's rows are copied into a table",
        "column c0: the generated values are copied into a plain column",
        "tablespace fast: has no effect where the target is MariaDB",
        "InnoDB keeps indexes with their table: the rules that name a tablespace for them have no effect",
    )
