"""SQLite's date and time functions over date and timestamp columns, 'now' and dates written out.

Source: https://sqlite.org/lang_datefunc.html and SQLite's date.c: fields of a value without modifiers are as parsed
(seconds cut, not rounded); whatever goes through the Julian day number is rounded to milliseconds. After the year 9999
there is NULL. Before the year 1, where the servers count in another way, and for days that do not exist, there is an
error, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from dmsform.catalog.expressions.syntax import Expression, Name, NullLiteral, TextLiteral
from dmsform.catalog.model import Column
from dmsform.catalog.types import Date, Timestamp
from dmsform_mysql.expression_conversions import as_integer
from dmsform_mysql.expression_moments import Moment, column_moment, months_later, now, rounded, shifted, unix_moment
from dmsform_mysql.expression_values import Kind, NotRenderableError, Value, refuse, text_of
from dmsform_mysql.quoting import literal

_LITERAL = re.compile(r"(\d{4})-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?\Z")
_SHIFT = re.compile(r"([+-]?)(\d{1,6}) (day|hour|minute|second|month|year)s?\Z", re.IGNORECASE)
_START = re.compile(r"start of (day|month|year)\Z", re.IGNORECASE)
_STARTS = {"day": "%Y-%m-%d", "month": "%Y-%m-01", "year": "%Y-01-01"}
_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_JULIAN_SECONDS = 148699540800  # from the beginning of Julian days to the beginning of the year 0 of TO_SECONDS
_UNIX_SECONDS = 62167219200  # TO_SECONDS of 1970-01-01
_FIELDS = {"d": "%d", "H": "%H", "j": "%j", "m": "%m", "M": "%i", "S": "%S", "Y": "%Y"}


def dated(function: str, written: Sequence[Expression], values: Sequence[Value], columns: dict[str, Column]) -> Value:
    """One of date, time, datetime, julianday and strftime."""
    if function == "strftime":
        pattern, written, values = written[0], written[1:], values[1:]
        if not isinstance(pattern, TextLiteral):
            refuse("strftime takes its format from a value", "Write the format as a string, such as '%Y-%m-%d'.")
        return _formatted(pattern.value, _moment(function, written, values, columns))
    moment = _moment(function, written, values, columns)
    match function:
        case "date":
            return text_of(f"DATE_FORMAT({moment.sql}, '%Y-%m-%d')")
        case "time":
            return text_of(f"DATE_FORMAT({moment.sql}, '%H:%i:%S')")
        case "datetime":
            return text_of(f"DATE_FORMAT({moment.sql}, '%Y-%m-%d %H:%i:%S')")
        case _:
            at = rounded(moment)
            seconds = f"(TO_SECONDS({at}) + {_JULIAN_SECONDS})"
            milliseconds = f"({seconds} * 1000 + MICROSECOND({at}) DIV 1000)"
            return Value(f"({milliseconds} / 86400000e0)", Kind.REAL)


def _moment(
    function: str, written: Sequence[Expression], values: Sequence[Value], columns: dict[str, Column]
) -> Moment:
    if not written:
        return now()
    modifiers = [_modifier(function, modifier) for modifier in written[1:]]
    if modifiers and modifiers[0].lower() == "unixepoch":
        moment, modifiers = unix_moment(as_integer(values[0], f"the time value of {function}")), modifiers[1:]
    else:
        moment = _time_value(function, written[0], columns)
    for modifier in modifiers:
        moment = _modified(function, moment, modifier)
    return moment


def _modifier(function: str, modifier: Expression) -> str:
    if not isinstance(modifier, TextLiteral):
        refuse(f"{function} takes a modifier from a value", "Write modifiers as strings, such as '+1 day'.")
    return modifier.value


def _time_value(function: str, expression: Expression, columns: dict[str, Column]) -> Moment:
    match expression:
        case NullLiteral():
            return Moment("CAST(NULL AS DATETIME(6))")
        case TextLiteral(value) if value.lower() == "now":
            return now()
        case TextLiteral(value) if (at := _written_date(value)) is not None:
            return Moment(f"TIMESTAMP{literal(at.isoformat(' ', 'microseconds'))}")
        case Name(name) if isinstance(columns[name].type, Date | Timestamp):
            return column_moment(columns[name])
        case _:
            raise NotRenderableError(
                f"{function} is given something else than a date or timestamp column, 'now' or a date written out",
                "Use a column of type date or timestamp, 'now', a string such as '2024-01-31' or '2024-01-31 10:00', "
                "or whole seconds since 1970 with the modifier 'unixepoch'.",
            )


def _written_date(value: str) -> datetime | None:
    if not _LITERAL.match(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _modified(function: str, moment: Moment, modifier: str) -> Moment:
    if found := _START.match(modifier):
        unit = found[1].lower()
        start = f"CAST(DATE_FORMAT({moment.sql}, '{_STARTS[unit]}') AS DATETIME(6))"
        return Moment(start, first_of_month=unit != "day" or moment.first_of_month)
    if found := _SHIFT.match(modifier):
        amount, unit = int(found[1] + found[2]), found[3].lower()
        if unit in ("month", "year"):
            return months_later(moment, amount * (12 if unit == "year" else 1))
        return shifted(moment, amount * _SECONDS[unit])
    raise NotRenderableError(
        f"{function} has the modifier '{modifier}'",
        "Use '+N days', hours, minutes, seconds, months or years, 'start of day', 'start of month', 'start of year', "
        "or 'unixepoch' as the first.",
    )


def _formatted(pattern: str, moment: Moment) -> Value:
    parts: list[str] = []
    fields = ""
    for text, specifier in re.findall(r"([^%]+)|%(.?)", pattern, re.DOTALL):
        if specifier in _FIELDS:
            fields += _FIELDS[specifier]
        elif text or specifier == "%":
            fields += text or "%%"
        else:
            if fields:
                parts.append(f"DATE_FORMAT({moment.sql}, {literal(fields)})")
            fields = ""
            parts.append(_computed_field(specifier, moment))
    if fields:
        parts.append(f"DATE_FORMAT({moment.sql}, {literal(fields)})")
    return text_of(f"CONCAT({', '.join(parts)})" if parts else f"IF({moment.sql} IS NULL, NULL, '')")


def _computed_field(specifier: str, moment: Moment) -> str:
    match specifier:
        case "f" if moment.delta is None:
            return f"LEFT(DATE_FORMAT({moment.sql}, '%S.%f'), 6)"
        case "f":
            raise NotRenderableError(
                "strftime asks for %f of a timestamp with more than three digits of a second",
                "Add the modifier '+0 seconds', which rounds to milliseconds first.",
            )
        case "s":
            return f"CAST(TO_SECONDS({rounded(moment)}) - {_UNIX_SECONDS} AS CHAR)"
        case "w":
            return f"DATE_FORMAT({rounded(moment)}, '%w')"
        case "W":
            weeks = f"(DAYOFYEAR({moment.sql}) + 6 - WEEKDAY({rounded(moment)})) DIV 7"
            return f"LPAD({weeks}, 2, '0')"
        case _:
            raise NotRenderableError(
                f"strftime has the field %{specifier}", "Use %d %f %H %j %m %M %s %S %w %W %Y and %%."
            )
