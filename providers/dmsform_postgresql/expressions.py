"""Renders an added column's expression, which has SQLite's syntax and meaning, to SQL of PostgreSQL.

What PostgreSQL cannot compute with exactly SQLite's result is refused before anything runs, naming the part. How
PostgreSQL's types enter: booleans as 0 and 1, decimals as exact decimals, dates and times as their canonical text
(timestamps with time zone in UTC), floats as doubles with NULL for NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    rewrite,
)
from dmsform.catalog.mapping import Computed
from dmsform.catalog.model import Column
from dmsform.diagnostics import DiagnosticError
from dmsform_postgresql.expression_dates import dated
from dmsform_postgresql.expression_functions import VOLATILE, called
from dmsform_postgresql.expression_operators import binary, compared, liked, unary
from dmsform_postgresql.expression_values import (
    Kind,
    NotRenderableError,
    Value,
    as_condition,
    as_number,
    as_text,
    column_value,
    once,
    unified,
)
from dmsform_postgresql.quoting import literal

_DATES = frozenset({"date", "time", "datetime", "julianday", "strftime"})
_USED_ONCE = frozenset({"coalesce", "ifnull", "abs", "lower", "upper", "hex", "hash_sha256", "trim", "ltrim", "rtrim"})
_LARGEST_SMALL = 2**53
_MOST_DIGITS = 15  # a decimal of so many digits and the double next to it determine each other


def render(computed: Computed, logical: t.LogicalType | None = None) -> str:
    """SQL that computes the expression for a row of the source table.

    logical -- the target column's type, so that the result comes in a form that its canonical text can have; without
    it the result has PostgreSQL's type for its storage class: bigint, double precision, numeric, text or bytea.
    Raises DiagnosticError (DMS323) for what cannot be computed exactly.
    """
    try:
        value = _Renderer(computed.columns).value(parse(computed.expression))
        return _as_type(value, logical)
    except ExpressionError as error:
        raise DiagnosticError(error.code.error(error.detail, error.remedy)) from error
    except NotRenderableError as error:
        raise DiagnosticError(
            codes.EXPRESSION_NOT_RENDERABLE.error(
                f"PostgreSQL cannot compute {computed.expression} exactly as SQLite's syntax means it: {error.detail}.",
                error.remedy,
            )
        ) from error


def _as_type(value: Value, logical: t.LogicalType | None) -> str:
    """The result as a target column of the type takes it."""
    where = "the result"
    match logical, value.kind:
        case t.Boolean(), Kind.LOGICAL | Kind.INTEGER:
            return as_condition(value, where)
        case ((t.Integer() | t.Decimal()), Kind.REAL):
            # Through its text: a direct cast keeps 15 digits only.
            return f"trim_scale({value.sql}::text::numeric)"
        case t.Integer(), Kind.DECIMAL:
            return f"trim_scale({value.sql})"
        case t.Text(), _:
            return as_text(value, where)
        case t.Binary(), Kind.TEXT:
            return f"convert_to({value.sql}, 'UTF8')"
        case _, Kind.NULL:
            return "(NULL::text)"
        case _, Kind.LOGICAL:
            return as_number(value, where).sql
        case _:
            return value.sql


class _Renderer:
    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = {column.name: column for column in columns}

    def value(self, expression: Expression) -> Value:
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
        _refuse_chance(test.operand)
        others = [self.value(part) for part in ((test.low, test.high) if isinstance(test, Between) else test.items)]

        def condition(bound: str) -> str:
            subject = replace(operand, sql=bound)
            if isinstance(test, Between):
                sides = compared(">=", subject, others[0]), compared("<=", subject, others[1])
                return binary(BinaryOperator.AND, *sides).sql
            return f"({' OR '.join(compared('=', subject, item).sql for item in others)})"

        sql = once((operand.sql,), condition)
        return Value(f"(NOT {sql})" if test.negated else sql, Kind.LOGICAL)

    def _case(self, case: Case) -> Value:
        tests = [self.value(condition) for condition, _ in case.branches]
        results = [self.value(result) for _, result in case.branches]
        results.append(Value("NULL", Kind.NULL) if case.otherwise is None else self.value(case.otherwise))
        terms, common = unified(results, "the results of CASE")

        def choice(conditions: Sequence[str]) -> str:
            branches = " ".join(f"WHEN {c} THEN {term}" for c, term in zip(conditions, terms, strict=False))
            return f"(CASE {branches} ELSE {terms[-1]} END)"

        if case.operand is None:
            sql = choice([as_condition(test, "a condition of CASE") for test in tests])
        else:
            _refuse_chance(case.operand)
            subject = self.value(case.operand)
            sql = once(
                (subject.sql,),
                lambda bound: choice([compared("=", replace(subject, sql=bound), test).sql for test in tests]),
            )
        return Value(sql, common.kind, common.small, common.mixed)

    def _call(self, call: Call) -> Value:
        if call.function not in _USED_ONCE:
            for argument in call.arguments:
                _refuse_chance(argument)
        if call.function in _DATES:
            time_value = 1 if call.function == "strftime" else 0
            # A date column enters as itself, not as its text: only other time values are rendered.
            values = [
                Value("", Kind.NULL)
                if isinstance(each, Name) and at == time_value and self._is_text(each)
                else self.value(each)
                for at, each in enumerate(call.arguments)
            ]
            return dated(call.function, call.arguments, values, self._columns)
        return called(call, [self.value(argument) for argument in call.arguments])

    def _is_text(self, name: Name) -> bool:
        return isinstance(self._columns[name.name].type, t.Date | t.Timestamp)


def _refuse_chance(expression: Expression) -> None:
    """Refuse a random part where its value is needed more than once: each use would be another value."""

    def check(part: Expression) -> Expression:
        if isinstance(part, Call) and part.function in VOLATILE:
            raise NotRenderableError(
                f"{part.function} stands where its value is needed more than once",
                f"Use {part.function} on its own, in arithmetic, || or abs().",
            )
        return part

    rewrite(expression, check)


def _literal(expression: Literal) -> Value:
    match expression:
        case NullLiteral():
            return Value("NULL", Kind.NULL)
        case IntegerLiteral(number):
            return Value(f"({number}::bigint)", Kind.INTEGER, small=number <= _LARGEST_SMALL)
        case TextLiteral(text):
            if "\0" in text:
                raise NotRenderableError("a string holds the character U+0000", "Leave the character out.")
            return Value(f"({literal(text)}::text)", Kind.TEXT)
        case BlobLiteral(data):
            return Value(f"('\\x{data.hex()}'::bytea)", Kind.BLOB)
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
    exact = f"('{text}'::numeric)" if number < _LARGEST_SMALL else None
    return Value(f"('{text}'::float8)", Kind.REAL, decimal=exact)
