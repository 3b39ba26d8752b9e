"""Dates, times and timestamps: the texts that SQLite reads as such, as canonical text.

Source of the forms: https://sqlite.org/lang_datefunc.html, section 2, "Time Values": a date alone is its midnight,
seconds may be left out, `T` may stand for the blank. Julian days and Unix seconds are numbers that nothing tells
apart, so they are refused; so is what would be rounded, and year 0, which other engines do not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from datetime import date as calendar_date

from dmsform.catalog.types import Time, Timestamp
from dmsform_sqlite.values.refused import RefusedError, Value, malformed, too_large, wrong_class

_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_CLOCK = r"(?:([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?)"
_ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?"
_DATE_ONLY = re.compile(_DATE)
_TIME = re.compile(_CLOCK + _ZONE)
_MOMENT = re.compile(f"{_DATE}(?:[ T]{_CLOCK} ?{_ZONE})?")
_MICROSECONDS = 6


def date(*, lenient: bool) -> Callable[[Value], str]:
    """`YYYY-MM-DD`; where a rule asks for the type, also timestamps at midnight."""

    def convert(value: Value) -> str:
        if not isinstance(value, str):
            raise _not_text(value, "dates as text, YYYY-MM-DD")
        if _DATE_ONLY.fullmatch(value):
            return _checked_date(value, "date")
        found = _MOMENT.fullmatch(value)
        if found is None:
            raise malformed("date (YYYY-MM-DD)")
        if not lenient:
            raise RefusedError(
                "is a date with a time of day",
                'Give the column the type "datetime" by a transformation rule (change-data-type), or "date" if every '
                "time in it is midnight.",
            )
        text = _timestamp_text(found, _MICROSECONDS)
        if not text.endswith(" 00:00:00") or found[6]:
            raise too_large("a date")
        return text[:10]

    return convert


def time(logical: Time) -> Callable[[Value], str]:
    """`HH:MM[:SS[.ffffff]]` without offset; SQLite and others know 24:00:00 as the end of a day."""

    def convert(value: Value) -> str:
        if not isinstance(value, str):
            raise _not_text(value, "times as text, HH:MM:SS")
        if value == "24:00:00":
            return value
        found = _TIME.fullmatch(value)
        if found is None:
            raise malformed("time of day (HH:MM:SS)")
        hour, minute, second, fraction, zone = found.groups()
        if zone:
            raise malformed("time of day without offset (HH:MM:SS)")
        return f"{hour}:{minute}:{second or '00'}{_fraction(fraction, logical.precision)}"

    return convert


def timestamp(logical: Timestamp, *, lenient: bool) -> Callable[[Value], str]:
    """`YYYY-MM-DD[ HH:MM[:SS[.ffffff]]]`; in UTC with `+00` behind if the type is zoned.

    lenient -- a rule asks for the type: then what has an offset becomes UTC, and what has none is UTC, as in SQLite.
    """

    def convert(value: Value) -> str:
        if not isinstance(value, str):
            raise _not_text(value, "timestamps as text, YYYY-MM-DD HH:MM:SS")
        found = _MOMENT.fullmatch(value)
        if found is None:
            raise malformed("timestamp (YYYY-MM-DD HH:MM:SS)")
        zone = found[6]
        if bool(zone) != logical.zoned and not lenient:
            raise _zone_refused(bool(zone))
        text = _timestamp_text(found, logical.precision)
        if zone and zone != "Z":
            text = _in_utc(text, zone)
        return f"{text}+00" if logical.zoned else text

    return convert


def _timestamp_text(found: re.Match[str], precision: int) -> str:
    day, hour, minute, second, fraction, _ = found.groups()
    clock = f"{hour or '00'}:{minute or '00'}:{second or '00'}{_fraction(fraction, precision)}"
    return f"{_checked_date(day, 'timestamp')} {clock}"


def _checked_date(text: str, what: str) -> str:
    try:
        calendar_date(int(text[:4]), int(text[5:7]), int(text[8:10]))
    except ValueError:
        raise malformed(f"{what}: there is no such day") from None
    return text


def _fraction(digits: str | None, precision: int) -> str:
    """The fraction with its point, zeros at its end left out; more digits than the type has are refused."""
    kept = (digits or "").rstrip("0")
    if len(kept) > precision:
        raise too_large(f"{precision} digits of a second")
    return f".{kept}" if kept else ""


def _in_utc(text: str, zone: str) -> str:
    """The moment in UTC; the fraction is untouched by whole minutes."""
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    if hours > 15 or minutes > 59:
        raise malformed("timestamp: there is no such offset")
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    head, point, fraction = text.partition(".")
    try:
        moment = datetime.fromisoformat(head).replace(tzinfo=timezone(ahead)).astimezone(UTC)
    except OverflowError:
        raise malformed("timestamp of the years 1 to 9999 in UTC") from None
    return f"{moment.replace(tzinfo=None).isoformat(' ')}{point}{fraction}"


def _zone_refused(zoned: bool) -> RefusedError:
    if zoned:
        return RefusedError(
            "has an offset from UTC, and the column's declared type has none",
            'Give the column the type "datetime" by a transformation rule (change-data-type): then the values arrive '
            'in UTC; or "string" to keep them as they are.',
        )
    return RefusedError(
        "has no offset from UTC, and the column's declared type asks for one",
        'Give the column the type "datetime" by a transformation rule (change-data-type).',
    )


def _not_text(value: Value, wanted: str) -> RefusedError:
    if isinstance(value, int | float):
        return RefusedError(
            f"is a number, which may be Unix seconds or a Julian day, and the column's declared type asks for {wanted}",
            'Give the column the type "int8" or "real8" by a transformation rule (change-data-type), or remove it and '
            "add one with the expression datetime($column, 'unixepoch').",
        )
    return wrong_class(value, wanted, "blob")
