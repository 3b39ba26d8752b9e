"""Formulas as PostgreSQL's expressions. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.formulas.kinds import Kind, Types, kind_of
from dmsform.catalog.types import Enumeration, Geometry, Json, Native
from dmsform_postgresql.enumerations import why_text
from dmsform_postgresql.quoting import identifier, literal
from dmsform_postgresql.types import ENGINE

_FUNCTIONS = {
    f.Function.LOWER: "lower",
    f.Function.UPPER: "upper",
    f.Function.TRIM: "btrim",
    f.Function.CHAR_LENGTH: "char_length",
    f.Function.OCTET_LENGTH: "octet_length",
    f.Function.ABS: "abs",
    f.Function.COALESCE: "coalesce",
}
_ORDERING = frozenset({f.Operator.LESS, f.Operator.LESS_OR_EQUAL, f.Operator.GREATER, f.Operator.GREATER_OR_EQUAL})


class NotWritableError(Exception):
    """PostgreSQL has no such expression; the text says why."""


def written(formula: f.Formula, types: Types) -> str:  # noqa: C901  one plain case per formula
    """The formula as SQL. types -- of the columns, by name. Raises NotWritableError."""
    match formula:
        case f.Null():
            return "NULL"
        case f.Truth(value):
            return "true" if value else "false"
        case f.Number(text):
            return text
        case f.String(text):
            return _text(text)
        case f.Octets(digits):
            return rf"'\x{digits}'::bytea"
        case f.BitString(bits):
            return f"B'{bits}'"
        case f.ColumnRef(name):
            return _column(name, types)
        case f.Binary():
            return _binary(formula, types)
        case f.Connected(connective, operands):
            return f"({f' {connective} '.join(written(each, types) for each in operands)})"
        case f.Not(operand):
            return f"(NOT {written(operand, types)})"
        case f.Negative(operand):
            return f"(- {written(operand, types)})"
        case f.IsNull(operand, negated):
            return f"({written(operand, types)} IS {'NOT ' if negated else ''}NULL)"
        case f.Between(operand, low, high, negated):
            _refuse_order(operand, types)
            return (
                f"({written(operand, types)} {'NOT ' if negated else ''}BETWEEN {written(low, types)} "
                f"AND {written(high, types)})"
            )
        case f.In(operand, options, negated):
            _refuse_foreign_labels(operand, options, types)
            listed = ", ".join(written(option, types) for option in options)
            return f"({written(operand, types)} {'NOT ' if negated else ''}IN ({listed}))"
        case f.Like(operand, pattern, negated):
            return f"({_as_text(operand, types)} {'NOT ' if negated else ''}LIKE {_as_text(pattern, types)})"
        case f.Call():
            return _call(formula, types)
        case _:
            assert_never(formula)


def _text(text: str) -> str:
    if "\0" in text:
        raise NotWritableError("PostgreSQL's texts hold no U+0000")
    return literal(text)


def _column(name: str, types: Types) -> str:
    logical = types.get(name)
    if isinstance(logical, Json | Geometry) or (isinstance(logical, Native) and logical.engine != ENGINE):
        raise NotWritableError(f"values like those of column {name} are not compared in PostgreSQL")
    return identifier(name)


def _binary(formula: f.Binary, types: Types) -> str:
    left, right = formula.left, formula.right
    if formula.operator in _ORDERING:
        _refuse_order(left, types)
        _refuse_order(right, types)
    _refuse_foreign_labels(left, (right,), types)
    _refuse_foreign_labels(right, (left,), types)
    if formula.operator is f.Operator.CONCAT:
        return f"({_as_text(left, types)} || {_as_text(right, types)})"
    return f"({written(left, types)} {formula.operator.value} {written(right, types)})"


def _enumeration(formula: f.Formula, types: Types) -> Enumeration | None:
    """The type of the target's column, where it is an enumeration there."""
    logical = types.get(formula.name) if isinstance(formula, f.ColumnRef) else None
    return logical if isinstance(logical, Enumeration) and why_text(logical) is None else None


def _refuse_order(formula: f.Formula, types: Types) -> None:
    if _enumeration(formula, types) is not None:
        raise NotWritableError("PostgreSQL orders an enumeration by its declaration")


def _refuse_foreign_labels(formula: f.Formula, others: Sequence[f.Formula], types: Types) -> None:
    found = _enumeration(formula, types)
    if found is None:
        return
    for other in others:
        if not (isinstance(other, f.Null) or (isinstance(other, f.String) and other.text in found.labels)):
            raise NotWritableError("PostgreSQL compares an enumeration with its labels alone")


def _as_text(formula: f.Formula, types: Types) -> str:
    sql = written(formula, types)
    return f"{sql}::text" if _enumeration(formula, types) is not None else sql


def _call(call: f.Call, types: Types) -> str:
    match call.function:
        case f.Function.NOW:
            return f"CURRENT_TIMESTAMP{digits_of(call)}"
        case f.Function.TODAY:
            return "CURRENT_DATE"
        case f.Function.NEW_UUID:
            return "gen_random_uuid()"
        case f.Function.CONCAT:
            return f"({' || '.join(_as_text(each, types) for each in call.arguments)})"
        case _:
            return f"{_FUNCTIONS[call.function]}({', '.join(_as_text(each, types) for each in call.arguments)})"


def digits_of(call: f.Call) -> str:
    """`(3)`, or nothing where the moment has all six digits of a second."""
    digits = call.arguments[0] if call.arguments else None
    return f"({digits.text})" if isinstance(digits, f.Number) and digits.text != "6" else ""


def condition(formula: f.Formula, types: Types) -> str:
    """The formula as a condition. Raises NotWritableError where it is none."""
    if kind_of(formula, types) is not Kind.TRUTH:
        raise NotWritableError("it is no condition")
    return written(formula, types)
