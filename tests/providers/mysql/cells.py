"""Values for every type that a load writes: canonical texts, what the server then holds, and what it must refuse."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    Text,
    Time,
    Timestamp,
    Uuid,
)

AS_HEX, AS_TEXT, AS_NUMBER = "HEX({})", "CAST({} AS CHAR)", "CAST({} + 0 AS CHAR)"


@dataclass(frozen=True)
class Cell:
    """A column: what it holds is asked for by `probe`. taken -- text to what is held; refused -- texts; why by name."""

    name: str
    logical: LogicalType
    native: str
    probe: str
    taken: dict[str, str]
    refused: tuple[str, ...] = ()
    nullable: bool = True


def _same(*texts: str) -> dict[str, str]:
    return {text: text for text in texts}


def _hexed(*texts: str, charset: str = "utf-8") -> dict[str, str]:
    return {text: text.encode(charset).hex().upper() for text in texts}


def _bits(*texts: str) -> dict[str, str]:
    return {text: f"{int(text, 2):X}" for text in texts}


_POINT = "0000000000002440" + "0000000000003440"
_LINE = "010200000002000000" + _POINT + _POINT
_NEVER_A_DATE = ("infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "294276-12-31", "2024-13-01", "?")
_NEVER_A_MOMENT = ("infinity", "0044-03-15 00:00:00 BC", "10000-01-01 00:00:00", "294276-12-31 23:59:59", "x")
_LABELS = ("a", "A", "2", "1", "with,comma", "it's", "back\\slash", "é", "中")
_JSON = '{"b": 1.10, "a": [1e2, "\\u00e9\\n"], "b": 12345678901234567890123}'

CELLS = (
    Cell("boolean", Boolean(), "tinyint(1)", AS_TEXT, {"t": "1", "f": "0"}, ("x", "2", "")),
    Cell("boolean_bit", Boolean(), "bit(1)", AS_NUMBER, {"t": "1", "f": "0"}, ("x", "1", "")),
    Cell("boolean_int", Boolean(), "int", AS_TEXT, {"t": "1", "f": "0"}, ("x",)),
    Cell("int8", Integer(8), "tinyint", AS_TEXT, _same("-128", "127", "0"), ("128", "-129", "x", "1x")),
    Cell("int24", Integer(24, signed=False), "mediumint unsigned", AS_TEXT, _same("16777215"), ("16777216", "-1")),
    Cell("int64", Integer(64), "bigint", AS_TEXT, _same("-9223372036854775808", "9223372036854775807"),
         ("9223372036854775808",)),
    Cell("uint64", Integer(64, signed=False), "bigint unsigned", AS_TEXT, _same("18446744073709551615"), ("-1",)),
    Cell("numeric", Decimal(12, 2), "decimal(12,2)", AS_TEXT,
         {"12.50": "12.50", "-0.01": "-0.01", "1.2300": "1.23", "9999999999.99": "9999999999.99"},
         ("1.239", "10000000000", "NaN", "Infinity", "-Infinity")),
    Cell("unbounded", Decimal(), "decimal(65,30)", AS_TEXT,
         {"9" * 35: "9" * 35 + "." + "0" * 30, "0." + "0" * 29 + "1": "0." + "0" * 29 + "1"},
         ("1." + "1" * 31, "1" * 36, "NaN")),
    Cell("decimal_text", Decimal(100, 50), "longtext", AS_TEXT, _same("1" * 50 + "." + "2" * 50, "NaN")),
    Cell("float32", Float(32), "float", "CAST({} AS DOUBLE) + 0e0",
         {"0.10000000149011612": "0.10000000149011612", "1.401298464324817e-45": "1.401298464324817e-45"},
         ("1e39", "NaN", "-Infinity")),
    Cell("float64", Float(64), "double", AS_TEXT,
         {"0.1": "0.1", "5e-324": "5e-324", "1.7976931348623157e+308": "1.7976931348623157e308", "1e22": "1e22",
          "123456789.12345679": "123456789.12345679"},
         ("NaN", "Infinity", "1e309", "x")),
    Cell("text", Text(), "longtext", AS_HEX,
         _hexed("", " ", "plain ", "a\tb\nc\rd\\e", "\\N", "NULL",
                "\x00\x01\x1a\b\f\v", "'\"`", "é中😀", "\\f\\v\\\\f")),
    Cell("varchar3", Text(3), "varchar(3)", AS_HEX, _hexed("", "ab ", "éé😀"), ("abcd", "abc ", "ab  ")),
    Cell("char3", Text(3, padded=True), "char(3)", AS_TEXT, {"a  ": "a", "abc": "abc"}, ("abcd",)),
    Cell("latin1", Text(3), "varchar(3) character set latin1 collate latin1_swedish_ci", AS_HEX,
         _hexed("é", "€", "a\x00b", charset="cp1252"), ("ł", "中", "😀")),
    Cell("gbk", Text(3), "varchar(3) character set gbk collate gbk_chinese_ci", AS_HEX, _hexed("中", charset="gbk"),
         ("é\x80",)),
    Cell("binary", Binary(), "longblob", AS_HEX,
         {"\\x": "", "\\x00ff": "00FF", "\\x" + bytes(range(256)).hex(): bytes(range(256)).hex().upper()},
         ("\\xzz", "\\x0g")),
    Cell("varbinary2", Binary(2), "varbinary(2)", AS_HEX, {"\\x00ff": "00FF", "\\x": ""}, ("\\x000102", "\\xgg")),
    Cell("binary4", Binary(4), "binary(4)", AS_HEX, {"\\x5c0a0900": "5C0A0900"}, ("\\x0001020304",)),
    Cell("date", Date(), "date", AS_TEXT, _same("2024-02-29", "0001-01-01", "9999-12-31"), _NEVER_A_DATE),
    Cell("date_moment", Date(), "datetime(6)", AS_TEXT, {"2024-02-29": "2024-02-29 00:00:00.000000"}, _NEVER_A_DATE),
    Cell("zero_date", Date(), "date", AS_TEXT, _same("0000-00-00", "2024-02-31", "2015-00-21")),
    Cell("time", Time(6), "time(6)", AS_TEXT,
         {"00:00:00": "00:00:00.000000", "23:59:59.999999": "23:59:59.999999", "24:00:00": "24:00:00.000000"},
         ("25:61:00", "x")),
    Cell("zoned_time", Time(6, zoned=True), "varchar(24)", AS_TEXT, _same("03:04:05+05:30")),
    Cell("moment", Timestamp(6), "datetime(6)", AS_TEXT,
         {"2024-02-29 03:04:05.25": "2024-02-29 03:04:05.250000", "0001-01-01 00:00:00": "0001-01-01 00:00:00.000000",
          "9999-12-31 23:59:59.999999": "9999-12-31 23:59:59.999999",
          "0000-00-00 00:00:00": "0000-00-00 00:00:00.000000"},
         _NEVER_A_MOMENT),
    Cell("zoned", Timestamp(6, zoned=True), "datetime(6)", AS_TEXT,
         {"2024-02-29 03:04:05.25+00": "2024-02-29 03:04:05.250000",
          "0001-01-01 00:00:00+00": "0001-01-01 00:00:00.000000"},
         ("infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "10000-01-01 00:00:00+00", "2024-01-01 00:00:00+05:30",
          "2024-01-01 00:00:00", "2024-01-01 00:00:00+00+00")),
    Cell("stamp", Timestamp(3, zoned=True), "timestamp(3)", AS_TEXT,
         {"2024-10-27 00:30:00.125+00": "2024-10-27 00:30:00.125",
          "0000-00-00 00:00:00+00": "0000-00-00 00:00:00.000"},
         ("1969-12-31 23:59:59+00", "2600-01-01 00:00:00+00", "infinity")),
    Cell("interval", Interval(), "varchar(80)", AS_TEXT, _same("-1 years -2 mons +3 days -04:05:06.5")),
    Cell("duration", Duration(6), "time(6)", AS_TEXT,
         {"-838:59:59": "-838:59:59.000000", "838:59:59": "838:59:59.000000", "-00:00:00.5": "-00:00:00.500000",
          "100:00:00.000001": "100:00:00.000001"},
         ("839:00:00", "-9999:00:00")),
    Cell("year", Integer(16), "year", AS_TEXT, {"0": "0000", "1901": "1901", "2155": "2155"}, ("1900", "2156", "x")),
    Cell("document", Json(), "longtext", AS_TEXT, _same(_JSON)),
    Cell("json", Json(binary=True), "json", AS_TEXT, _same('{"a": 1}', "[]", '"é"', "null"), ("{", "")),
    Cell("uuid", Uuid(), "char(36) character set ascii collate ascii_bin", AS_TEXT,
         _same("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), ("é",)),
    Cell("bits5", Bits(5), "bit(5)", AS_HEX, _bits("00000", "10101", "11111"), ("1010", "101010", "0120", "")),
    Cell("bits64", Bits(64), "bit(64)", AS_HEX, _bits("1" * 64, "0" * 64, "1" + "0" * 63, "0" * 63 + "1"), ("1" * 65,)),
    Cell("varbits", Bits(None, varying=True), "longtext", AS_TEXT, _same("", "0101")),
    Cell("label", Enumeration(_LABELS), "enum('a','A','2','1','with,comma','it''s','back\\\\slash','é','中')", AS_HEX,
         _hexed(*_LABELS), ("b", "")),
    Cell("members", Text(5), "set('a','b','c') character set utf8mb4 collate utf8mb4_general_ci", AS_TEXT,
         _same("", "a,c", "b"), ("d", "a,d")),
    Cell("shape", Geometry(), "geometry", AS_HEX,
         {f"\\x0101000000{_POINT}": f"000000000101000000{_POINT}",
          f"\\x0101000020e6100000{_POINT}": f"E61000000101000000{_POINT}",
          f"\\x{_LINE}": f"00000000{_LINE}"},
         (f"\\x01010000a0e6100000{_POINT}{_POINT[:16]}", "\\xzz", f"\\x0108000000{_POINT}")),
    Cell("point", Geometry("point"), "point", AS_HEX, {f"\\x0101000000{_POINT}": f"000000000101000000{_POINT}"},
         (f"\\x{_LINE}",)),
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """The cells' taken values as rows of row text: row n has the n-th of each, NULL where there are fewer."""

    lines: list[bytes] = field(default_factory=list)
    held: list[tuple[str | None, ...]] = field(default_factory=list)


def escaped(text: str | None) -> bytes:
    r"""A field of row text. The escapes `\b`, `\f`, `\v`, which a source may write too, are written."""
    if text is None:
        return b"\\N"
    for character, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), ("\b", "\\b"),
                              ("\f", "\\f"), ("\v", "\\v")):  # fmt: skip
        text = text.replace(character, escape)
    return text.encode()


def taken_rows() -> Rows:
    """All taken values."""
    rows = Rows()
    for number in range(max(len(cell.taken) for cell in CELLS) + 1):
        pairs = [list(cell.taken.items())[number] if number < len(cell.taken) else (None, None) for cell in CELLS]
        rows.lines.append(b"\t".join(escaped(text) for text, _ in pairs) + b"\n")
        rows.held.append(tuple(held for _, held in pairs))
    return rows
