"""SQLite's date and time functions over date and timestamp columns, 'now' and dates written out.

Source: https://sqlite.org/lang_datefunc.html and SQLite's date.c: fields of a value without modifiers are as parsed
(seconds cut, not rounded); whatever goes through the Julian day number is rounded to milliseconds. Years outside of
1 to 9999 give NULL, as text of theirs does in SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dmsform.catalog.expressions.syntax import Expression, Name, NullLiteral, TextLiteral
from dmsform.catalog.model import Column
from dmsform.catalog.types import Date, Timestamp
from dmsform_postgresql.expression_values import Kind, NotRenderableError, Value, as_integer, once
from dmsform_postgresql.quoting import identifier, literal

_LITERAL = re.compile(r"(\d{4})-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?\Z")
_SHIFT = re.compile(r"([+-]?)(\d{1,6}) (day|hour|minute|second|month|year)s?\Z", re.IGNORECASE)
_START = re.compile(r"start of (day|month|year)\Z", re.IGNORECASE)
_LATEST_SECOND = 253402300799  # 9999-12-31 23:59:59
_EARLIEST_SECOND = -210866760000  # the beginning of Julian days
_FIRST_YEAR_SECOND = -62135596800  # 0001-01-01
_JULIAN_EPOCH = 210866760000000  # milliseconds from the beginning of Julian days to 1970-01-01
_MILLISECOND_DIGITS = 3
_FIELDS = {"d": "DD", "H": "HH24", "j": "DDD", "m": "MM", "M": "MI", "S": "SS", "Y": "YYYY"}


@dataclass(frozen=True, slots=True)
class Moment:
    """SQL of type timestamp in UTC, NULL where SQLite has no date; `exact`: it has whole milliseconds.

    shifted -- modifiers moved it, perhaps out of the range of years.
    """

    sql: str
    exact: bool
    shifted: bool = False


def dated(function: str, written: Sequence[Expression], values: Sequence[Value], columns: dict[str, Column]) -> Value:
    """One of date, time, datetime, julianday and strftime."""
    if function == "strftime":
        pattern, written, values = written[0], written[1:], values[1:]
        if not isinstance(pattern, TextLiteral):
            raise NotRenderableError(
                "strftime takes its format from a value", "Write the format as a string, such as '%Y-%m-%d'."
            )
        return Value(_formatted(pattern.value, _moment(function, written, values, columns)), Kind.TEXT)
    moment = _moment(function, written, values, columns)
    match function:
        case "date":
            return Value(f"to_char({moment.sql}, 'YYYY-MM-DD')", Kind.TEXT)
        case "time":
            return Value(f"to_char({moment.sql}, 'HH24:MI:SS')", Kind.TEXT)
        case "datetime":
            return Value(f"to_char({moment.sql}, 'YYYY-MM-DD HH24:MI:SS')", Kind.TEXT)
        case _:
            milliseconds = f"(round(extract(epoch from {rounded(moment)}) * 1000)::bigint + {_JULIAN_EPOCH})"
            return Value(f"({milliseconds}::float8 / 86400000::float8)", Kind.REAL)


def _moment(
    function: str, written: Sequence[Expression], values: Sequence[Value], columns: dict[str, Column]
) -> Moment:
    if not written:
        return _now()
    modifiers = [_modifier(function, modifier) for modifier in written[1:]]
    if modifiers and modifiers[0].lower() == "unixepoch":
        moment, modifiers = _unix(as_integer(values[0], f"the time value of {function}")), modifiers[1:]
    else:
        moment = _time_value(function, written[0], columns)
    for modifier in modifiers:
        moment = _modified(function, moment, modifier)
    return _in_range(moment)


def _now() -> Moment:
    return Moment("date_trunc('milliseconds', statement_timestamp() AT TIME ZONE 'UTC')", exact=True)


def _modifier(function: str, modifier: Expression) -> str:
    if isinstance(modifier, TextLiteral):
        return modifier.value
    raise NotRenderableError(
        f"{function} takes a modifier from a value", "Write modifiers as strings, such as '+1 day'."
    )


def _time_value(function: str, expression: Expression, columns: dict[str, Column]) -> Moment:
    match expression:
        case NullLiteral():
            return Moment("(NULL::timestamp)", exact=True)
        case TextLiteral(value) if value.lower() == "now":
            return _now()
        case TextLiteral(value) if _is_date(value):
            return Moment(f"({literal(value)}::timestamp)", exact=True)
        case Name(name) if isinstance(columns[name].type, Date | Timestamp):
            return _column(columns[name])
        case _:
            raise NotRenderableError(
                f"{function} is given something else than a date or timestamp column, 'now' or a date written out",
                "Use a column of type date or timestamp, 'now', a string such as '2024-01-31' or '2024-01-31 10:00', "
                "or whole seconds since 1970 with the modifier 'unixepoch'.",
            )


def _is_date(value: str) -> bool:
    if not _LITERAL.match(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _column(column: Column) -> Moment:
    name = identifier(column.name)
    zoned = isinstance(column.type, Timestamp) and column.type.zoned
    precision = column.type.precision if isinstance(column.type, Timestamp) else 0
    value = f"({name} AT TIME ZONE 'UTC')" if zoned else f"{name}::timestamp"
    last = "9999-12-31" if isinstance(column.type, Date) else "9999-12-31 23:59:59.999999"
    zone = "+00" if zoned else ""
    bounds = f"BETWEEN '0001-01-01{zone}' AND '{last}{zone}'"
    return Moment(f"(CASE WHEN {name} {bounds} THEN {value} END)", exact=precision <= _MILLISECOND_DIGITS)


def _unix(seconds: str) -> Moment:
    def moved(s: str) -> str:
        moment = f"timestamp '1970-01-01' + {s} * interval '1 second'"
        return (
            f"(CASE WHEN {s} BETWEEN {_FIRST_YEAR_SECOND} AND {_LATEST_SECOND} THEN {moment} "
            f"WHEN {s} BETWEEN {_EARLIEST_SECOND} AND {_LATEST_SECOND} THEN {_too_early(s)} END)"
        )

    return Moment(once((seconds,), moved), exact=True)


def _too_early(sql: str) -> str:
    """An error: PostgreSQL writes years before the first in another way than SQLite."""
    return f"('before the year 1: ' || {sql})::timestamp"


def rounded(moment: Moment) -> str:
    """The moment in whole milliseconds, rounded in double precision as SQLite's date.c does it."""
    if moment.exact:
        return moment.sql

    def to_milliseconds(t: str) -> str:
        micros = f"extract(microseconds from {t})::bigint"
        seconds = f"(({micros} / 1000000)::float8 + ({micros} % 1000000)::float8 / 1000000)"
        return f"(date_trunc('minute', {t}) + floor({seconds} * 1000 + 0.5::float8) * interval '1 millisecond')"

    return once((moment.sql,), to_milliseconds)


