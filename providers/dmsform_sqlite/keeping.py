"""Says whether a column would change a value that it is given: SQLite converts by affinity without a word.

Source: https://sqlite.org/datatype3.html, section 3, "Type Affinity", and section 3.4.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from dmsform_sqlite.raw_text import RawText
from dmsform_sqlite.types import Affinity

# What SQLite takes for a number in text: blanks around it, a sign, no hexadecimal.
_NUMERIC = r"[ \t\n\v\f\r]*+[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?[ \t\n\v\f\r]*+"
_NUMERIC_TEXT = re.compile(_NUMERIC)
# The same as one of many texts, each between two U+0000.
_NUMERIC_AMONG = re.compile(rf"\0{_NUMERIC}(?=\0)")
_SAFE: dict[Affinity, frozenset[type]] = {
    Affinity.BLOB: frozenset({int, float, str, bytes, RawText, type(None)}),
    Affinity.TEXT: frozenset({str, bytes, RawText, type(None)}),
    Affinity.REAL: frozenset({bytes, type(None)}),
    Affinity.INTEGER: frozenset({int, bytes, type(None)}),
    Affinity.NUMERIC: frozenset({int, bytes, type(None)}),
}


def first_changed(values: Sequence[Any], affinity: Affinity) -> int | None:
    """The place of the first value that a column of this affinity would change, or None."""
    kinds = set(map(type, values))
    if kinds <= _SAFE[affinity] or _all_kept(kinds, values, affinity):
        return None
    return next((place for place, value in enumerate(values) if _changes(value, affinity)), None)


def first_replaced(values: Sequence[Any]) -> int | None:
    """The place of the first text that a file in UTF-16 would change, or None."""
    return next((n for n, v in enumerate(values) if isinstance(v, str) and ("\ufffe" in v or "\uffff" in v)), None)


def _all_kept(kinds: set[type], values: Sequence[Any], affinity: Affinity) -> bool:
    """Whether a column of numbers, or one of texts, needs no closer look."""
    match affinity:
        case Affinity.REAL if kinds <= {float, type(None)}:
            return 0.0 not in values
        case Affinity.INTEGER | Affinity.NUMERIC if kinds <= {int, float, type(None)}:
            return not any(v.is_integer() for v in values if type(v) is float)
        case _ if kinds <= {str, type(None)}:
            return _keeps_texts([v for v in values if v is not None])
        case _:
            return False


def _keeps_texts(values: Sequence[str]) -> bool:
    """Whether none of a column of texts may be a number."""
    joined = "\0".join(["", *values, ""])
    return joined.count("\0") == len(values) + 1 and not _NUMERIC_AMONG.search(joined)


def _changes(value: Any, affinity: Affinity) -> bool:
    match affinity, value:
        case Affinity.BLOB, _:
            return False
        case Affinity.TEXT, int() | float():
            return True
        case Affinity.REAL, int():
            return True
        case Affinity.REAL, float():
            # A REAL column keeps whole floats as integers, which have no negative zero.
            return value == 0 and math.copysign(1, value) < 0
        case ((Affinity.INTEGER | Affinity.NUMERIC), float()):
            return value.is_integer() and -(2.0**63) <= value < 2.0**63
        case ((Affinity.INTEGER | Affinity.NUMERIC | Affinity.REAL), str()):
            return _NUMERIC_TEXT.fullmatch(value) is not None
        case _:
            return False
