r"""Values of every type and, written by hand, the field that each has in row text: the oracle of the reader's tests.

A sample is a declaration with pairs of a literal of SQL and the field. `both` holds for MySQL and MariaDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Flavor = Literal["mysql", "mariadb"]


@dataclass(frozen=True)
class Sample:
    """A column and its values; only -- the one server that has it."""

    declared: str
    values: tuple[tuple[str, str], ...]
    only: Flavor | None = None


def _text(declared: str, only: Flavor | None = None) -> Sample:
    return Sample(declared, _TEXTS, only)


_TEXTS = (
    ("''", ""), ("'a'", "a"), ("'NULL'", "NULL"), (r"'\\N'", r"\\N"), (r"'\\'", r"\\"), (r"'\\\\t'", r"\\\\t"),
    (r"'a\tb\nc\rd'", r"a\tb\nc\rd"), (r"'\b\0'", "\b\0"), (r"'\n'", r"\n"), ("'\x0b\x0c'", "\x0b\x0c"),
    ("'it''s \"quoted\"'", 'it\'s "quoted"'), ("'?'", "?"), (r"'\t'", r"\t"), (r"'\r\n'", r"\r\n"),
)  # fmt: skip
_WIDE = (("'é'", "é"), ("'日本語'", "日本語"), ("'e\u0301'", "e\u0301"), (r"'ü\tö\\'", r"ü\tö\\"))
_WIDEST = (*_WIDE, ("'😀'", "😀"), ("'\U0010ffff'", "\U0010ffff"))

SAMPLES: tuple[Sample, ...] = (
    Sample("tinyint", (("-128", "-128"), ("127", "127"), ("0", "0"), ("7", "7"))),
    Sample("tinyint(1)", (("-128", "-128"), ("1", "1"), ("0", "0"))),
    Sample("tinyint unsigned", (("255", "255"), ("0", "0"))),
    Sample("smallint", (("-32768", "-32768"), ("32767", "32767"))),
    Sample("smallint unsigned", (("65535", "65535"),)),
    Sample("mediumint", (("-8388608", "-8388608"), ("8388607", "8388607"))),
    Sample("mediumint unsigned", (("16777215", "16777215"),)),
    Sample("int", (("-2147483648", "-2147483648"), ("2147483647", "2147483647"), ("-0", "0"))),
    Sample("int unsigned", (("4294967295", "4294967295"),)),
    Sample("int(8) unsigned zerofill", (("7", "7"), ("0", "0"), ("4294967295", "4294967295"))),
    Sample(
        "bigint", (("-9223372036854775808", "-9223372036854775808"), ("9223372036854775807", "9223372036854775807"))
    ),
    Sample(
        "bigint unsigned",
        (("18446744073709551615", "18446744073709551615"), ("9223372036854775808", "9223372036854775808")),
    ),
    Sample("bigint(20) unsigned zerofill", (("1", "1"), ("18446744073709551615", "18446744073709551615"))),
    Sample("year", (("0", "0"), ("1901", "1901"), ("2155", "2155"), ("1970", "1970"))),
    Sample(
        "decimal(10,2)",
        (("1.5", "1.50"), ("-0.01", "-0.01"), ("0", "0.00"), ("99999999.99", "99999999.99"), ("-0.00", "0.00")),
    ),
    Sample(
        "decimal(65,30)", ((f"{'9' * 35}.{'9' * 30}", f"{'9' * 35}.{'9' * 30}"), (f"-0.{'0' * 29}1", f"-0.{'0' * 29}1"))
    ),
    Sample("decimal(5,0)", (("12345", "12345"), ("-1", "-1"))),
    Sample("decimal(30,30)", ((f"0.{'1' * 30}", f"0.{'1' * 30}"),)),
    Sample("decimal(10,2) unsigned zerofill", (("1.5", "1.50"), ("0", "0.00"))),
    Sample("bit(1)", (("1", "t"), ("0", "f"))),
    Sample("bit(5)", (("b'00101'", "00101"), ("0", "00000"), ("31", "11111"))),
    Sample("bit(64)", ((f"b'{'1' * 64}'", "1" * 64), ("1", "0" * 63 + "1"), (f"b'1{'0' * 63}'", "1" + "0" * 63))),
    Sample("binary(4)", (("x'00ff'", r"\\x00ff0000"), ("'a\\n'", r"\\x610a0000"), ("''", r"\\x00000000"))),
    Sample(
        "varbinary(10)", (("''", r"\\x"), ("x'00'", r"\\x00"), ("x'5c4e0a09'", r"\\x5c4e0a09"), ("x'FFFE'", r"\\xfffe"))
    ),
    *(
        Sample(name, (("x'deadBEEF00'", r"\\xdeadbeef00"), ("''", r"\\x")))
        for name in ("tinyblob", "blob", "mediumblob", "longblob")
    ),
    Sample(
        "date",
        (
            ("'2024-02-29'", "2024-02-29"),
            ("'0001-01-01'", "0001-01-01"),
            ("'9999-12-31'", "9999-12-31"),
            ("'0000-00-00'", "0000-00-00"),
            ("'2024-00-00'", "2024-00-00"),
            ("'2023-02-30'", "2023-02-30"),
        ),
    ),
    Sample(
        "datetime",
        (
            ("'2024-02-29 03:04:05'", "2024-02-29 03:04:05"),
            ("'0000-00-00 00:00:00'", "0000-00-00 00:00:00"),
            ("'1000-01-01 00:00:00'", "1000-01-01 00:00:00"),
        ),
    ),
    Sample(
        "datetime(3)",
        (
            ("'2024-02-29 03:04:05.120'", "2024-02-29 03:04:05.12"),
            ("'2024-02-29 03:04:00'", "2024-02-29 03:04:00"),
            ("'2024-02-20 00:00:00'", "2024-02-20 00:00:00"),
        ),
    ),
    Sample(
        "datetime(6)",
        (
            ("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
            ("'2024-02-29 03:04:05.000001'", "2024-02-29 03:04:05.000001"),
            ("'2024-10-10 10:10:10.1'", "2024-10-10 10:10:10.1"),
            ("'2024-02-31 00:00:00.5'", "2024-02-31 00:00:00.5"),
            ("'0000-00-00 00:00:00'", "0000-00-00 00:00:00"),
        ),
    ),
    Sample(
        "timestamp null",
        (
            ("'2024-02-29 03:04:05'", "2024-02-29 03:04:05+00"),
            ("'1970-01-01 00:00:01'", "1970-01-01 00:00:01+00"),
            ("'2038-01-19 03:14:07'", "2038-01-19 03:14:07+00"),
            ("'0000-00-00 00:00:00'", "0000-00-00 00:00:00+00"),
        ),
    ),
    Sample(
        "timestamp(6) null",
        (
            ("'2024-07-01 12:00:00.250000'", "2024-07-01 12:00:00.25+00"),
            ("'2024-07-01 12:00:00'", "2024-07-01 12:00:00+00"),
        ),
    ),
    Sample(
        "time",
        (
            ("'-838:59:59'", "-838:59:59"),
            ("'838:59:59'", "838:59:59"),
            ("'00:00:00'", "00:00:00"),
            ("'-00:00:01'", "-00:00:01"),
            ("'01:02:03'", "01:02:03"),
        ),
    ),
    Sample(
        "time(6)",
        (("'100:00:00.5'", "100:00:00.5"), ("'-00:00:00.000001'", "-00:00:00.000001"), ("'10:20:30'", "10:20:30")),
    ),
    Sample(
        "float",
        (
            ("1.1", "1.100000023841858"),
            ("-0.1", "-0.10000000149011612"),
            ("16777216", "16777216"),
            ("0", "0"),
            ("-1.1846436626382928e-24", "-1.1846436626382928e-24"),
            ("3.4028234663852886e38", "3.4028234663852886e38"),
            ("-3.4028234663852886e38", "-3.4028234663852886e38"),
            ("1e-45", "1.401298464324817e-45"),
        ),
    ),
    Sample("float(10,4)", (("1.5", "1.5"), ("-2.25", "-2.25"))),
    Sample(
        "double",
        (
            ("0.1", "0.1"),
            ("1e22", "1e22"),
            ("5e-324", "5e-324"),
            ("-5e-324", "-5e-324"),
            ("-2.2250738585072014e-308", "-2.2250738585072014e-308"),
            ("1.7976931348623157e308", "1.7976931348623157e308"),
            ("-1.7976931348623157e308", "-1.7976931348623157e308"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("0", "0"),
            ("100", "100"),
        ),
    ),
    Sample("double(10,3) zerofill", (("1.5", "1.5"), ("0", "0"))),
    Sample("double(30,10)", (("-1234567890.0123456789", "-1234567890.0123458"),)),
    _text("varchar(20) character set utf8mb4"),
    _text("char(20) character set utf8mb4"),
    _text("tinytext character set utf8mb4"),
    _text("text character set utf8mb4"),
    _text("mediumtext character set utf8mb3"),
    _text("longtext character set utf8mb4"),
    _text("varchar(20) character set latin1"),
    _text("varchar(20) character set ascii"),
    _text("varchar(20) character set sjis"),
    _text("varchar(20) character set ucs2"),
    _text("varchar(20) character set utf32"),
    _text("varchar(20) character set cp1251"),
    Sample("varchar(9) character set utf8mb4 collate utf8mb4_general_ci", _WIDEST),
    Sample("varchar(9) character set utf16", _WIDEST),
    Sample("varchar(9) character set utf16le", _WIDEST),
    Sample("varchar(9) character set utf32", _WIDEST),
    Sample("varchar(9) character set utf8mb3", _WIDE),
    Sample("varchar(9) character set ucs2", _WIDE),
    Sample("varchar(9) character set gb18030", _WIDEST, "mysql"),
    Sample("char(9) character set utf8mb4", (("'a  '", "a"), ("' a'", " a"), ("'é'", "é"))),
    Sample(
        "varchar(9) character set latin1",
        (("'é'", "é"), ("'€'", "€"), ("'ÿ\\\\'", r"ÿ\\"), ("x'81'", "\x81"), ("'ñ  '", "ñ  ")),
    ),
    Sample("varchar(9) character set latin2", (("'łódź'", "łódź"),)),
    Sample("varchar(9) character set koi8r", (("'привет'", "привет"),)),
    Sample("varchar(9) character set cp1251", (("'привет\\\\'", r"привет\\"), ("'?ы'", "?ы"))),
    Sample("varchar(9) character set sjis", (("'ソ表'", "ソ表"), ("'ソ\\\\'", r"ソ\\"), ("'ｱ'", "ｱ"))),
    # Two spellings of one character, and a question mark beside.
    Sample("varchar(9) character set cp932", (("x'8790'", "≒"), ("x'81e0'", "≒"), ("x'3f8790'", "?≒"), ("'ソ'", "ソ"))),
    Sample("varchar(9) character set gbk", (("'中文誠'", "中文誠"),)),
    Sample("varchar(9) character set big5", (("'許功蓋'", "許功蓋"),)),
    Sample("varchar(9) character set euckr", (("'한국어'", "한국어"),)),
    Sample("varchar(9) character set ujis", (("'日本'", "日本"),)),
    Sample(
        "enum('a','b c','é','it''s') character set utf8mb4", (("'a'", "a"), ("2", "b c"), ("'é'", "é"), ("4", "it's"))
    ),
    Sample("enum('','x') character set utf8mb4", (("''", ""), ("2", "x"))),
    Sample(r"enum('a\\b','c') character set utf8mb4", ((r"'a\\b'", r"a\\b"), ("2", "c"))),
    Sample("enum('ä','ö') character set latin1", (("'ä'", "ä"), ("2", "ö"))),
    Sample("set('a','b','é') character set utf8mb4", (("''", ""), ("'a,b'", "a,b"), ("7", "a,b,é"), ("'é'", "é"))),
    Sample(
        "geometry",
        (
            ("ST_GeomFromText('POINT(1 2)')", r"\\x0101000000000000000000f03f0000000000000040"),
            (
                "ST_GeomFromText('LINESTRING(0 0,1 1)')",
                r"\\x01020000000200000000000000000000000000000000000000000000000000f03f000000000000f03f",
            ),
            (
                "ST_GeomFromText('MULTIPOINT(1 2)', 3857)",
                r"\\x0104000020110f0000010000000101000000000000000000f03f0000000000000040",
            ),
            ("ST_GeomFromText('GEOMETRYCOLLECTION EMPTY', 3857)", r"\\x0107000020110f000000000000"),
            ("ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')", r"\\x010700000000000000"),
        ),
    ),
    # 10 degrees east, 20 north.
    Sample(
        "point",
        (("ST_GeomFromText('POINT(20 10)', 4326)", r"\\x0101000020e610000000000000000024400000000000003440"),),
        "mysql",
    ),
    Sample(
        "point not null srid 4326",
        (("ST_GeomFromText('POINT(20 10)', 4326)", r"\\x0101000020e610000000000000000024400000000000003440"),),
        "mysql",
    ),
    Sample(
        "point",
        (("ST_GeomFromText('POINT(10 20)', 4326)", r"\\x0101000020e610000000000000000024400000000000003440"),),
        "mariadb",
    ),
    Sample(
        "polygon",
        (
            (
                "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')",
                r"\\x01030000000100000004000000"
                + "00" * 16
                + "000000000000f03f"
                + "00" * 8
                + "000000000000f03f" * 2
                + "00" * 16,
            ),
        ),
    ),
    Sample(
        "json",
        (
            ('\'{"b": 1, "a": [1, 2.50]}\'', '{"a": [1, 2.5], "b": 1}'),
            (r"""'{"q": "a\\"b\\\\c\\nd"}'""", r'{"q": "a\\"b\\\\c\\nd"}'),
            ("'null'", "null"),
            ("'[]'", "[]"),
            ("'\"日本\"'", '"日本"'),
        ),
        "mysql",
    ),
    Sample(
        "json",
        (
            ('\'{"b": 1,"a":[1, 2.50]}\'', '{"b": 1,"a":[1, 2.50]}'),
            (r"""'{"q": "a\\"b\\\\c\\nd"}'""", r'{"q": "a\\"b\\\\c\\nd"}'),
            (r"'[1,\n2]'", r"[1,\n2]"),
            ("'\"日本\"'", '"日本"'),
        ),
        "mariadb",
    ),
    Sample("vector(2)", (("STRING_TO_VECTOR('[1,-2]')", r"\\x0000803f000000c0"),), "mysql"),
    Sample("uuid", (("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),), "mariadb"),
    Sample("inet6", (("'2001:DB8::1'", "2001:db8::1"), ("'::'", "::")), "mariadb"),
    Sample("inet4", (("'192.0.2.1'", "192.0.2.1"),), "mariadb"),
)


def samples_of(flavor: Flavor) -> tuple[Sample, ...]:
    """Those that the server has."""
    return tuple(sample for sample in SAMPLES if sample.only in (None, flavor))
