"""Renders data masks to SQL of PostgreSQL. What is masked is the value's text; NULL stays NULL.

Source: AWS DMS user guide, "Using data masking to hide sensitive information".
"""

from __future__ import annotations

from typing import assert_never

from dmsform.catalog import types as t
from dmsform.catalog.mapping import Masked, MaskKind
from dmsform_postgresql.quoting import identifier, literal
from dmsform_postgresql.types import MONEY


def render(masked: Masked, logical: t.LogicalType | None = None) -> str:
    """SQL that masks the column of a row of the source table.

    logical -- the target column's type, the source column's where it is None: numbers stay within its range.
    """
    text = _text(masked)
    kind = logical or masked.column.type
    match masked.kind:
        case MaskKind.DIGITS_MASK:
            return f"translate({text}, '0123456789', {literal(masked.character * 10)})"
        case MaskKind.DIGITS_RANDOMIZE:
            digits = _randomized(text)
            return _within(digits, kind) if isinstance(kind, t.Integer) else digits
        case MaskKind.HASH_MASK:
            return f"upper(encode(sha256(convert_to({text}, 'UTF8')), 'hex'))"
        case _:
            assert_never(masked.kind)


def _text(masked: Masked) -> str:
    name = identifier(masked.column.name)
    if isinstance(masked.column.type, t.Timestamp) and masked.column.type.zoned:
        return f"(({name} AT TIME ZONE 'UTC')::text || '+00')"
    if masked.column.native == MONEY:
        return f"({name}::numeric::text)"
    return f"({name}::text)"


def _randomized(text: str) -> str:
    """Each digit drawn anew. The text goes through an array of its characters, one draw for each.

    The reference to the column inside makes the subquery run for each row.
    """
    drawn = "CASE WHEN strpos('0123456789', c.value) > 0 THEN floor(random() * 10)::int::text ELSE c.value END"
    characters = f"unnest(string_to_array({text}, NULL)) WITH ORDINALITY AS c(value, place)"
    masked = f"(SELECT string_agg({drawn}, '' ORDER BY c.place) FROM {characters})"  # noqa: S608
    return f"(CASE WHEN {text} IS NOT NULL THEN coalesce({masked}, '') END)"


def _within(digits: str, kind: t.Integer) -> str:
    """A whole number's digits kept in the range of its type, its sign as it was."""
    beyond = 2 ** (kind.bits - 1 if kind.signed else kind.bits)
    return f"(({digits}::numeric % {beyond})::text)"
