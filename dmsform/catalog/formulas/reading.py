"""Reads an expression of an engine's SQL into a formula; what is not known to mean the same everywhere is not read.

sqlglot parses the text; here is the list of what is understood of its tree, everything else is refused. Providers call
`read` with sqlglot's name of their dialect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.formulas.casts import literal_as, loses_nothing
from dmsform.catalog.formulas.kinds import Kind, Types, comparable, kind_of

_OPERATORS: dict[type[Any], f.Operator] = {
    exp.EQ: f.Operator.EQUAL,
    exp.NEQ: f.Operator.NOT_EQUAL,
    exp.LT: f.Operator.LESS,
    exp.LTE: f.Operator.LESS_OR_EQUAL,
    exp.GT: f.Operator.GREATER,
    exp.GTE: f.Operator.GREATER_OR_EQUAL,
}
_ARITHMETIC: dict[type[Any], f.Operator] = {
    exp.Add: f.Operator.PLUS,
    exp.Sub: f.Operator.MINUS,
    exp.Mul: f.Operator.TIMES,
}
_FUNCTIONS: dict[type[Any], f.Function] = {
    exp.Lower: f.Function.LOWER,
    exp.Upper: f.Function.UPPER,
}
_NOW = frozenset({"now", "localtime", "localtimestamp"})
_INTRODUCERS = frozenset({"_utf8mb4", "_utf8mb3", "_utf8", "_ascii"})
_DIGITS = {"postgres": "6", "mysql": "0", "sqlite": "0"}
"""How many digits of a second the dialect's CURRENT_TIMESTAMP has by itself."""


class _NotUnderstoodError(Exception):
    """The expression, or a part of it, is none of the formulas."""


def read(sql: str, dialect: str, types: Types) -> f.Formula | None:
    """The expression as a formula, None where it is not understood.

    dialect -- sqlglot's name of it (`postgres`, `mysql`, `sqlite`); types -- the logical types of the table's columns;
    in SQLite their names are found in any case.
    """
    try:
        return _Reader(dialect, types).formula(parse_one(sql, dialect=dialect))
    except (SqlglotError, _NotUnderstoodError, RecursionError):
        return None


