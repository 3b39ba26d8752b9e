"""Native types as logical types, from the words of `information_schema`."""

from __future__ import annotations

import pytest

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
    Json,
    LogicalType,
    Text,
    Timestamp,
    Unsupported,
    Uuid,
)
from dmsform_mysql.types import catalogued, logical, parsed


@pytest.mark.parametrize(
    ("column_type", "native", "expected"),
    [
        ("tinyint(1)", "tinyint(1)", Integer(8)),
        ("tinyint(4)", "tinyint", Integer(8)),
        ("tinyint(3) unsigned", "tinyint unsigned", Integer(8, signed=False)),
        ("tinyint(3) unsigned zerofill", "tinyint(3) unsigned zerofill", Integer(8, signed=False)),
        ("smallint(6)", "smallint", Integer(16)),
        ("mediumint(8) unsigned", "mediumint unsigned", Integer(24, signed=False)),
        ("int(11)", "int", Integer(32)),
        ("int(5)", "int(5)", Integer(32)),
        ("int unsigned", "int unsigned", Integer(32, signed=False)),
        ("bigint(20) unsigned", "bigint unsigned", Integer(64, signed=False)),
        ("decimal(10,2)", "decimal(10,2)", Decimal(10, 2)),
        ("decimal(5,0) unsigned", "decimal(5,0) unsigned", Decimal(5, 0)),
        ("float", "float", Float(32)),
        ("float(7,2)", "float(7,2)", Float(32)),
        ("double unsigned", "double unsigned", Float(64)),
        ("bit(1)", "bit(1)", Boolean()),
        ("bit(9)", "bit(9)", Bits(9)),
        ("binary(3)", "binary(3)", Binary(3)),
        ("varbinary(40)", "varbinary(40)", Binary(40)),
        ("mediumblob", "mediumblob", Binary()),
        ("vector(3)", "vector(3)", Binary()),
        ("date", "date", Date()),
        ("datetime(3)", "datetime(3)", Timestamp(3)),
        ("datetime /* mariadb-5.3 */", "datetime", Timestamp(0)),
        ("timestamp(6)", "timestamp(6)", Timestamp(6, zoned=True)),
        ("time", "time", Duration(0)),
        ("year(4)", "year", Integer(16)),
        ("json", "json", Json(binary=True)),
        ("uuid", "uuid", Uuid()),
        ("inet4", "inet4", Text(15)),
        ("inet6", "inet6", Text(39)),
        ("geomcollection", "geometrycollection", Geometry("geometrycollection")),
        ("odd type(1)) x", "odd type(1)) x", Unsupported("odd type(1)) x", "dmsform does not know the type")),
        ("xmltype", "xmltype", Unsupported("xmltype", "dmsform does not know the type")),
    ],
)
def test_types_without_character_set(column_type: str, native: str, expected: LogicalType) -> None:
    found = catalogued(column_type)
    assert (found.native, logical(found)) == (native, expected)
    assert logical(parsed(native)) == expected


@pytest.mark.parametrize(
    ("column_type", "collation", "suffix", "expected"),
    [
        ("char(4)", "latin1_swedish_ci", "character set latin1 collate latin1_swedish_ci", Text(4)),
        ("varchar(40)", "utf8_bin", "character set utf8mb3 collate utf8mb3_bin", Text(40)),
        ("varchar(0)", "utf8mb4_bin", "character set utf8mb4 collate utf8mb4_bin", Text(0)),
        ("tinytext", "cp1251_bin", "character set cp1251 collate cp1251_bin", Text()),
        ("set('a','bc','')", "utf8mb4_bin", "character set utf8mb4 collate utf8mb4_bin", Text(5)),
    ],
)
def test_types_with_character_set(column_type: str, collation: str, suffix: str, expected: LogicalType) -> None:
    found = catalogued(column_type, collation.partition("_")[0], collation)
    assert (found.native, logical(found)) == (f"{column_type} {suffix}", expected)
    assert parsed(found.native) == found


def test_what_mariadb_leaves_out_or_adds() -> None:
    assert catalogued("text", "utf16", "uca1400_as_cs").native == "text character set utf16 collate utf16_uca1400_as_cs"
    compressed = catalogued("longtext /*M!100301 COMPRESSED*/", "utf8mb4", "utf8mb4_bin")
    assert compressed.native == "longtext character set utf8mb4 collate utf8mb4_bin"
    assert logical(catalogued("longtext", "utf8mb4", "utf8mb4_bin", json=True)) == Json()


def test_a_shape_of_one_reference_system() -> None:
    found = catalogued("point", srid=4326)
    assert (found.native, logical(found)) == ("point srid 4326", Geometry("point", 4326))
    assert parsed(found.native) == found
    assert logical(catalogued("polygon", srid=0)) == Geometry("polygon", 0)


def test_labels_are_what_they_were_declared_as() -> None:
    shown = r"enum('a\nb','c\0d','k\\l','m''n','o)p,q','character set latin1 collate x')"
    found = catalogued(shown, "latin1", "latin1_bin")
    labels = ("a\nb", "c\0d", "k\\l", "m'n", "o)p,q", "character set latin1 collate x")
    assert logical(found) == Enumeration(labels)
    assert parsed(found.native) == found


@pytest.mark.parametrize(
    ("charset", "expected"),
    [("utf8mb4", Text(2)), ("utf8mb3", Enumeration(("?", "x?"))), ("binary", None), (None, None)],
)
def test_labels_that_the_server_may_not_have_shown(charset: str | None, expected: LogicalType | None) -> None:
    """A question mark stands for itself, and for every character that the catalogue cannot show."""
    found = logical(catalogued("enum('?','x?')", charset, charset and f"{charset}_bin"))
    assert found == expected or (expected is None and isinstance(found, Unsupported))
