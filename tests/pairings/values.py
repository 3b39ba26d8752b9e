"""Compares values as the drivers hand them out, across engines: an oracle that shares nothing with the project."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any


def same(source: Any, target: Any) -> bool:
    """Whether a target's value is the source's, in whatever form the target has to keep it."""
    if source is None or target is None:
        return source is target
    if isinstance(source, float) and isinstance(target, float):
        return repr(source) == repr(target) or source == target
    if _is_number(source) or _is_number(target):
        return _number(source) == _number(target)
    if isinstance(source, timedelta) or isinstance(target, timedelta):
        return _span(source) == _span(target)
    if isinstance(source, bytes) or isinstance(target, bytes):
        return bytes(source) == bytes(target)
    return text(source) == text(target)


def text(value: Any) -> str:
    """One text for all forms of a value; equal texts are equal values, rows are sorted by it."""
    match value:
        case None:
            return "\0"
        case bool() | int() | float() | Decimal():
            return f"{_number(value):f}"
        case bytes():
            return value.hex()
        case datetime():
            moved = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return _without_zeros(moved.isoformat(" "))
        case date():
            return value.isoformat()
        case time():
            return _without_zeros(value.isoformat())
        case timedelta():
            return str(_span(value))
        case _:
            found = str(value)
            return found[:-3] if found.endswith("+00") and found[4:5] == "-" else found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal)


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise AssertionError(f"{value!r} is no number") from error
    return number.normalize() if number else Decimal(0)


def _without_zeros(moment: str) -> str:
    return moment.rstrip("0").rstrip(".") if "." in moment else moment


def _span(value: Any) -> timedelta:
    """A span; a text `[-]H:MM:SS[.ffffff]` is read as one."""
    if isinstance(value, timedelta):
        return value
    sign, words = (-1, value[1:]) if value.startswith("-") else (1, value)
    hours, minutes, seconds = words.split(":")
    whole, _, fraction = seconds.partition(".")
    span = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(whole))
    return sign * (span + timedelta(microseconds=int(fraction.ljust(6, "0") or 0)))
