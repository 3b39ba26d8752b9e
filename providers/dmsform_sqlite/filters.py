"""Row filters as WHERE conditions with parameters, compared as the declared type says.

Numbers, text and bytes are compared by SQLite. Dates, times and UUIDs have several texts for one value: their
canonical text is compared, computed by a function that refuses what denotes none, because such a row can neither be
taken nor left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import Any, TypeAlias, assert_never

from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.catalog.model import Column
from dmsform.catalog.types import (
    Binary,
    Boolean,
    Date,
    Decimal,
    Float,
    Integer,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Uuid,
    describe,
)
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform_sqlite import codes as own
from dmsform_sqlite.connect import Connection
from dmsform_sqlite.quoting import identifier
from dmsform_sqlite.values.choose import Conversion, conversion
from dmsform_sqlite.values.refused import RefusedError

_Operand: TypeAlias = int | float | str | bytes
_BOOLEANS = {"t": 1, "true": 1, "1": 1, "f": 0, "false": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that a filter's function could not judge."""

    column: str
    value: Any
    refused: RefusedError


@dataclass(slots=True)
class Filters:
    """condition -- SQL, empty without filters; parameters -- its operands; functions -- what it calls, by name.

    refusals -- filled by the functions while the query runs.
    """

    condition: str = ""
    parameters: tuple[_Operand, ...] = ()
    functions: dict[str, Callable[[Any], str | None]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def register(self, connection: Connection) -> None:
        """Make the functions known to the connection."""
        for name, function in self.functions.items():
            connection.create_function(name, 1, function, deterministic=True)


def filters_of(mapped: MappedTable) -> Filters:
    """The filters of a mapped table. Raises DiagnosticError for operands that do not fit."""
    made = Filters()
    parts: list[str] = []
    parameters: list[_Operand] = []
    findings: list[Diagnostic] = []
    for number, row_filter in enumerate(mapped.filters):
        try:
            subject = _subject(made, number, row_filter.column)
            conditions = [_condition(row_filter, subject, c, parameters) for c in row_filter.conditions]
            parts.append("(" + " OR ".join(conditions) + ")")
        except _MisfitError as misfit:
            findings.append(_misfit(mapped, row_filter, str(misfit)))
    if findings:
        raise DiagnosticError(findings)
    made.condition, made.parameters = " AND ".join(parts), tuple(parameters)
    return made


class _MisfitError(Exception):
    """An operand that the column cannot be compared with."""


def _misfit(mapped: MappedTable, row_filter: RowFilter, why: str) -> Diagnostic:
    column = row_filter.column
    return own.FILTER_REFUSED.error(
        f"A filter on column {column.name} of {mapped.source.name}, which is {column.native or 'of no type'}: {why}.",
        "Give an operand of the column's type, in its usual text form, or filter on another column.",
        place=DataPlace(table=str(mapped.source.name), column=column.name),
    )


def _subject(made: Filters, number: int, column: Column) -> str:
    """What is compared: the column, or its canonical text."""
    name = identifier(column.name)
    convert = _comparable(column.type)
    if convert is None:
        return name
    function = f"dmsform_comparable_{number}"

    def compute(value: Any) -> str | None:
        try:
            return None if value is None else convert(value)
        except RefusedError as refused:
            made.refusals.append(Refusal(column.name, value, refused))
            raise

    made.functions[function] = compute
    return f"{function}({name})"


def _comparable(logical: LogicalType) -> Conversion | None:
    """The conversion to a text that sorts as the values do; None where SQLite compares by itself."""
    convert = conversion(logical, lenient=False)
    match logical:
        case Date() if convert is not None:
            # As midnight, so that it compares with operands that have a time of day.
            day = convert
            return lambda value: f"{day(value)} 00:00:00"
        case Time() | Timestamp() | Uuid():
            return convert
        case _:
            return None


def _condition(row_filter: RowFilter, subject: str, condition: FilterCondition, parameters: list[_Operand]) -> str:
    logical = row_filter.column.type
    parameters += [_operand(logical, value) for value in condition.values]
    match condition.operator:
        case FilterOperator.EQ:
            return f"{subject} = ?"
        case FilterOperator.NOTEQ:
            return f"{subject} <> ?"
        case FilterOperator.GTE:
            return f"{subject} >= ?"
        case FilterOperator.LTE | FilterOperator.STE:
            return f"{subject} <= ?"
        case FilterOperator.BETWEEN:
            return f"{subject} BETWEEN ? AND ?"
        case FilterOperator.NOTBETWEEN:
            return f"{subject} NOT BETWEEN ? AND ?"
        case FilterOperator.NULL:
            return f"{identifier(row_filter.column.name)} IS NULL"
        case FilterOperator.NOTNULL:
            return f"{identifier(row_filter.column.name)} IS NOT NULL"
        case _:
            assert_never(condition.operator)


def _operand(logical: LogicalType, text: str) -> _Operand:
    match logical:
        case Integer() | Decimal() | Float():
            return _number(text)
        case Boolean() if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        case Text():
            return text
        case Binary() if text.startswith("\\x"):
            return _bytes(text)
        case Date():
            return _converted(Timestamp(6), text)
        case Time() | Timestamp() | Uuid():
            return _converted(logical, text)
        case _:
            raise _MisfitError(f'"{text}" cannot be compared with {describe(logical)}')


def _number(text: str) -> int | float:
    """The number, if SQLite can hold it exactly (a float stands for its shortest decimal)."""
    try:
        number = Number(text)
    except InvalidOperation:
        raise _MisfitError(f'"{text}" is no number') from None
    if number.is_finite() and number == number.to_integral_value() and abs(number) < 2**63:
        return int(number)
    if number.is_finite() and number in (Number(repr(float(number))), Number(float(number))):
        return float(number)
    raise _MisfitError(f'"{text}" has more digits than SQLite can compare')


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        raise _MisfitError(f'"{text}" is not hexadecimal') from None


def _converted(logical: LogicalType, text: str) -> str:
    convert = conversion(logical, lenient=False)
    assert convert is not None
    try:
        return convert(text)
    except RefusedError as refused:
        raise _MisfitError(f'"{text}" {refused.reason}') from refused
