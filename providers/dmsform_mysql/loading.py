r"""The LOAD DATA statement of a table: how its columns take the canonical texts of docs/row-text.md. Pure.

Most texts are what the servers read themselves. The others are read into variables and made values by expressions.
Where a value would not be what its text says there is a warning, and a batch with warnings is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dmsform.catalog.model import TableName
from dmsform.catalog.types import Binary, Bits, Boolean, Float, Geometry, LogicalType, Timestamp
from dmsform_mysql.quoting import identifier, qualified
from dmsform_mysql.types import INTEGER_BITS, SHAPES, parsed

_LETTERS = re.compile(rb"(?<!\\)((?:\\\\)*)\\([fv])")
_CONTROLS = {b"f": b"\f", b"v": b"\v"}
_BYTES = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector"})
_CLOCKS = frozenset({"datetime", "timestamp"})
_FORMAT = r"FIELDS TERMINATED BY '\t' ENCLOSED BY '' ESCAPED BY '\\' LINES STARTING BY '' TERMINATED BY '\n'"
_EWKB_WITH_SRID = "SUBSTR({0}, 11, 2) = '20'"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is loaded.

    native -- SQL of the target column's type; optional -- the source may send NULL; nullable -- the target takes it;
    identity -- the target's column numbers itself.
    """

    name: str
    logical: LogicalType
    native: str
    optional: bool = True
    nullable: bool = True
    identity: bool = False


def statement(table: TableName, fields: Sequence[Field], *, mariadb: bool) -> str:
    """The statement that loads rows of these fields; the file's name says what is sent."""
    taken, made = [], []
    for number, field in enumerate(fields):
        variable = f"@c{number}"
        value = expression(field, variable, mariadb=mariadb)
        taken.append(identifier(field.name) if value is None else variable)
        if value is not None:
            made.append(f"{identifier(field.name)} = {value}")
    columns = f"({', '.join(taken)})" + (f" SET {', '.join(made)}" if made else "")
    return f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {qualified(table)} CHARACTER SET utf8mb4 {_FORMAT} {columns}"


def expression(field: Field, text: str, *, mariadb: bool = False) -> str | None:
    """The column's value as SQL of its text; None where the text itself is what the server reads."""
    value = _without_negative_zero(text) if _drops_signs(field, mariadb) else _value(field, text)
    native = parsed(field.native)
    numbered = field.identity or native.name == "timestamp"
    if field.optional and numbered and not field.nullable:
        # A NULL would become the next number, or the present moment, without a warning.
        return f"IFNULL({value or text}, 'NULL')"
    return value


def _value(field: Field, text: str) -> str | None:
    native = parsed(field.native)
    match field.logical:
        case Boolean() if native.name == "bit":
            return f"CASE {text} WHEN 't' THEN b'1' WHEN 'f' THEN b'0' ELSE {_too_long(text)} END"
        case Boolean() if native.name in INTEGER_BITS:
            return f"CASE {text} WHEN 't' THEN 1 WHEN 'f' THEN 0 ELSE CONCAT('?', {text}) END"
        case Bits(length=length) if native.name == "bit":
            bits = f"UNHEX(LPAD(CONV({text}, 2, 16), 16, '0'))"
            return f"IF({text} REGEXP '^[01]{{{length}}}$', {bits}, {_too_long(text)})"
        case Binary() if native.name in _BYTES:
            return _unhexed(f"SUBSTR({text}, 3)", text)
        case Geometry() if native.name in SHAPES:
            return _shape(text)
        case Timestamp(zoned=True) if native.name in _CLOCKS:
            return f"IF({text} LIKE '%+00', LEFT({text}, CHAR_LENGTH({text}) - 3), CONCAT('?', {text}))"
        case _ if native.name == "year":
            # As a text, 0 would be the year 2000.
            return f"CAST({text} AS SIGNED)"
        case _:
            return None


def _drops_signs(field: Field, mariadb: bool) -> bool:
    """Whether a negative zero would become 0 without a warning: in MariaDB's floats, and in those with digits."""
    native = parsed(field.native)
    floats = isinstance(field.logical, Float) and native.name in ("float", "double")
    return floats and (mariadb or bool(native.arguments))


def _without_negative_zero(text: str) -> str:
    """The number, whose sign, if it is a zero's, makes the text none of a number."""
    return f"IF({text} LIKE '-0%' AND {text} = 0, CONCAT('?', {text}), {text})"


def _too_long(text: str) -> str:
    """Bytes that no column of bits has room for. Not characters: all of a conditional would become such."""
    return f"CAST(CONCAT({text}, '?????????') AS BINARY)"


def _unhexed(digits: str, text: str) -> str:
    """Bytes of hexadecimal digits. What are none make NULL, on MariaDB without a warning: the cast gives one."""
    return f"IFNULL(UNHEX({digits}), CAST(CONCAT('?', {text}) AS SIGNED))"


def _shape(text: str) -> str:
    r"""The stored form, four bytes of SRID and WKB, of `\x` and EWKB, whose fourth byte of the type flags the SRID."""
    flagged = _EWKB_WITH_SRID.format(text)
    with_srid = f"CONCAT(SUBSTR({text}, 13, 8), SUBSTR({text}, 3, 8), '00', SUBSTR({text}, 21))"
    return _unhexed(f"IF({flagged}, {with_srid}, CONCAT('00000000', SUBSTR({text}, 3)))", text)


def readable(buffer: bytes) -> bytes:
    r"""Row text as LOAD DATA reads it, which knows all of COPY's escapes but `\f` and `\v`: to it, they are letters."""
    if b"\\f" not in buffer and b"\\v" not in buffer:
        return buffer
    return _LETTERS.sub(lambda found: found[1] + _CONTROLS[found[2]], buffer)
