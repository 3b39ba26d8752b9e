r"""The types of MySQL and MariaDB and their values; literals are SQL with backslash escapes."""

from __future__ import annotations

from tests.pairings.matrix.cells import ALL, FAMILY, POSTGRES, SQLITE, Column, Kind, but, column, unsupported

_OTHERS = POSTGRES | SQLITE
_NO_DAY = "no such day there"
_NUL = "its text holds no U+0000"
_NEGATIVE_ZERO = "its columns turn it into 0"
_LOST = "bytes that are no text of the character set"

_TEXTS = (
    "''", "' '", "'a'", "'NULL'", r"'\\N'", r"'\\\\N'", r"'\\'", r"'\\\\t'", r"'a\tb\nc\rd'", r"'\b\Z'", r"'\n'",
    r"'\t'", r"'\r\n'", "'\x0b\x0c'", r"'\\\\'", "'\\\\\x0c\\\\\\\\\x0b'", "'it''s \"quoted\" `too`'", "'?'", "'%s'",
    "'  both  '", "'1.10'", "'-- ; /* */'",
)  # fmt: skip
_NULS = but(POSTGRES, _NUL, r"'\0'", r"'a\0b'")
_WIDE = ("'é'", "'日本語'", "'e\u0301'", r"'ü\tö\\'", "'\u2028\u0085'")
_WIDEST = (*_WIDE, "'😀'", "'\U0010ffff'", r"'😀\\😀\n'")

_NUMBERS: tuple[Column, ...] = (
    column("tinyint", Kind.INTEGER, "-128", "127", "0"),
    column("tinyint(1)", Kind.INTEGER, "-128", "1", "0", "2"),
    column("tinyint unsigned", Kind.INTEGER, "255", "0"),
    column("smallint", Kind.INTEGER, "-32768", "32767"),
    column("smallint unsigned", Kind.INTEGER, "65535", "0"),
    column("mediumint", Kind.INTEGER, "-8388608", "8388607"),
    column("mediumint unsigned", Kind.INTEGER, "16777215"),
    column("int", Kind.INTEGER, "-2147483648", "2147483647", "-0"),
    column("int unsigned", Kind.INTEGER, "4294967295", "2147483648"),
    column("int(8) unsigned zerofill", Kind.INTEGER, "7", "4294967295"),
    column("bigint", Kind.INTEGER, "-9223372036854775808", "9223372036854775807", "9007199254740993"),
    column("bigint unsigned", Kind.INTEGER, "18446744073709551615", "9223372036854775808", "9223372036854775807", "0"),
    column("bigint(20) unsigned zerofill", Kind.INTEGER, "1", "18446744073709551615"),
    column("year", Kind.INTEGER, "0", "1901", "2155", "1970"),
    column("decimal(10,2)", Kind.DECIMAL, "1.5", "-0.01", "0", "99999999.99", "-99999999.99", "-0.00"),
    column("decimal(65,30)", Kind.DECIMAL, f"{'9' * 35}.{'9' * 30}", f"-{'9' * 35}.{'9' * 30}", f"-0.{'0' * 29}1",
           "0", "1.10"),
    column("decimal(65)", Kind.DECIMAL, "9" * 65, "-1"),
    column("decimal(30,30)", Kind.DECIMAL, f"0.{'1' * 30}", f"-0.{'9' * 30}"),
    column("decimal(10,2) unsigned zerofill", Kind.DECIMAL, "1.5", "0"),
    column(
        "float", Kind.FLOAT,
        "1.1", "-0.1", "16777216", "16777217", "0", "3.4028234663852886e38", "-3.4028234663852886e38", "1e-45",
        "1.17549435e-38", "0.33333334", "9999999000", "8388608.5",
    ),
    column("float unsigned", Kind.FLOAT, "0.1"),
    column("float(10,4)", Kind.FLOAT, "1.5", "-2.25", "123456.7891"),
    column(
        "double", Kind.FLOAT,
        "0.1", "1e22", "1e23", "5e-324", "-5e-324", "2.2250738585072014e-308", "2.225073858507201e-308",
        "1.7976931348623157e308", "-1.7976931348623157e308", "0.30000000000000004", "0", "100", "1e15", "1e16",
        "9007199254740993", "123456789012345680", "PI()", "1e0/3", "5e-5", "9.5e-3",
    ),
    column("double(30,10)", Kind.FLOAT, "-1234567890.0123456789"),
    column("bit(1)", Kind.BOOLEAN, "b'1'", "b'0'"),
    column("bit(5)", Kind.BITS, "b'00101'", "0", "31"),
    column("bit(64)", Kind.BITS, f"b'{'1' * 64}'", "1", f"b'1{'0' * 63}'", f"b'0{'1' * 63}'"),
)  # fmt: skip

