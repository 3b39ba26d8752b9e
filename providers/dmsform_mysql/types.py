"""The types of MySQL and MariaDB as logical types.

A column's type is written down once, as its `native` text: the server's own words, without what a server leaves out or
puts in by its version (display widths, comments), with character set and collation, or the spatial reference system,
behind. That text is what plans show, what is carried verbatim between servers of this family, and what `parsed` reads
back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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

ENGINE = "mysql"
"""Stands for both servers: what they store in common is carried verbatim between them."""

UNICODE = frozenset({"utf8mb4", "utf16", "utf16le", "utf32", "gb18030"})
"""Character sets that hold every character."""

INTEGER_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
SHAPES = frozenset({
    "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection",
})  # fmt: skip

_FIXED: dict[str, LogicalType] = {
    "float": Float(32),
    "double": Float(64),
    "tinytext": Text(),
    "text": Text(),
    "mediumtext": Text(),
    "longtext": Text(),
    "tinyblob": Binary(),
    "blob": Binary(),
    "mediumblob": Binary(),
    "longblob": Binary(),
    "vector": Binary(),
    "date": Date(),
    "year": Integer(16),
    "json": Json(binary=True),
    "uuid": Uuid(),
    "inet4": Text(15),
    "inet6": Text(39),
}
_DEFAULT_WIDTHS = frozenset({
    "tinyint(4)", "tinyint(3) unsigned", "smallint(6)", "smallint(5) unsigned", "mediumint(9)",
    "mediumint(8) unsigned", "int(11)", "int(10) unsigned", "bigint(20)", "bigint(20) unsigned", "year(4)",
})  # fmt: skip
_SYNONYMS = {"geomcollection": "geometrycollection"}
_COMMENT = re.compile(r"\s*/\*.*?\*/\s*$")
_TYPE = re.compile(r"(?P<name>[^\s(]*)(?:\((?P<arguments>.*)\))?(?P<rest>.*)", re.DOTALL)
_NATIVE = re.compile(
    r"(?P<declared>.*?)(?: character set (?P<charset>\w+) collate (?P<collation>\w+)| srid (?P<srid>\d+))?", re.DOTALL
)
_LABEL = re.compile(r"'((?:[^'\\]|''|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "0": "\0", "Z": "\x1a"}


@dataclass(frozen=True, slots=True)
class NativeType:
    """A column's type in the catalogue's terms.

    declared -- COLUMN_TYPE without comments and default display widths; json -- MariaDB's JSON: a longtext with the
    check that it holds a document.
    """

    declared: str
    charset: str | None = None
    collation: str | None = None
    srid: int | None = None
    json: bool = False

    @property
    def native(self) -> str:
        """The type as it is shown, and carried verbatim."""
        if self.charset is not None:
            return f"{self.declared} character set {self.charset} collate {self.collation}"
        return self.declared if self.srid is None else f"{self.declared} srid {self.srid}"

    @property
    def name(self) -> str:
        """The type's name alone: `varchar`, `int`, `point`."""
        return _match(self.declared)["name"]

    @property
    def arguments(self) -> tuple[int, ...]:
        """The numbers in parentheses: length, or precision and scale."""
        text = _match(self.declared)["arguments"]
        return tuple(int(part) for part in text.split(",")) if text and self.name not in ("enum", "set") else ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of an enum or set."""
        return tuple(unescaped(label) for label in _LABEL.findall(_match(self.declared)["arguments"] or ""))

    @property
    def unsigned(self) -> bool:
        """Whether the numbers have no sign."""
        return "unsigned" in _match(self.declared)["rest"]


def catalogued(
    column_type: str,
    charset: str | None = None,
    collation: str | None = None,
    srid: int | None = None,
    *,
    json: bool = False,
) -> NativeType:
    """A column's type from the words of `information_schema`, the same whichever version of a server says them."""
    declared = _COMMENT.sub("", column_type)
    if declared in _DEFAULT_WIDTHS:
        name, _, rest = declared.partition("(")
        declared = name + rest.partition(")")[2]
    declared = _SYNONYMS.get(declared, declared)
    charset, collation = _named(charset), _named(collation)
    if charset and collation and collation.startswith("uca1400_"):
        collation = f"{charset}_{collation}"  # MariaDB leaves out the character set that a column has anyway
    return NativeType(declared, charset, collation, srid, json)


def parsed(native: str) -> NativeType:
    """The type behind a `native` text, or behind the SQL of a designed column."""
    found = _NATIVE.fullmatch(native)
    assert found is not None
    srid = found["srid"]
    return NativeType(found["declared"], found["charset"], found["collation"], None if srid is None else int(srid))


def logical(native: NativeType) -> LogicalType:
    """The logical type of a column."""
    name, arguments = native.name, native.arguments
    if native.json:
        return Json()
    if name in INTEGER_BITS:
        return Integer(INTEGER_BITS[name], signed=not native.unsigned)
    if name in SHAPES:
        return Geometry(name, native.srid)
    first = arguments[0] if arguments else 0
    match name:
        case "decimal":
            return Decimal(first, arguments[1] if len(arguments) > 1 else 0)
        case "bit":
            return Boolean() if first == 1 else Bits(first)
        case "char" | "varchar":
            return Text(first)
        case "binary" | "varbinary":
            return Binary(first)
        case "datetime" | "timestamp":
            return Timestamp(first, zoned=name == "timestamp")
        case "time":
            return Duration(first)
        case "enum" | "set":
            return _choice(native)
        case _:
            return _FIXED.get(name) or Unsupported(native.native, "dmsform does not know the type")


def _choice(native: NativeType) -> LogicalType:
    labels = native.labels
    if native.charset in (None, "binary"):
        return Unsupported(native.native, "its labels are bytes, which the server does not tell")
    if native.name == "set":
        return Text(sum(map(len, labels)) + len(labels) - 1)
    if native.charset in UNICODE and any("?" in label for label in labels):
        # The server shows characters beyond U+FFFF as question marks, everywhere but in the values themselves.
        return Text(max(map(len, labels)))
    return Enumeration(labels)


def unescaped(label: str) -> str:
    """A label as it is, from how the server shows it between quotes."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]) if found[1] else "'", label)


def _match(declared: str) -> re.Match[str]:
    found = _TYPE.fullmatch(declared)
    assert found is not None, declared
    return found


def _named(name: str | None) -> str | None:
    """MySQL before 8.0.30 and MariaDB before 10.6 call utf8mb3 utf8."""
    if name == "utf8" or (name and name.startswith("utf8_")):
        return "utf8mb3" + name[4:]
    return name
