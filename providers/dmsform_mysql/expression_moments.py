"""Moments in SQL: DATETIME(6) in UTC, shifted and rounded as SQLite's date.c does it, NULL after the year 9999.

A date before the year 1 would be NULL on the servers. So dates are shifted by whole numbers that count from there: a
sum of unsigned numbers below zero is an error on both.
"""

from __future__ import annotations

from dataclasses import dataclass

from dmsform.catalog.model import Column
from dmsform.catalog.types import Timestamp
from dmsform_mysql.expression_values import Value, unrepeated
from dmsform_mysql.quoting import identifier

_FIRST = "TIMESTAMP'0001-01-01 00:00:00'"
_UNIX = "TIMESTAMP'1970-01-01 00:00:00'"
_UNSIGNED = "CAST(0 AS UNSIGNED)"
_LATEST_SECOND = 253402300799  # 9999-12-31 23:59:59
_EARLIEST_SECOND = -210866760000  # the beginning of Julian days
_FIRST_YEAR_SECOND = -62135596800  # 0001-01-01
_MICROSECONDS = 1_000_000
_MILLISECOND_DIGITS = 3
_ERROR = "9223372036854775807 + LENGTH('a date before the year 1, or a day that does not exist')"
_IMPOSSIBLE = f"({_UNIX} + INTERVAL ({_ERROR}) SECOND)"


@dataclass(frozen=True, slots=True)
class Moment:
    """sql -- SQL of it, NULL where SQLite has no date; delta -- SQL of the microseconds that round it to milliseconds,
    None where it has whole ones; first_of_month -- it is on the first day of a month.
    """

    sql: str
    delta: str | None = None
    first_of_month: bool = False


def now() -> Moment:
    """The server's clock when the statement began."""
    return Moment("UTC_TIMESTAMP(3)")


def column_moment(column: Column) -> Moment:
    """A column of dates or timestamps: no date is 0000-00-00, and such with a month or a day of 0."""
    name = identifier(column.name)
    precision = column.type.precision if isinstance(column.type, Timestamp) else 0
    missing = f"{name} IS NULL OR MONTH({name}) = 0 OR DAYOFMONTH({name}) = 0"
    possible = f"YEAR({name}) > 0 AND DAYOFMONTH({name}) <= DAYOFMONTH(LAST_DAY({name}))"
    sql = f"(CASE WHEN {missing} THEN NULL WHEN {possible} THEN CAST({name} AS DATETIME(6)) ELSE {_IMPOSSIBLE} END)"
    return Moment(sql, delta=_delta(name) if precision > _MILLISECOND_DIGITS else None)


def unix_moment(seconds: Value) -> Moment:
    """Seconds since 1970."""
    unrepeated("unixepoch", seconds.sql)
    s = seconds.sql
    return Moment(
        f"(CASE WHEN {s} BETWEEN {_FIRST_YEAR_SECOND} AND {_LATEST_SECOND} THEN {_UNIX} + INTERVAL {s} SECOND "
        f"WHEN {s} BETWEEN {_EARLIEST_SECOND} AND {_LATEST_SECOND} THEN {_IMPOSSIBLE} END)"
    )


def _delta(name: str) -> str:
    """What is added to round to milliseconds, in double precision as SQLite's date.c does it."""
    seconds = f"(SECOND({name}) + MICROSECOND({name}) / 1000000e0)"
    milliseconds = f"CAST(FLOOR({seconds} * 1000e0 + 0.5e0) AS SIGNED)"
    return f"({milliseconds} * 1000 - SECOND({name}) * {_MICROSECONDS} - MICROSECOND({name}))"


def rounded(moment: Moment) -> str:
    """The moment in whole milliseconds."""
    return moment.sql if moment.delta is None else f"({moment.sql} + INTERVAL {moment.delta} MICROSECOND)"


def shifted(moment: Moment, seconds: int) -> Moment:
    """The moment so many seconds later, in whole milliseconds."""
    at = f"TIMESTAMPDIFF(MICROSECOND, {_FIRST}, {rounded(moment)})"
    return Moment(f"({_FIRST} + INTERVAL ({_UNSIGNED} + ({at} + {seconds * _MICROSECONDS})) MICROSECOND)")


def months_later(moment: Moment, months: int) -> Moment:
    """SQLite counts days that a month does not have on into the next; the servers would take the month's last day."""
    at = moment.sql
    passed = f"(YEAR({at}) * 12 + MONTH({at}) - 13 + {months})"
    begin = f"({_FIRST} + INTERVAL ({_UNSIGNED} + {passed}) MONTH)"
    rest = f"TIMESTAMPDIFF(MICROSECOND, CAST(DATE_FORMAT({at}, '%Y-%m-01') AS DATETIME(6)), {at})"
    later = f"({begin} + INTERVAL {rest} MICROSECOND)"
    first = moment.first_of_month and moment.delta is None
    return Moment(rounded(Moment(later, moment.delta)), first_of_month=first)