_BYTES: tuple[Column, ...] = (
    column("binary(4)", Kind.BYTES, "x'00ff'", r"'a\n'", "''", "x'20202020'", "x'FFFEFDFC'"),
    column("varbinary(10)", Kind.BYTES, "''", "x'00'", "x'5c4e0a09'", "x'FFFE'", "'x  '", r"'\\N'", "x'0d0a1a27'"),
    column("varbinary(3000)", Kind.BYTES, "REPEAT(x'ff5c', 1500)"),
    column("tinyblob", Kind.BYTES, "x'deadBEEF00'", "''", "REPEAT(x'00', 255)"),
    column("blob", Kind.BYTES, "x'deadBEEF00'", "''", "REPEAT(x'0a5c09', 20000)"),
    column("mediumblob", Kind.BYTES, "x'00'", "REPEAT(x'ff00', 100000)"),
    column("longblob", Kind.BYTES, "''", "REPEAT(x'275c', 100000)"),
    column("varchar(9) character set binary", Kind.BYTES, "x'ff00'", "'a '"),
)  # fmt: skip

_MOMENTS: tuple[Column, ...] = (
    column("date", Kind.CLOCK, "'2024-02-29'", "'0001-01-01'", "'9999-12-31'", "'1582-10-10'",
           but(_OTHERS, _NO_DAY, "'0000-00-00'", "'2024-00-00'", "'2024-05-00'", "'2023-02-30'", "'0000-01-01'")),
    column("datetime", Kind.CLOCK, "'2024-02-29 03:04:05'", "'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'",
           "'0001-01-01 00:00:00'", but(_OTHERS, _NO_DAY, "'0000-00-00 00:00:00'", "'2024-02-31 10:00:00'")),
    column("datetime(3)", Kind.CLOCK, "'2024-02-29 03:04:05.120'", "'2024-02-29 03:04:00'",
           "'2024-02-20 00:00:00.001'"),
    column(
        "datetime(6)", Kind.CLOCK,
        "'9999-12-31 23:59:59.999999'", "'2024-02-29 03:04:05.000001'", "'2024-10-10 10:10:10.1'",
        "'1969-12-31 23:59:59.999999'",
        but(_OTHERS, _NO_DAY, "'2024-02-31 00:00:00.5'", "'0000-00-00 00:00:00'", "'2024-00-01 00:00:00.000001'"),
    ),
    column("timestamp null", Kind.CLOCK, "'2024-02-29 03:04:05'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'",
           "'2024-10-27 00:30:00'", "'2024-10-27 01:30:00'", but(_OTHERS, _NO_DAY, "'0000-00-00 00:00:00'")),
    column("timestamp(6) null", Kind.CLOCK, "'2024-07-01 12:00:00.250000'", "'2024-07-01 12:00:00.000001'"),
    column("time", Kind.SPAN, "'-838:59:59'", "'838:59:59'", "'00:00:00'", "'-00:00:01'", "'01:02:03'", "'24:00:00'"),
    column("time(3)", Kind.SPAN, "'-838:59:58.999'", "'100:00:00.5'"),
    column("time(6)", Kind.SPAN, "'100:00:00.5'", "'-00:00:00.000001'", "'10:20:30'", "'838:59:58.999999'"),
)  # fmt: skip

_TEXTUAL: tuple[Column, ...] = (
    column("varchar(20) character set utf8mb4", Kind.TEXT, *_TEXTS, *_WIDEST, _NULS),
    column("varchar(5000) character set utf8mb4", Kind.TEXT, "REPEAT('😀', 5000)"),
    column("char(20) character set utf8mb4", Kind.PADDED, *_TEXTS, *_WIDEST, "'a  '", "' a'"),
    column("char(5) character set latin1", Kind.PADDED, "'ab'", "'é   '", "''"),
    column("tinytext character set utf8mb4", Kind.TEXT, *_TEXTS[:8], *_WIDEST),
    column("text character set utf8mb4", Kind.TEXT, *_TEXTS[8:], _NULS, "REPEAT('é\\\\', 20000)"),
    column("mediumtext character set utf8mb3", Kind.TEXT, *_WIDE, "REPEAT('x', 70000)"),
    column("longtext character set utf8mb4", Kind.TEXT, *_WIDEST, "REPEAT('😀', 70000)", "'\u200b\ufeff'"),
    column("longtext collate utf8mb4_bin", Kind.TEXT, "'plain'", "'😀 '"),
    column(
        "varchar(20) character set latin1", Kind.TEXT, *_TEXTS[:10], "'é'", "'€'", r"'ÿ\\'", "'ñ  '", "x'81'",
        "x'80'", "x'9f'", "x'a0'", "x'ff'", _NULS,
    ),
    column("varchar(9) character set latin2", Kind.TEXT, "'łódź'"),
    column("varchar(9) character set koi8r", Kind.TEXT, "'привет'"),
    column("varchar(9) character set cp1251", Kind.TEXT, r"'привет\\'", "'?ы'", but(ALL, _LOST, "x'3f98'")),
    column("varchar(9) character set greek", Kind.TEXT, "'γειά'"),
    column("varchar(9) character set hebrew", Kind.TEXT, "'שלום'", but(ALL, _LOST, "x'a1'")),
    column("varchar(9) character set gbk", Kind.TEXT, "'中文誠'", "'中\\\\'", "x'815c'", "x'a1a4'", "'?'",
           but(ALL, _LOST, "x'a140'")),
    column("varchar(9) character set gb2312", Kind.TEXT, "'中文'"),
    column("varchar(9) character set big5", Kind.TEXT, "'許功蓋'", but(ALL, _LOST, "x'a2ce'")),
    column("varchar(9) character set sjis", Kind.TEXT, "'ソ表'", r"'ソ\\'", "'ｱ'", but(ALL, _LOST, "x'81ad'")),
    column("varchar(9) character set cp932", Kind.TEXT, "x'8790'", "x'81e0'", "x'3f8790'"),
    column("varchar(9) character set euckr", Kind.TEXT, "'한국어'"),
    column("varchar(9) character set ujis", Kind.TEXT, "'日本'"),
    column("varchar(9) character set utf16", Kind.TEXT, *_WIDEST, _NULS),
    column("varchar(9) character set utf16le", Kind.TEXT, *_WIDEST),
    column("varchar(9) character set utf32", Kind.TEXT, *_WIDEST, r"'\\N'"),
    column("varchar(9) character set ucs2", Kind.TEXT, *_WIDE, "''", "'a '"),
    column("varchar(9) character set ascii", Kind.TEXT, "'~ '", "''", r"'\\\n'"),
    column("enum('a','b c','é','it''s','A') character set utf8mb4 collate utf8mb4_bin", Kind.TEXT,
           "'a'", "2", "'é'", "4", "'A'"),
    column("enum('','x','a,b') character set utf8mb4", Kind.TEXT, "''", "2", "3"),
    column(r"enum('a\\b','\\N','tab\t') character set utf8mb4", Kind.TEXT, "1", "2", "3"),
    column("enum('ä','ö') character set latin1", Kind.TEXT, "'ä'", "2"),
    column("set('a','b','é') character set utf8mb4", Kind.TEXT, "''", "'a,b'", "7", "'é'"),
)  # fmt: skip

