"""How much room a column takes: in a row, on a page of InnoDB, in a key. Pure.

Measured on MySQL 9.7 and MariaDB 10.11 (where MariaDB allows more, MySQL's rule is taken):

- a row has 65,535 bytes, in which long texts and blobs count as the pointer to them;
- half a page has 8,126 bytes, in which a column of variable length counts as at most 40, and one more for its length;
- a primary key has 3,072 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from dmsform_mysql.types import INTEGER_BITS, SHAPES, NativeType

MAX_ROW_BYTES = 65_535
MAX_PAGE_BYTES = 8_126
MAX_KEY_BYTES = 3_072
MAX_COLUMNS = 1_017
MAX_KEY_COLUMNS = 16

_ROW_OVERHEAD_ON_PAGE = 5 + 13
"""The header, and the numbers of the transaction and of what would undo it."""
_ROW_NUMBER = 6
_LONGEST_ON_PAGE = 40

_POINTERS = {
    "tinytext": 9, "tinyblob": 9, "text": 10, "blob": 10, "mediumtext": 11, "mediumblob": 11, "longtext": 12,
    "longblob": 12, "json": 12, "vector": 12, **dict.fromkeys(SHAPES, 12),
}  # fmt: skip
_WIDTHS = {
    "float": 4, "double": 8, "date": 3, "year": 1, "uuid": 16, "inet6": 16, "inet4": 4,
    **{name: bits // 8 for name, bits in INTEGER_BITS.items()},
}  # fmt: skip
_CLOCKS = {"time": 3, "datetime": 5, "timestamp": 4}
_CHARSET_BYTES = {
    "big5": 2, "sjis": 2, "euckr": 2, "gb2312": 2, "gbk": 2, "ucs2": 2, "cp932": 2, "ujis": 3, "utf8mb3": 3,
    "eucjpms": 3, "utf16": 4, "utf16le": 4, "utf32": 4, "gb18030": 4, "utf8mb4": 4,
}  # fmt: skip
_DIGIT_BYTES = (0, 1, 1, 2, 2, 3, 3, 4, 4)


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that a column takes at most; key -- None: no part of a key, unless by its beginning."""

    row: int
    page: int
    key: int | None


def character_bytes(native: NativeType) -> int:
    """Bytes of a character at most; columns get their table's utf8mb4 unless they say otherwise."""
    if native.name in ("binary", "varbinary") or native.name.endswith("blob"):
        return 1
    return _CHARSET_BYTES.get(native.charset or "utf8mb4", 1)


def room(native: NativeType) -> Room:
    """What a column of the type takes."""
    name = native.name
    if name in _POINTERS:
        return Room(_POINTERS[name], _LONGEST_ON_PAGE + 1, None)
    if name in ("char", "varchar", "binary", "varbinary"):
        return _string(native)
    width = _width(native)
    return Room(width, width, width)


def _string(native: NativeType) -> Room:
    (length,) = native.arguments or (1,)
    each = character_bytes(native)
    content = length * each
    if native.name == "binary" or (native.name == "char" and each == 1):
        return Room(content, content, content)
    prefix = 0 if native.name == "char" else 1 if content <= 255 else 2
    return Room(content + prefix, min(content, _LONGEST_ON_PAGE) + 1, content)


def _width(native: NativeType) -> int:
    """Bytes of a type of fixed width."""
    name, arguments = native.name, native.arguments
    if name in _CLOCKS:
        return _CLOCKS[name] + ((arguments[0] if arguments else 0) + 1) // 2
    match name:
        case "decimal":
            precision, scale = arguments
            return sum(digits // 9 * 4 + _DIGIT_BYTES[digits % 9] for digits in (precision - scale, scale))
        case "bit":
            return (arguments[0] + 7) // 8
        case "enum":
            return 1 if len(native.labels) <= 255 else 2
        case "set":
            whole = (len(native.labels) + 7) // 8
            return whole if whole <= 4 else 8
        case _:
            return _WIDTHS[name]


def page_bytes(rooms: list[Room], nullable: int, *, keyed: bool) -> int:
    """Bytes of a row on a page at most; it must stay below MAX_PAGE_BYTES. Rows without a key are numbered."""
    return _ROW_OVERHEAD_ON_PAGE + (0 if keyed else _ROW_NUMBER) + (nullable + 7) // 8 + sum(r.page for r in rooms)


def row_bytes(rooms: list[Room], nullable: int) -> int:
    """Bytes of a row at most; up to MAX_ROW_BYTES."""
    return (nullable + 8) // 8 + sum(r.row for r in rooms)
