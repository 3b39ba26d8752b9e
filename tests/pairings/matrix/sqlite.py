"""SQLite's declared types and values under them; literals are SQL of SQLite."""

from __future__ import annotations

from tests.pairings.matrix.cells import ALL, FAMILY, POSTGRES, SQLITE, Column, Kind, but, column, unsupported

_TYPED = ALL - SQLITE
"""Between two files values move as they are stored; elsewhere what its declaration does not cover is refused."""
_WRONG_CLASS = "not a value of the declared type"
_NO_NUMBER = "no such number there"

COLUMNS: tuple[Column, ...] = (
    column("INTEGER", Kind.INTEGER, "0", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993",
           but(_TYPED, _WRONG_CLASS, "'seven'", "1.5")),
    column("BIGINT UNSIGNED", Kind.INTEGER, "9223372036854775807", "-1"),
    column("BOOLEAN", Kind.BOOLEAN, "1", "0", but(_TYPED, _WRONG_CLASS, "2", "'true'")),
    column(
        "REAL", Kind.FLOAT,
        "0.1", "1e22", "5e-324", "-1.7976931348623157e308", "2.2250738585072014e-308", "0.30000000000000004", "0",
        "9007199254740993", "1e15", "123456789.123", "3.4028235677973366e38", "1.0/3",
        but(FAMILY, _NO_NUMBER, "9e999", "-9e999"), but(_TYPED, _WRONG_CLASS, "'x'"),
    ),
    column(
        "NUMERIC", Kind.DECIMAL,
        "0", "1.1", "-0.01", "9223372036854775807", "1e15", "0.1", "123456789.123",
        but(FAMILY, "35 digits before the point and 30 behind it", "1e300", "5e-324"),
        but(_TYPED, _WRONG_CLASS, "'twelve'", "x'00'"),
    ),
    column("DECIMAL(10,2)", Kind.DECIMAL, "99999999.99", "0.10", "7"),
    column(
        "DECIMAL_TEXT", Kind.DECIMAL, "'1.10'", "'0.000'", f"'{'9' * 35}.{'9' * 30}'", "'-1'",
        but(FAMILY, _NO_NUMBER, "'NaN'", "'Infinity'", "'-Infinity'"),
        but(FAMILY, "35 digits before the point", f"'1{'0' * 35}'"),
        but(_TYPED, _WRONG_CLASS, "'1e5'", "' 1'", "''"),
    ),
    column(
        "TEXT", Kind.TEXT,
        "''", "' '", r"'\N'", r"'\.'", "'NULL'", "' both '", r"'\'", r"'back\\slash\n'",
        "'a' || char(9, 10, 13, 8, 12, 11) || 'b'", r"char(92, 12, 92, 92, 11)", "'Grüße 😀 \U0001d4b3'",
        "'\U0010ffff'",
        "'e\u0301'", "char(1, 26, 31, 127, 128)", "'\ufeff\u2028'", "'12'", "'1.10'", "'it''s \"`'",
        but(_TYPED, "texts with U+0000 are no texts of Unicode to SQLite's own functions", "'a' || char(0) || 'b'"),
        but(_TYPED, "no UTF-8", "CAST(x'ff41' AS TEXT)"), but(_TYPED, _WRONG_CLASS, "x'00'"),
    ),
    column("VARCHAR(5)", Kind.TEXT, "'longer than five'", "'a '", "''"),
    column("BLOB", Kind.BYTES, "x''", "x'00ff5c0a09'", "x'5c4e'", "zeroblob(70000)",
           but(_TYPED, _WRONG_CLASS, "'text'")),
    column("DATE", Kind.CLOCK, "'2024-02-29'", "'0001-01-01'", "'9999-12-31'",
           but(_TYPED, _WRONG_CLASS, "'2023-02-29'", "'0000-00-00'", "20240102", "'today'")),
    column("DATETIME", Kind.CLOCK, "'2024-02-29 03:04:05'", "'9999-12-31 23:59:59.999999'", "'0001-01-01 00:00:00.5'",
           but(_TYPED, _WRONG_CLASS, "'2024-01-01 00:00:00+01'", "'2024-01-01 25:00:00'", "1704164645",
               "'2024-01-01 00:00:00.1234567'")),
    column("TIMESTAMPTZ", Kind.CLOCK, "'2024-02-29 03:04:05+00'", "'9999-12-31 23:59:59.999999+00'",
           but(_TYPED, _WRONG_CLASS, "'2024-02-29 03:04:05'")),
    column("TIME", Kind.CLOCK, "'00:00:00'", "'23:59:59.999999'", "'24:00:00'",
           but(_TYPED, _WRONG_CLASS, "'25:00:00'", "'-01:00:00'")),
    column("JSON_TEXT", Kind.DOCUMENT, """'{"b": 1.10,  "a": null}'""", "'1e2'", "' [1] '", r"""'"\\ \t 😀"'""",
           r"""'"\u0000"'""", but(_TYPED, _WRONG_CLASS, "'{a:1}'", "''")),
    column("UUID", Kind.TEXT, "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'",
           but(_TYPED, _WRONG_CLASS, "'a0eebc99'")),
    unsupported("STRING", Kind.TEXT, _TYPED, "'any'", "1.5"),
    unsupported("", Kind.BYTES, _TYPED, "x'00'"),
)  # fmt: skip
assert POSTGRES | FAMILY == _TYPED
