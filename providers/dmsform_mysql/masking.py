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
    The session's group_concat_max_len must be at its maximum.
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
    """Each digit drawn anew: the text is taken apart by an array with an element for each of its characters."""
    character = f"SUBSTR({text}, place, 1)"
    drawn = f"IF(ASCII({character}) BETWEEN 48 AND 57, FLOOR(RAND() * 10), {character})"
    elements = f"CONCAT('[0', REPEAT(',0', CHAR_LENGTH({text}) - 1), ']')"
    places = f"JSON_TABLE({elements}, '$[*]' COLUMNS (place FOR ORDINALITY)) AS places"
    return f"(SELECT GROUP_CONCAT({drawn} ORDER BY place SEPARATOR '') FROM {places})"  # noqa: S608


def _within(digits: str, kind: t.Integer) -> str:
    """A whole number's digits kept in the range of its type, its sign as it was."""
    beyond = 2 ** (kind.bits - 1 if kind.signed else kind.bits)
    return f"CONCAT(CAST({digits} AS DECIMAL(65, 0)) % {beyond})"
