"""Regular expressions over whole columns: the values joined, each ended by a line feed, all in their common form.

What is common is narrower than what is valid, so that one pass in C settles nearly all columns; a column with a value
beside the common form (a 29th of February) is looked at value by value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_TO_28 = r"(?:0[1-9]|1[0-9]|2[0-8])"
_MONTH_DAYS = rf"(?:(?:0[1-9]|1[0-2])-{_TO_28}|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
# The 29th of February takes the slow path.
_DAY = r"(?!0000)[0-9]{4}-" + _MONTH_DAYS
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
DATES = re.compile(rf"(?:{_DAY}\n)*")
UUIDS = re.compile(r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\n)*")
DECIMALS = re.compile(r"(?:(?!-0(?:\.0+)?\n)-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\n)*")
FLOAT_CHARACTERS = re.compile(r"[0-9.eE+\-\n]*")


def times(precision: int) -> re.Pattern[str]:
    """Times of day with up to so many digits of a second, no zero at their end."""
    return re.compile(rf"(?:{_CLOCK}{_fraction(precision)}\n)*")


def timestamps(precision: int, *, zoned: bool) -> re.Pattern[str]:
    """Timestamps with up to so many digits of a second; zoned: in UTC."""
    zone = r"\+00" if zoned else ""
    return re.compile(rf"(?:{_DAY} {_CLOCK}{_fraction(precision)}{zone}\n)*")


def _fraction(precision: int) -> str:
    return rf"(?:\.[0-9]{{0,{precision - 1}}}[1-9])?" if precision else ""


def match(values: Sequence[str], form: re.Pattern[str]) -> bool:
    """Whether every value is in the form."""
    joined = "\n".join([*values, ""])
    # A line break inside of a value would make more lines than values.
    return joined.count("\n") == len(values) and form.fullmatch(joined) is not None
