"""SQLite's functions, and AWS DMS's own two, as SQL of PostgreSQL. Sources: https://sqlite.org/lang_corefunc.html,
AWS DMS user guide, "Using SQLite functions to build expressions".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeAlias

from dmsform.catalog.expressions.functions import replacement_characters
from dmsform.catalog.expressions.syntax import Call, Expression, IntegerLiteral, TextLiteral, Unary, UnaryOperator
from dmsform_postgresql.expression_operators import compared, lowered, uppered
from dmsform_postgresql.expression_values import (
    Kind,
    NotRenderableError,
    Value,
    as_integer,
    as_number,
    as_text,
    once,
    unified,
)
from dmsform_postgresql.quoting import literal

Function: TypeAlias = Callable[[Sequence[Expression], Sequence[Value]], Value]

VOLATILE = frozenset({"random", "randomblob"})
"""Functions whose every call gives another value: their result must not be needed twice."""

_NO_FRACTION = 4503599627370496  # 2^52: from here on doubles are whole
_MOST_DIGITS = 30
_MOST_RANDOM_BYTES = 1024
_HASH_BYTES = 32


def called(call: Call, arguments: Sequence[Value]) -> Value:
    """A function with its rendered arguments."""
    return _FUNCTIONS[call.function](call.arguments, arguments)


def integer_literal(expression: Expression) -> int | None:
    """The number, if the expression is a whole number written out."""
    match expression:
        case IntegerLiteral(value):
            return value
        case Unary(UnaryOperator.MINUS, IntegerLiteral(value)):
            return -value
        case _:
            return None


def _text(sql: str) -> Value:
    return Value(sql, Kind.TEXT)


def _argument(values: Sequence[Value], at: int, function: str) -> str:
    return as_text(values[at], f"argument {at + 1} of {function}")


def _cased(fold: Callable[[str], str], name: str) -> Function:
    return lambda _written, values: _text(fold(_argument(values, 0, name)))


def _trimmed(postgresql: str, name: str) -> Function:
    def render(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
        return _text(f"{postgresql}({', '.join(_argument(values, at, name) for at in range(len(values)))})")

    return render


def _replace(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    def replaced(text: str, old: str, new: str) -> str:
        # With nothing to look for, SQLite does not look at the replacement, not even whether it is NULL.
        return f"(CASE WHEN {old} = '' THEN {text} ELSE replace({text}, {old}, {new}) END)"

    return _text(once([_argument(values, at, "replace") for at in range(3)], replaced))


def _substr(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    """PostgreSQL's substring cuts a window at the text's ends just as SQLite does; only the window's start differs.

    A negative start counts from the end; a negative length means the characters before the start.
    """
    text = _argument(values, 0, "substr")
    numbers = [f"({as_integer(values[at], f'argument {at + 1} of substr')}::int)" for at in range(1, len(values))]

    def window(text: str, start: str, length: str | None = None) -> str:
        begin = f"(CASE WHEN {start} < 0 THEN char_length({text}) + {start} + 1 ELSE {start} END)"
        if length is None:
            return f"substring({text} from {begin})"
        before = f"(CASE WHEN {length} < 0 THEN {length} ELSE 0 END)"
        return f"substring({text} from {begin} + {before} for abs({length}))"

    return _text(once([text, *numbers], window))


def _replace_chars(written: Sequence[Expression], values: Sequence[Value]) -> Value:
    characters, replacements = written[1], written[2]
    if not isinstance(characters, TextLiteral) or not isinstance(replacements, TextLiteral):
        raise NotRenderableError(
            "replaceChars takes its characters from a value, not from a string written in the expression",
            "Write arguments 2 and 3 of replaceChars as strings.",
        )
    targets = replacement_characters(characters.value, replacements.value)
    text = _argument(values, 0, "replaceChars")
    return _text(f"translate({text}, {literal(characters.value)}, {literal(targets)})")


def _bytes(value: Value, where: str) -> str:
    return value.sql if value.kind is Kind.BLOB else f"convert_to({as_text(value, where)}, 'UTF8')"


def _hex(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    return _text(f"coalesce(upper(encode({_bytes(values[0], 'the argument of hex')}, 'hex')), '')")


def _hash_sha256(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    return _text(f"encode(sha256({_bytes(values[0], 'the argument of hash_sha256')}), 'hex')")


def _zeroblob(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    size = as_integer(values[0], "the argument of zeroblob")
    return Value(f"decode(repeat('00', greatest({size}, 0)::int), 'hex')", Kind.BLOB)


def _randomblob(written: Sequence[Expression], _values: Sequence[Value]) -> Value:
    size = integer_literal(written[0])
    if size is None or size > _MOST_RANDOM_BYTES:
        raise NotRenderableError(
            "randomblob needs a size that is written in the expression",
            f"Give a number of bytes up to {_MOST_RANDOM_BYTES}.",
        )
    size = max(size, 1)
    parts = ["sha256(convert_to(random()::text, 'UTF8'))"] * -(-size // _HASH_BYTES)
    return Value(f"substring({' || '.join(parts)} from 1 for {size})", Kind.BLOB)


def _random(_written: Sequence[Expression], _values: Sequence[Value]) -> Value:
    # Two draws: one has 52 bits of chance.
    return Value("(('x' || left(md5(random()::text || random()::text), 16))::bit(64)::bigint)", Kind.INTEGER)


def _abs(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    number = as_number(values[0], "the argument of abs")
    return Value(f"abs({number.sql})", number.kind, number.small, number.mixed)


def _round(written: Sequence[Expression], values: Sequence[Value]) -> Value:
    number = as_number(values[0], "argument 1 of round")
    digits = integer_literal(written[1]) if len(written) == 2 else 0
    if digits is None:
        raise NotRenderableError("round takes its digits from a value", "Write the number of digits as a number.")
    digits = min(max(digits, 0), _MOST_DIGITS)
    match number.kind:
        case Kind.DECIMAL:
            return Value(f"round({number.sql}, {digits})", Kind.DECIMAL)
        case Kind.INTEGER:
            return Value(f"({number.sql}::float8)", Kind.REAL)
        case _ if digits:
            raise NotRenderableError(
                "round to digits of a floating-point number depends on SQLite's version",
                "Round a decimal column, or round to whole numbers.",
            )
        case _:
            return Value(once((number.sql,), _rounded), Kind.REAL)


def _rounded(x: str) -> str:
    """Half away from zero, by adding a half as a double; + 0 makes 0 of -0."""
    whole = f"trunc({x} + CASE WHEN {x} < 0 THEN -0.5 ELSE 0.5 END) + 0"
    return f"(CASE WHEN abs({x}) > {_NO_FRACTION} THEN {x} ELSE {whole} END)"


def _extreme(postgresql: str, name: str) -> Function:
    def render(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
        terms, common = unified(values, f"the arguments of {name}")
        if common.kind is Kind.NULL or any(value.kind is Kind.NULL for value in values):
            return Value("NULL", Kind.NULL)
        if common.kind is Kind.TEXT:
            terms = [f'{term} COLLATE "C"' for term in terms]

        def chosen(*bound: str) -> str:
            missing = " OR ".join(f"{term} IS NULL" for term in bound)
            return f"(CASE WHEN {missing} THEN NULL ELSE {postgresql}({', '.join(bound)}) END)"

        return Value(once(terms, chosen), common.kind, common.small, common.mixed)

    return render


def _coalesce(name: str) -> Function:
    def render(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
        terms, common = unified(values, f"the arguments of {name}")
        return Value(f"coalesce({', '.join(terms)})", common.kind, common.small, common.mixed)

    return render


def _nullif(_written: Sequence[Expression], values: Sequence[Value]) -> Value:
    value, other = values
    if value.kind is Kind.NULL:
        return value

    def unless_same(bound: str) -> str:
        same = compared("=", dataclasses.replace(value, sql=bound, decimal=None), other).sql
        return f"(CASE WHEN {same} THEN NULL ELSE {bound} END)"

    return Value(once((value.sql,), unless_same), value.kind, value.small, value.mixed)


_FUNCTIONS: dict[str, Function] = {
    "lower": _cased(lowered, "lower"),
    "upper": _cased(uppered, "upper"),
    "ltrim": _trimmed("ltrim", "ltrim"),
    "rtrim": _trimmed("rtrim", "rtrim"),
    "trim": _trimmed("btrim", "trim"),
    "replace": _replace,
    "substr": _substr,
    "replacechars": _replace_chars,
    "hex": _hex,
    "hash_sha256": _hash_sha256,
    "zeroblob": _zeroblob,
    "randomblob": _randomblob,
    "random": _random,
    "abs": _abs,
    "round": _round,
    "max": _extreme("greatest", "max"),
    "min": _extreme("least", "min"),
    "coalesce": _coalesce("coalesce"),
    "ifnull": _coalesce("ifnull"),
    "nullif": _nullif,
}