def _modified(function: str, moment: Moment, modifier: str) -> Moment:
    if found := _START.match(modifier):
        return Moment(f"date_trunc('{found[1].lower()}', {_in_range(moment).sql})", exact=True)
    if found := _SHIFT.match(modifier):
        amount, unit = int(found[1] + found[2]), found[3].lower()
        if unit in ("month", "year"):
            return _months_later(moment, amount * (12 if unit == "year" else 1))
        return Moment(f"({rounded(moment)} + {amount} * interval '1 {unit}')", exact=True, shifted=True)
    raise NotRenderableError(
        f"{function} has the modifier '{modifier}'",
        "Use '+N days', hours, minutes, seconds, months or years, 'start of day', 'start of month', 'start of year', "
        "or 'unixepoch' as the first.",
    )


def _months_later(moment: Moment, months: int) -> Moment:
    """SQLite counts days that a month does not have on into the next; PostgreSQL would take the month's last day."""

    def moved(t: str) -> str:
        start = f"date_trunc('month', {t})"
        return f"({start} + {months} * interval '1 month' + ({t} - {start}))"

    later = Moment(once((_in_range(moment).sql,), moved), moment.exact)
    return _in_range(Moment(rounded(later), exact=True, shifted=True))


def _in_range(moment: Moment) -> Moment:
    """NULL after the year 9999, as SQLite has it wherever it looks at the fields of a date."""
    if not moment.shifted:
        return moment

    def within(t: str) -> str:
        early = _too_early(f"{t}::text")
        return f"(CASE WHEN {t} < '0001-01-01' THEN {early} WHEN {t} < '10000-01-01' THEN {t} END)"

    return Moment(once((moment.sql,), within), moment.exact)


def _formatted(pattern: str, moment: Moment) -> str:
    parts: list[str] = []
    fields = ""
    for text, specifier in re.findall(r"([^%]+)|%(.?)", pattern, re.DOTALL):
        if specifier in _FIELDS:
            fields += _FIELDS[specifier]
        elif text or specifier == "%":
            fields += _quoted_in_pattern(text or "%")
        else:
            if fields:
                parts.append(f"to_char({moment.sql}, {literal(fields)})")
            fields = ""
            parts.append(_computed_field(specifier, moment))
    if fields or not parts:
        parts.append(f"to_char({moment.sql}, {literal(fields)})" if fields else "''::text")
    return f"({' || '.join(parts)})"


def _quoted_in_pattern(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _computed_field(specifier: str, moment: Moment) -> str:
    match specifier:
        case "f" if moment.exact:
            return f"to_char({moment.sql}, 'SS.MS')"
        case "f":
            raise NotRenderableError(
                "strftime asks for %f of a timestamp with more than three digits of a second",
                "Add the modifier '+0 seconds', which rounds to milliseconds first.",
            )
        case "s":
            return f"(floor(extract(epoch from {rounded(moment)}))::bigint::text)"
        case "w":
            return f"(extract(dow from {rounded(moment)})::int::text)"
        case "W":
            day, weekday = f"extract(doy from {moment.sql})::int", f"extract(isodow from {rounded(moment)})::int"
            return f"lpad((({day} + 7 - {weekday}) / 7)::text, 2, '0')"
        case _:
            raise NotRenderableError(
                f"strftime has the field %{specifier}", "Use %d %f %H %j %m %M %s %S %w %W %Y and %%."
            )
