"""Renders data masks to SQL. What is masked is the value's canonical text; NULL stays NULL.

Source: AWS DMS user guide, "Using data masking to hide sensitive information".
"""

from __future__ import annotations

from typing import assert_never

from dmsform.catalog import types as t
from dmsform.catalog.mapping import Masked, MaskKind
from dmsform_mysql.quoting import literal
from dmsform_mysql.rendering import render as rendered


def render(masked: Masked, logical: t.LogicalType | None = None) -> str:
    """SQL that masks the column of a row of the source table.

    logical -- the target column's type, the source column's where it is None: numbers stay within its range.
    The session's group_concat_max_len must be as large as its packets.
    """
    text = rendered(masked.column).text
    kind = logical or masked.column.type
    match masked.kind:
        case MaskKind.DIGITS_MASK:
            return _masked_digits(text, literal(masked.character))
        case MaskKind.DIGITS_RANDOMIZE:
            digits = _randomized(text)
            return _within(digits, kind) if isinstance(kind, t.Integer) else digits
        case MaskKind.HASH_MASK:
            return f"UPPER(SHA2({text}, 256))"
        case _:
            assert_never(masked.kind)


def _masked_digits(text: str, character: str) -> str:
    for digit in range(10):
        text = f"REPLACE({text}, '{digit}', {character})"
    return text


def _randomized(text: str) -> str:
    """Each digit drawn anew, the text taken apart into an array of its bytes in hex.

    To cut out the n-th character instead, a server would count from the first: half a minute for 64,000 of them. So
    does MariaDB's search, unless it is in bytes, of which MySQL's will not hear; and each has its word for the match.
    """
    hexed = f"/*M!100700 CAST( */ HEX({text}) /*M!100700 AS BINARY) */"
    quoted = """/*!50700 '"$0",' *//*M!100700 '"\\\\0",' */"""
    elements = f"""CONCAT('[', REGEXP_REPLACE({hexed}, '..', {quoted}), '""]')"""
    drawn = "IF(byte BETWEEN '30' AND '39', CONCAT('3', FLOOR(RAND() * 10)), byte)"
    columns = "place FOR ORDINALITY, byte CHAR(2) PATH '$'"
    source = f"JSON_TABLE({elements}, '$[*]' COLUMNS ({columns})) AS bytes"
    return f"(SELECT UNHEX(GROUP_CONCAT({drawn} ORDER BY place SEPARATOR '')) FROM {source})"  # noqa: S608


def _within(digits: str, kind: t.Integer) -> str:
    """A whole number's digits kept in the range of its type, its sign as it was."""
    beyond = 2 ** (kind.bits - 1 if kind.signed else kind.bits)
    return f"CONCAT(CAST({digits} AS DECIMAL(65, 0)) % {beyond})"