_SHAPES = (
    "'POINT(1 2)', 0", "'LINESTRING(0 0,1 1)', 0", "'POLYGON((0 0,1 0,1 1,0 0))', 0", "'MULTIPOINT(1 2)', 3857",
    "'GEOMETRYCOLLECTION EMPTY', 3857", "'GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))', 0",
    "'MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', 3857", "'POINT(1e-300 -1.7976931348623157e308)', 0",
)  # fmt: skip
_SPACE: tuple[Column, ...] = (
    column("geometry", Kind.BYTES, *(f"ST_GeomFromText({shape})" for shape in _SHAPES)),
    column("point", Kind.BYTES, "ST_GeomFromText('POINT(0.1 -0.2)')", "ST_GeomFromText('POINT(20 10)', 4326)"),
    column("linestring", Kind.BYTES, "ST_GeomFromText('LINESTRING(0 0,1 1,2 0)')"),
    column("polygon", Kind.BYTES, "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')"),
    column("multipoint", Kind.BYTES, "ST_GeomFromText('MULTIPOINT(1 2,3 4)')"),
    column("multilinestring", Kind.BYTES, "ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))')"),
    column("multipolygon", Kind.BYTES, "ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')"),
    column("geometrycollection", Kind.BYTES, "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))')"),
)  # fmt: skip

_DOCUMENTS = (
    '\'{"b": 1, "a": [1, 2.50]}\'', r"""'{"q": "a\\"b\\\\c\\nd"}'""", "'null'", "'[]'", "'\"日本 😀\"'", "'1.10'",
    "'1e2'", "'true'", "'\"\"'", "'[-0.0, 1e300, 18446744073709551615]'", "'{\"\": {}}'",
)  # fmt: skip
_NUL_DOCUMENT = r"""'"\\u0000"'"""
_COMMON = (*_NUMBERS, *_BYTES, *_MOMENTS, *_TEXTUAL, *_SPACE)

MYSQL: tuple[Column, ...] = (
    *_COMMON,
    column("json", Kind.STRUCTURE, *_DOCUMENTS, but(POSTGRES, "jsonb holds no U+0000", _NUL_DOCUMENT)),
    column("varchar(9) character set gb18030", Kind.TEXT, *_WIDEST),
    column("point srid 4326", Kind.BYTES, "ST_GeomFromText('POINT(20 10)', 4326)"),
    column("double unsigned", Kind.FLOAT, "1.5", "0"),
    column("double precision", Kind.FLOAT, but(SQLITE | {"mariadb"}, _NEGATIVE_ZERO, "-0e0")),
    column("real unsigned", Kind.FLOAT, "0.5"),
    column("vector(2)", Kind.BYTES, "STRING_TO_VECTOR('[1,-2]')", "STRING_TO_VECTOR('[0.1,-0]')"),
)
MARIADB: tuple[Column, ...] = (
    *_COMMON,
    column("json", Kind.DOCUMENT, *_DOCUMENTS, _NUL_DOCUMENT, r"'[1,\n2]'", """'{"a": 1,  "a": 2}'"""),
    column("uuid", Kind.TEXT, "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'00000000-0000-0000-0000-000000000000'"),
    column("inet6", Kind.TEXT, "'2001:DB8::1'", "'::'", "'::ffff:1.2.3.4'"),
    column("inet4", Kind.TEXT, "'192.0.2.1'", "'0.0.0.0'"),
)
UNSUPPORTED = unsupported("enum('a','b') character set binary", Kind.BYTES, ALL, "'a'")
FAMILY_COLUMNS = {"mysql": (*MYSQL, UNSUPPORTED), "mariadb": (*MARIADB, UNSUPPORTED)}
assert FAMILY_COLUMNS.keys() == FAMILY