class _Reader:
    def __init__(self, dialect: str, types: Types) -> None:
        self.dialect = dialect
        self.types = types

    def formula(self, node: Any) -> f.Formula:  # noqa: C901  one plain case per kind of node
        """The formula of a node. Raises _NotUnderstoodError."""
        match node:
            case exp.Paren():
                return self.formula(node.this)
            case exp.Column() | exp.Boolean() | exp.Null() | exp.Literal() | exp.HexString() | exp.BitString():
                return self._leaf(node)
            case exp.ByteString() if self.dialect == "postgres":
                return f.String(node.this)
            case exp.Introducer() if node.name.lower() in _INTRODUCERS:
                return self.formula(node.expression)
            case exp.Cast() if not isinstance(node, exp.TryCast):
                return self._cast(node)
            case exp.Neg():
                return _negative(self._number(node.this))
            case exp.And() | exp.Or():
                return self._connected(node)
            case exp.Not():
                return _not(self._condition(node.this))
            case exp.Is() if isinstance(node.expression, exp.Null):
                return f.IsNull(self.formula(node.this), bool(node.args.get("negate")))
            case exp.Between():
                return self._between(node)
            case exp.In():
                return self._in(node.this, node.expressions)
            case exp.Like():
                return self._like(node)
            case exp.DPipe():
                return f.Binary(f.Operator.CONCAT, self._text(node.this), self._text(node.expression))
            case exp.Binary() if type(node) in _OPERATORS:
                return self._comparison(node)
            case exp.Binary() if type(node) in _ARITHMETIC:
                return f.Binary(_ARITHMETIC[type(node)], self._number(node.this), self._number(node.expression))
            case exp.Func():
                return self._call(node)
            case _:
                raise _NotUnderstoodError

    def _leaf(self, node: Any) -> f.Formula:
        match node:
            case exp.Column() if not node.table:
                return f.ColumnRef(self._column(node.name))
            case exp.Boolean():
                return f.Truth(bool(node.this))
            case exp.Null():
                return f.Null()
            case exp.Literal():
                return f.String(node.this) if node.is_string else f.Number(node.this)
            case exp.HexString():
                return f.Octets(node.this.lower())
            case exp.BitString():
                return f.BitString(node.this)
            case _:
                raise _NotUnderstoodError

    def _column(self, name: str) -> str:
        if name in self.types:
            return name
        found = [known for known in self.types if known.lower() == name.lower()] if self.dialect != "postgres" else []
        if len(found) != 1:
            raise _NotUnderstoodError
        return found[0]

    def _cast(self, node: exp.Cast) -> f.Formula:
        """A cast that PostgreSQL's catalogue shows around operands; one that may change the value is not understood."""
        inner = self.formula(node.this)
        to = node.to.this
        if isinstance(inner, f.String | f.Number) and (literal := literal_as(inner, node.to)) is not None:
            return literal
        if isinstance(inner, f.BitString) and to is exp.DataType.Type.BIT and not node.to.expressions:
            return inner
        if node.to.expressions:
            raise _NotUnderstoodError
        if isinstance(inner, f.ColumnRef) and loses_nothing(self.types[inner.name], to):
            return inner
        if kind_of(inner, self.types) is Kind.TEXT and to in exp.DataType.TEXT_TYPES:
            return inner
        raise _NotUnderstoodError

    def _condition(self, node: Any) -> f.Formula:
        """A condition; a number, where MySQL and SQLite take one for a condition, is held against zero."""
        inner = self.formula(node)
        match kind_of(inner, self.types):
            case Kind.TRUTH | Kind.NULL:
                return inner
            case Kind.NUMBER:
                return f.Binary(f.Operator.NOT_EQUAL, inner, f.Number("0"))
            case _:
                raise _NotUnderstoodError

    def _connected(self, node: exp.Connector) -> f.Formula:
        connective = f.Connective.AND if isinstance(node, exp.And) else f.Connective.OR
        return f.Connected(connective, tuple(self._condition(each) for each in node.flatten()))

    def _between(self, node: exp.Between) -> f.Formula:
        operand, low, high = (self.formula(node.args[name]) for name in ("this", "low", "high"))
        self._compare(operand, low)
        self._compare(operand, high)
        return f.Between(operand, low, high)

    def _in(self, node: Any, options: Sequence[Any], *, negated: bool = False) -> f.Formula:
        operand = self.formula(node)
        found = tuple(self._as_truth(operand, self.formula(option)) for option in options)
        if not found:
            raise _NotUnderstoodError
        for option in found:
            self._compare(operand, option)
        return f.In(operand, found, negated)

    def _comparison(self, node: Any) -> f.Formula:
        if (options := _options_of(node)) is not None:
            return self._in(node.this, options, negated=isinstance(node, exp.NEQ))
        left, right = self.formula(node.this), self.formula(node.expression)
        right = self._as_truth(left, right)
        self._compare(left, right)
        return f.Binary(_OPERATORS[type(node)], left, right)

    def _as_truth(self, left: f.Formula, right: f.Formula) -> f.Formula:
        """0 and 1, held against what is true or false, are FALSE and TRUE."""
        if kind_of(left, self.types) is Kind.TRUTH and isinstance(right, f.Number) and right.text in ("0", "1"):
            return f.Truth(right.text == "1")
        return right

    def _compare(self, left: f.Formula, right: f.Formula) -> None:
        if not comparable(kind_of(left, self.types), kind_of(right, self.types)):
            raise _NotUnderstoodError

    def _like(self, node: exp.Like) -> f.Formula:
        operand, pattern = self._text(node.this), self._text(node.expression)
        # SQLite's LIKE has no escape and does not tell ASCII's letter case.
        if self.dialect == "sqlite" and not (
            isinstance(pattern, f.String) and not any((c.isascii() and c.isalpha()) or c == "\\" for c in pattern.text)
        ):
            raise _NotUnderstoodError
        return f.Like(operand, pattern, bool(node.args.get("negate")))

    def _number(self, node: Any) -> f.Formula:
        inner = self.formula(node)
        if kind_of(inner, self.types) is not Kind.NUMBER:
            raise _NotUnderstoodError
        return inner

    def _text(self, node: Any) -> f.Formula:
        inner = self.formula(node)
        if kind_of(inner, self.types) not in (Kind.TEXT, Kind.LITERAL):
            raise _NotUnderstoodError
        return inner

    def _call(self, node: exp.Func) -> f.Formula:
        arguments = [a for a in (node.this, *node.expressions) if a is not None and not isinstance(a, str)]
        match node:
            case exp.CurrentTimestamp() | exp.Localtimestamp() | exp.Localtime():
                return self._now(arguments)
            case exp.Anonymous():
                return self._anonymous(node.name.lower(), node.expressions)
            case exp.CurrentDate() if not arguments:
                return f.Call(f.Function.TODAY)
            case exp.Uuid() if not arguments:
                return f.Call(f.Function.NEW_UUID)
            case exp.Length():
                return self._length(node)
            case exp.Trim() if node.expression is None and not node.args.get("position"):
                return f.Call(f.Function.TRIM, (self._text(node.this),))
            case exp.Concat() if not node.args.get("coalesce"):
                return f.Call(f.Function.CONCAT, tuple(self._text(each) for each in node.expressions))
            case exp.Lower() | exp.Upper():
                return f.Call(_FUNCTIONS[type(node)], (self._text(node.this),))
            case exp.Abs():
                return f.Call(f.Function.ABS, (self._number(node.this),))
            case exp.Coalesce():
                return f.Call(f.Function.COALESCE, tuple(self.formula(each) for each in arguments))
            case _:
                raise _NotUnderstoodError

    def _now(self, arguments: Sequence[Any]) -> f.Formula:
        digits = f.Number(_DIGITS[self.dialect])
        if arguments:
            (given,) = (self.formula(each) for each in arguments)
            if not isinstance(given, f.Number):
                raise _NotUnderstoodError
            digits = given
        return f.Call(f.Function.NOW, (digits,))

    def _anonymous(self, name: str, arguments: Sequence[Any]) -> f.Formula:
        if name in _NOW and self.dialect == "mysql":
            return self._now(arguments)
        if name == "octet_length" and len(arguments) == 1:
            return f.Call(f.Function.OCTET_LENGTH, (self.formula(arguments[0]),))
        raise _NotUnderstoodError

    def _length(self, node: exp.Length) -> f.Formula:
        if node.args.get("binary"):
            return f.Call(f.Function.OCTET_LENGTH, (self.formula(node.this),))
        return f.Call(f.Function.CHAR_LENGTH, (self._text(node.this),))


