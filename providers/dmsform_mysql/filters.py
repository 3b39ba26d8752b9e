"""Row filters as WHERE conditions, compared as the column's type says. Pure.

Text is compared by the column's own collation, as AWS DMS has it: `eq` may hold for another case, and for blanks at the
end. Enumerations are compared by the order of their labels. Dates compare as their midnights.
"""

from __future__ import annotations

import re
import struct
from datetime import datetime, timedelta
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import assert_never

from dmsform.catalog import types as t
from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.catalog.model import Column
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform_mysql import codes as own
from dmsform_mysql.quoting import identifier, literal
from dmsform_mysql.types import parsed

_DIGITS, _FRACTION = 65, 30
"""Digits of the server's decimals, and behind the point."""
_BOOLEANS = {"t": "1", "true": "1", "1": "1", "f": "0", "false": "0", "0": "0"}
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[ T](?P<minute>\d\d:\d\d)(?P<second>:\d\d)?(?:\.(?P<fraction>\d{1,6})0*)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_DURATION = re.compile(r"-?\d{2,3}:[0-5]\d:[0-5]\d(\.\d{1,6})?")


class _MisfitError(Exception):
    """An operand that the column cannot be compared with."""


def condition_of(mapped: MappedTable) -> str:
    """SQL of all filters of a table, empty without filters. Raises DiagnosticError for operands that do not fit."""
    parts: list[str] = []
    findings: list[Diagnostic] = []
    for row_filter in mapped.filters:
        try:
            parts.append("(" + " OR ".join(_condition(row_filter.column, c) for c in row_filter.conditions) + ")")
        except _MisfitError as misfit:
            findings.append(_misfit(mapped, row_filter, str(misfit)))
    if findings:
        raise DiagnosticError(findings)
    return " AND ".join(parts)


def refused_by_server(mapped: MappedTable, endpoint: str, message: str) -> DiagnosticError:
    """The server does not take a filter."""
    columns = ", ".join(dict.fromkeys(f.column.name for f in mapped.filters))
    return DiagnosticError(
        own.FILTER_REFUSED.error(
            f"The filters of {mapped.source.name} (on {columns}) are refused by the server: {message}",
            "Give operands in the column's own type, text form and character set.",
            place=DataPlace(endpoint=endpoint, table=str(mapped.source.name), column=columns),
        )
    )


def _misfit(mapped: MappedTable, row_filter: RowFilter, why: str) -> Diagnostic:
    column = row_filter.column
    return own.FILTER_REFUSED.error(
        f"A filter on column {column.name} of {mapped.source.name}, which is {column.native}: {why}.",
        "Give an operand of the column's type, in its usual text form, or filter on another column.",
        place=DataPlace(table=str(mapped.source.name), column=column.name),
    )


def _condition(column: Column, condition: FilterCondition) -> str:
    name = identifier(column.name)
    subject = _subject(name, column)
    values = [_operand(column, value) for value in condition.values]
    match condition.operator:
        case FilterOperator.EQ:
            return f"{subject} = {values[0]}"
        case FilterOperator.NOTEQ:
            return f"{subject} <> {values[0]}"
        case FilterOperator.GTE:
            return f"{subject} >= {values[0]}"
        case FilterOperator.LTE | FilterOperator.STE:
            return f"{subject} <= {values[0]}"
        case FilterOperator.BETWEEN:
            return f"{subject} BETWEEN {values[0]} AND {values[1]}"
        case FilterOperator.NOTBETWEEN:
            return f"{subject} NOT BETWEEN {values[0]} AND {values[1]}"
        case FilterOperator.NULL:
            # IS NULL would also find the zero date of a column that is NOT NULL, for the sake of ODBC.
            return f"{name} <=> NULL"
        case FilterOperator.NOTNULL:
            return f"NOT {name} <=> NULL"
        case _:
            assert_never(condition.operator)


def _subject(name: str, column: Column) -> str:
    """What is compared: a number where the server would else read the operand in a way of its own (5 as 2005)."""
    native = parsed(column.native).name
    return f"({name} + 0)" if native in ("year", "bit", "enum") and not isinstance(column.type, t.Text) else name


def _operand(column: Column, text: str) -> str:
    match column.type:
        case t.Integer() | t.Decimal():
            return _number(text)
        case t.Float(bits=bits):
            return _float(text, bits)
        case t.Boolean() if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        case t.Bits() if re.fullmatch("[01]{1,64}", text):
            return str(int(text, 2))
        case t.Enumeration(labels=labels) if text in labels:
            return str(labels.index(text) + 1)
        case t.Text() | t.Uuid():
            return literal(text)
        case t.Binary() if re.fullmatch(r"\\x([0-9a-fA-F]{2})*", text):
            return f"x'{text[2:]}'"
        case t.Date() | t.Timestamp():
            return _moment(text, zoned=isinstance(column.type, t.Timestamp) and column.type.zoned)
        case t.Duration() if _DURATION.fullmatch(text):
            return f"TIME'{text}'"
        case _:
            raise _MisfitError(f'"{text}" cannot be compared with {t.describe(column.type)}')


def _number(text: str) -> str:
    try:
        number = Number(text)
    except InvalidOperation:
        raise _MisfitError(f'"{text}" is no number') from None
    if not number.is_finite() or abs(number.adjusted()) >= 2 * _DIGITS:
        raise _MisfitError(f'"{text}" is beyond all numbers that the server can compare')
    plain = f"{number:f}"
    whole, _, fraction = plain.lstrip("-").partition(".")
    if len(whole) + len(fraction) > _DIGITS or len(fraction) > _FRACTION:
        raise _MisfitError(f'"{text}" has more digits than the server can compare')
    return plain


def _float(text: str, bits: int) -> str:
    """The operand as the column would hold it: 0.1 finds the FLOAT that was stored as 0.1."""
    try:
        number = float(text)
        number = struct.unpack("f", struct.pack("f", number))[0] if bits == 32 else number
    except (ValueError, OverflowError):
        raise _MisfitError(f'"{text}" is no number that the column can hold') from None
    if number - number != 0:
        raise _MisfitError(f'"{text}" is no number that the column can hold')
    digits = repr(number)
    return digits if "e" in digits else f"{digits}e0"


def _moment(text: str, *, zoned: bool) -> str:
    """A literal of the moment, in UTC. An offset needs a column that has a zone too."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise _MisfitError(f'"{text}" is no date or time with at most six digits of a second')
    if found["zone"] and not zoned:
        raise _MisfitError(f'"{text}" has an offset from UTC, and the column has none')
    plain = f"{found['day']} {found['minute'] or '00:00'}{found['second'] or ':00'}.{(found['fraction'] or '0'):0<6}"
    try:
        moment = datetime.strptime(plain, "%Y-%m-%d %H:%M:%S.%f")  # noqa: DTZ007  the offset is subtracted below
        moment -= _offset(found["zone"] or "Z")
    except (ValueError, OverflowError):
        raise _MisfitError(f'"{text}" is no moment that exists') from None
    return f"TIMESTAMP'{moment.isoformat(' ', 'microseconds')}'"


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset
