"""Renders data masks to calls of functions that `sql_functions.register` makes known to a connection. NULL stays NULL.

Source: AWS DMS user guide, "Using data masking to hide sensitive information".
"""

from __future__ import annotations

from typing import assert_never

from dmsform.catalog.mapping import Masked, MaskKind
from dmsform.catalog.types import Decimal, Float, Integer, LogicalType


def render(masked: Masked, logical: LogicalType | None = None) -> str:
    """SQL that masks the column of a row of the source table.

    logical -- the target column's type, the source column's where it is None: numbers stay within its range.
    """
    name = '"' + masked.column.name.replace('"', '""') + '"'
    match masked.kind:
        case MaskKind.DIGITS_MASK:
            character = masked.character.replace("'", "''")
            return f"dmsform_mask_digits({name}, '{character}')"
        case MaskKind.DIGITS_RANDOMIZE:
            return f"dmsform_randomize_digits({name}, {_magnitude(logical or masked.column.type)})"
        case MaskKind.HASH_MASK:
            return f"dmsform_mask_hash({name})"
        case _:
            assert_never(masked.kind)


def _magnitude(logical: LogicalType) -> str:
    match logical:
        case Integer(bits, signed):
            return str(bits - 1 if signed else bits)
        case Decimal() | Float():
            return "0"
        case _:
            return "NULL"
