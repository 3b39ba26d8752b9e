"""Renders an added column's expression, which has SQLite's syntax and meaning, to SQL of MySQL and MariaDB.

What not both servers can compute with exactly SQLite's result is refused before anything runs, naming the part. How
their types enter: BIT(1) as 0 and 1, decimals as exact decimals, dates and times as their canonical text (timestamps in
UTC), enumerations as their labels. A part that becomes longer than max_allowed_packet is an error, never NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal as Number
from math import isfinite
from typing import assert_never

from dmsform.catalog import codes
from dmsform.catalog import types as t
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.syntax import (
    Between,
    Binary,
    BinaryOperator,
    BlobLiteral,
    Call,
    Case,
    Expression,
    InList,
    IntegerLiteral,
    Like,
    Literal,
    Name,
    NullLiteral,
    RealLiteral,
    TextLiteral,
    Unary,
)
from dmsform.catalog.mapping import Computed
from dmsform.catalog.model import Column
from dmsform.diagnostics import DiagnosticError, shortened
from dmsform_mysql.expression_columns import column_value
from dmsform_mysql.expression_conversions import NULL, as_condition, fits_decimal, unified
from dmsform_mysql.expression_dates import dated
from dmsform_mysql.expression_functions import called
from dmsform_mysql.expression_operators import binary, compared, liked, unary
from dmsform_mysql.expression_results import as_type
from dmsform_mysql.expression_values import (
    CHANCE,
    Digits,
    Kind,
    NotRenderableError,
    Value,
    refuse,
    text_of,
    unrepeated,
)
from dmsform_mysql.quoting import literal

_DATES = frozenset({"date", "time", "datetime", "julianday", "strftime"})
_LARGEST_SMALL = 2**53
_MOST_DIGITS = 15  # a decimal of so many digits and the double next to it determine each other
_LONGEST = 100_000
"""Characters of SQL: a server's subqueries do not see the row, so that parts which are used twice stand there twice."""


def render(computed: Computed, logical: t.LogicalType | None = None) -> str:
    """SQL of the text that the expression has in a row of the source table; NULL where it is NULL.

    logical -- the target column's type, whose canonical text it is.
    Raises DiagnosticError (DMS323) for what cannot be computed exactly.
    """
    try:
        value = typed(computed)
        if CHANCE in value.absent:
            # Whether the value is NULL is asked apart from the value.
            refuse("chance decides whether the result is NULL", "Give another value in the place of NULL.")
        return as_type(value, logical)
    except ExpressionError as error:
        raise DiagnosticError(error.code.error(error.detail, error.remedy)) from error
    except NotRenderableError as error:
        raise DiagnosticError(
            codes.EXPRESSION_NOT_RENDERABLE.error(
                f"MySQL and MariaDB cannot compute {shortened(computed.expression)} exactly as SQLite's syntax means "
                f"it: {error.detail}.",
                error.remedy,
            )
        ) from error


def typed(computed: Computed) -> Value:
    """The expression's value with its kind. Raises NotRenderableError, ExpressionError."""
    return _Renderer(computed.columns).value(parse(computed.expression))


class _Renderer:
    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = {column.name: column for column in columns}

    def value(self, expression: Expression) -> Value:
        value = self._value(expression)
        if len(value.sql) + len(value.absent) > _LONGEST:
            refuse(
                f"its SQL would be longer than {_LONGEST} characters, as parts that are needed several times stand "
                "there several times",
                "Split it into several added columns.",
            )
        return value

    def _value(self, expression: Expression) -> Value:
        match expression:
            case NullLiteral() | IntegerLiteral() | RealLiteral() | TextLiteral() | BlobLiteral():
                return _literal(expression)
            case Name(name):
                return column_value(self._columns[name])
            case Unary(operator, operand):
                return unary(operator, self.value(operand))
            case Binary(operator, left, right):
                return binary(operator, self.value(left), self.value(right))
            case Between() | InList() | Like():
                return self._test(expression)
            case Case():
                return self._case(expression)
            case Call():
                return self._call(expression)
            case _:
                assert_never(expression)

    def _test(self, test: Between | InList | Like) -> Value:
        operand = self.value(test.operand)
        if isinstance(test, Like):
            return liked(operand, self.value(test.pattern), negated=test.negated)
        unrepeated("BETWEEN and IN", operand.sql)
        if isinstance(test, Between):
            sides = (compared(">=", operand, self.value(test.low)), compared("<=", operand, self.value(test.high)))
            sql = binary(BinaryOperator.AND, *sides).sql
        else:
            sql = f"({' OR '.join(compared('=', operand, self.value(item)).sql for item in test.items)})"
        return Value(f"(NOT {sql})" if test.negated else sql, Kind.LOGICAL)

    def _case(self, case: Case) -> Value:
        tests = [self.value(condition) for condition, _ in case.branches]
        results = [self.value(result) for _, result in case.branches]
        results.append(NULL if case.otherwise is None else self.value(case.otherwise))
        terms, common = unified(results, "the results of CASE")
        if case.operand is None:
            conditions = [as_condition(test, "a condition of CASE") for test in tests]
        else:
            subject = self.value(case.operand)
            unrepeated("CASE", subject.sql)
            conditions = [compared("=", subject, test) for test in tests]
        branches = " ".join(f"WHEN {c.sql} THEN {term.sql}" for c, term in zip(conditions, terms, strict=False))
        never = "" if not any(result.absent for result in results) else None
        return replace(common, sql=f"(CASE {branches} ELSE {terms[-1].sql} END)", missing=never)

    def _call(self, call: Call) -> Value:
        if call.function in _DATES:
            time_value = 1 if call.function == "strftime" else 0
            # A date column enters as itself, not as its text: only other time values are rendered.
            values = [
                NULL if isinstance(each, Name) and at == time_value and self._is_date(each) else self.value(each)
                for at, each in enumerate(call.arguments)
            ]
            return dated(call.function, call.arguments, values, self._columns)
        return called(call, [self.value(argument) for argument in call.arguments])

    def _is_date(self, name: Name) -> bool:
        return isinstance(self._columns[name.name].type, t.Date | t.Timestamp)


def _literal(expression: Literal) -> Value:
    match expression:
        case NullLiteral():
            return NULL
        case IntegerLiteral(number):
            digits = Digits(len(str(number)))
            small = number <= _LARGEST_SMALL
            return Value(str(number), Kind.INTEGER, small, number=Number(number), digits=digits, missing="")
        case TextLiteral(text):
            return text_of(literal(text), "", text)
        case BlobLiteral(data):
            return Value(f"x'{data.hex()}'", Kind.BLOB, missing="")
        case RealLiteral(text):
            return _real(text)
        case _:
            assert_never(expression)


def _real(text: str) -> Value:
    mantissa = text.lower().partition("e")[0].replace(".", "").strip("0")
    number = float(text)
    if len(mantissa) > _MOST_DIGITS or not isfinite(number) or (mantissa and not 1e-300 < number < 1e300):
        raise NotRenderableError(
            f"the number {text} is not held exactly by a double", f"Write at most {_MOST_DIGITS} digits."
        )
    digits = repr(number)
    exact = Number(text) if number < _LARGEST_SMALL and fits_decimal(Number(text)) else None
    return Value(digits if "e" in digits else f"{digits}e0", Kind.REAL, number=exact, missing="")