def _negative(formula: f.Formula) -> f.Formula:
    if isinstance(formula, f.Number) and not formula.text.startswith("-"):
        return f.Number(f"-{formula.text}")
    return f.Negative(formula)


def _not(formula: f.Formula) -> f.Formula:
    """The opposite; of what has one of its own, that."""
    match formula:
        case f.IsNull(operand, negated):
            return f.IsNull(operand, not negated)
        case f.In(operand, options, negated):
            return f.In(operand, options, not negated)
        case f.Between(operand, low, high, negated):
            return f.Between(operand, low, high, not negated)
        case f.Like(operand, pattern, negated):
            return f.Like(operand, pattern, not negated)
        case _:
            return f.Not(formula)


def _options_of(node: Any) -> Sequence[Any] | None:
    """The options of `= ANY (ARRAY[...])` and `<> ALL (ARRAY[...])`, as PostgreSQL prints IN; None where it is none."""
    right = node.expression
    if isinstance(node, exp.EQ) and isinstance(right, exp.Any):
        found = right.this
    elif isinstance(node, exp.NEQ) and isinstance(right, exp.Anonymous) and right.name.upper() == "ALL":
        (found,) = right.expressions
    else:
        return None
    while isinstance(found, exp.Paren | exp.Cast):
        found = found.this
    return list(found.expressions) if isinstance(found, exp.Array) else None
