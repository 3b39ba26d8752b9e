"""The evaluator: from an expression and the values of its names to a value.

It grows by cases: a node of the syntax tree is a case here, a function an entry in a table, a name a matter of `Names`.
Nothing is converted but where a type is asked for; the unknown and the secret spread to what is made from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, assert_never

from dmsform.diagnostics import Code, DiagnosticError
from dmsform.language import codes, iteration, template_values, traversal
from dmsform.language.calling import call
from dmsform.language.convert import ConversionError, convert
from dmsform.language.functions.spec import Surroundings
from dmsform.language.operators import OperandError, binary, operand, unary
from dmsform.language.syntax import (
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    Index,
    Literal,
    ObjectConstructor,
    Parentheses,
    Span,
    Splat,
    Template,
    TupleConstructor,
    Unary,
    Variable,
)
from dmsform.language.types import BOOL, STRING, Type, described, unify
from dmsform.language.values import NULL, Value, boolean, from_plain, make_object, make_tuple, shown, unknown

Bindings = Mapping[str, Value]
"""The values of names bound by `for` and by template variables."""


class Names(Protocol):
    """What the names of a module mean."""

    @property
    def roots(self) -> Collection[str]:
        """The words that references begin with: var, local, endpoint ..."""

    def lookup(self, root: str, name: str, span: Span) -> Value:
        """The value of `root.name`. Raises DiagnosticError when it is not declared."""

    def attribute(self, resource: Value, name: str, span: Span) -> Value:
        """An attribute of a resource."""

    def unbound(self, root: str, span: Span) -> DiagnosticError:
        """The error for a reference that begins with no known word, or with nothing behind it."""

    def origin(self, root: str, name: str) -> str:
        """Where a value came from, in words for messages; empty when that is plain."""


class Evaluator:
    """Evaluates expressions with the names of one module."""

    def __init__(self, names: Names, surroundings: Surroundings) -> None:
        self.names = names
        self.surroundings = surroundings

    def evaluate(self, node: Expression, bindings: Bindings) -> Value:  # noqa: C901 - one case per node
        """The value of an expression. Raises DiagnosticError."""
        match node:
            case Literal(value):
                return from_plain(value) if value is not None else NULL
            case Template():
                return template_values.template(self, node, bindings)
            case Parentheses(inner):
                return self.evaluate(inner, bindings)
            case Variable(name, span):
                if name in bindings:
                    return bindings[name]
                raise self.names.unbound(name, span)
            case GetAttribute():
                return traversal.attribute(self, node, bindings)
            case Index():
                return traversal.index(self, node, bindings)
            case Splat():
                return traversal.splat(self, node, bindings)
            case Call():
                return call(self, node, bindings)
            case Conditional():
                return self._conditional(node, bindings)
            case Binary(operator):
                if operator in ("&&", "||"):
                    return self._logical(node, bindings)
                return self._binary(node, bindings)
            case Unary():
                return self._unary(node, bindings)
            case TupleConstructor(items):
                return make_tuple([self.evaluate(item, bindings) for item in items])
            case ObjectConstructor():
                return self._object(node, bindings)
            case For():
                return iteration.for_expression(self, node, bindings)
            case _:
                assert_never(node)

    def failure(
        self, code: Code, detail: str, remedy: str, span: Span, about: Sequence[Expression], bindings: Bindings
    ) -> DiagnosticError:
        """An error of evaluation that also tells what the names in the given expressions stand for."""
        facts = "".join(f"\n{fact}" for fact in traversal.facts(self, about, bindings))
        return DiagnosticError(code.error(f"{detail}{facts}", remedy, subject=span.range()))

    def _binary(self, node: Binary, bindings: Bindings) -> Value:
        left, right = self.evaluate(node.left, bindings), self.evaluate(node.right, bindings)
        try:
            return binary(node.operator, left, right)
        except OperandError as error:
            side = (node.left, node.right)[error.side] if error.side is not None else node
            raise self._operand_failure(error, node.operator, side, bindings) from None

    def _unary(self, node: Unary, bindings: Bindings) -> Value:
        value = self.evaluate(node.operand, bindings)
        try:
            return unary(node.operator, value)
        except OperandError as error:
            raise self._operand_failure(error, node.operator, node.operand, bindings) from None

    def _operand_failure(
        self, error: OperandError, operator: str, side: Expression, bindings: Bindings
    ) -> DiagnosticError:
        return self.failure(
            codes.INVALID_OPERAND,
            f"Unsuitable value for the operator {operator}: {error.message}.",
            f"Give the operator {operator} values that it works with, or convert them first.",
            side.span,
            [side],
            bindings,
        )

    def _logical(self, node: Binary, bindings: Bindings) -> Value:
        """`&&` and `||`: the right side counts only where the left leaves it open."""
        decides = node.operator == "||"
        left = self._truth(node, node.left, bindings)
        if left.data is decides:
            return left
        right = self._truth(node, node.right, bindings)
        sensitive = left.sensitive or right.sensitive
        if right.data is decides:
            return right.marked(sensitive)
        if left.is_unknown or right.is_unknown:
            return unknown(BOOL, sensitive)
        return boolean(not decides).marked(sensitive)

    def _truth(self, node: Binary, side: Expression, bindings: Bindings) -> Value:
        try:
            return operand(self.evaluate(side, bindings), BOOL, 0)
        except OperandError as error:
            raise self._operand_failure(error, node.operator, side, bindings) from None

    def condition(self, node: Expression, bindings: Bindings, what: str) -> Value:
        """The value of a condition: true, false or unknown. Raises DiagnosticError for anything else."""
        value = self.evaluate(node, bindings)
        try:
            return operand(value, BOOL, 0)
        except OperandError as error:
            raise self.failure(
                codes.INVALID_CONDITION,
                f"The condition of {what} is {shown(value)}: {error.message}.",
                "Write a comparison, or a value that is true or false.",
                node.span,
                [node],
                bindings,
            ) from None

    def _conditional(self, node: Conditional, bindings: Bindings) -> Value:
        condition = self.condition(node.condition, bindings, "this conditional")
        if condition.is_unknown:
            then, otherwise = self.evaluate(node.then, bindings), self.evaluate(node.otherwise, bindings)
            sensitive = condition.sensitive or then.sensitive or otherwise.sensitive
            return unknown(self._common(node, then, otherwise), sensitive)
        chosen, other = (node.then, node.otherwise) if condition.data else (node.otherwise, node.then)
        value = self.evaluate(chosen, bindings)
        try:
            rejected = self.evaluate(other, bindings)
        except DiagnosticError:
            return value.marked(condition.sensitive)  # what is not chosen may well be impossible
        return convert(value, self._common(node, value, rejected)).marked(condition.sensitive)

    def _common(self, node: Conditional, one: Value, other: Value) -> Type:
        kind = unify([one.type, other.type])
        if kind is None:
            raise DiagnosticError(
                codes.INCONSISTENT_RESULTS.error(
                    f"One result of this condition is a {described(one.type)}, the other a {described(other.type)}, "
                    "and no type fits both.",
                    "Give both results the same type.",
                    subject=node.span.range(),
                )
            )
        return kind

    def _object(self, node: ObjectConstructor, bindings: Bindings) -> Value:
        attributes, sensitive = dict[str, Value](), False
        for item in node.items:
            key = self.evaluate(item.key, bindings)
            if key.is_unknown:
                return unknown()
            name = self.key(key, item.key, bindings)
            sensitive |= key.sensitive
            attributes[name] = self.evaluate(item.value, bindings)
        return make_object(attributes).marked(sensitive)

    def key(self, key: Value, node: Expression, bindings: Bindings) -> str:
        """A known value as an object's key. Raises DiagnosticError."""
        problem = "a key must not be null"
        if not key.is_null:
            try:
                return str(convert(key, STRING).data)
            except ConversionError as error:
                problem = error.message
        raise self.failure(
            codes.INVALID_OBJECT_KEY,
            f"This key is {shown(key)}: {problem}.",
            "Use a text as key.",
            node.span,
            [node],
            bindings,
        )
