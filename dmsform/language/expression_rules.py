"""Expressions, from the grammar's rules to the syntax tree: one method per rule, called by the parser as it reduces.

The methods bear the names of python-hcl2's rules. Their argument is the rule's children: tokens of the lexer, and what
other methods returned.
"""

# ruff: noqa: D102 - a method's name is its rule's, and the rule is its description

from __future__ import annotations

import builtins
from decimal import Decimal
from typing import Any

from dmsform.diagnostics import Diagnostic
from dmsform.language import codes
from dmsform.language.source import Source
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
    ObjectItem,
    Parentheses,
    Span,
    Splat,
    TupleConstructor,
    Unary,
    Variable,
)  # fmt: skip

_KEYWORD_VALUES: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_TEXTS: dict[Any, str] = {None: "null", True: "true", False: "false"}


def values_of(children: list[Any]) -> list[Any]:
    """The children that are built values, tokens and newlines left out."""
    return [child for child in children if child is not None and not isinstance(child, str)]


def types_of(children: list[Any]) -> set[str]:
    """The types of the tokens among the children."""
    return {child.type for child in children if isinstance(child, str)}  # type: ignore[attr-defined]


class ExpressionRules:
    """Builds the expressions of one source at a time. `problems` collects what the grammar takes and HCL does not."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.problems: list[Diagnostic] = []

    def _span(self, first: Any, last: Any | None = None) -> Span:
        """From the first to the last of tokens or built values."""
        last = first if last is None else last
        if isinstance(first, str) and isinstance(last, str):
            return self.source.span(first.start_pos, last.end_pos)  # type: ignore[attr-defined]
        start = self._span(first) if isinstance(first, str) else first.span
        end = self._span(last) if isinstance(last, str) else last.span
        return start if start is end else start.to(end)

    # Names and literals

    @staticmethod
    def _name(node: Variable | Literal) -> str:
        return node.name if isinstance(node, Variable) else _TEXTS[node.value]

    def identifier(self, children: list[Any]) -> Variable:
        return Variable(str(children[0]), self._span(children[0]))

    keyword = identifier

    def literal_value(self, children: list[Any]) -> Literal:
        return Literal(_KEYWORD_VALUES[str(children[0])], self._span(children[0]))

    def int_lit(self, children: list[Any]) -> Literal:
        return Literal(Decimal(str(children[0])), self._span(children[0]))

    float_lit = int_lit

    # Operators

    def conditional(self, children: list[Any]) -> Conditional:
        condition, then, otherwise = values_of(children)
        return Conditional(condition, then, otherwise, self._span(condition, otherwise))

    def binary_operator(self, children: list[Any]) -> Any:
        return children[0]

    def binary_term(self, children: list[Any]) -> builtins.tuple[str, Expression]:
        return str(children[0]), children[1]

    def binary_op(self, children: list[Any]) -> Binary:
        left, (operator, right) = children
        return Binary(operator, left, right, self._span(left, right))

    def unary_op(self, children: list[Any]) -> Unary:
        return Unary(str(children[0]), children[1], self._span(children[0], children[1]))

    # Terms

    def expr_term(self, children: list[Any]) -> Expression:
        if len(children) == 1:
            return children[0]  # type: ignore[no-any-return]
        return Parentheses(children[1], self._span(children[0], children[2]))

    def function_call(self, children: list[Any]) -> Call:
        names = [child.name for child in children if isinstance(child, Variable)]
        arguments = next((child for child in children if isinstance(child, tuple)), ((), False))
        return Call("::".join(names), arguments[0], arguments[1], self._span(children[0], children[-1]))

    def arguments(self, children: list[Any]) -> builtins.tuple[tuple[Expression, ...], bool]:
        return tuple(values_of(children)), "ELLIPSIS" in types_of(children)

    def get_attr(self, children: list[Any]) -> Variable:
        return Variable(self._name(children[1]), self._span(children[0], children[1]))

    def get_attr_expr_term(self, children: list[Any]) -> GetAttribute:
        operand, step = children
        return GetAttribute(operand, step.name, self._span(operand, step))

    def braces_index(self, children: list[Any]) -> Parentheses:
        return Parentheses(children[1], self._span(children[0], children[2]))

    def short_index(self, children: list[Any]) -> Parentheses:
        number = children[1]
        return Parentheses(Literal(Decimal(str(number)), self._span(number)), self._span(children[0], number))

    def index_expr_term(self, children: list[Any]) -> Index:
        operand, step = children
        return Index(operand, step.inner, self._span(operand, step))

    def full_splat(self, children: list[Any]) -> list[Any]:
        return children

    attr_splat = full_splat

    def full_splat_expr_term(self, children: list[Any]) -> Splat:
        operand, (sign, *steps) = children
        taken = tuple(step.name if isinstance(step, Variable) else step.inner for step in steps)
        return Splat(operand, taken, self._span(operand, steps[-1] if steps else sign))

    attr_splat_expr_term = full_splat_expr_term

    # Collections

    def tuple(self, children: list[Any]) -> TupleConstructor:
        return TupleConstructor(tuple(values_of(children)), self._span(children[0], children[-1]))

    def object(self, children: list[Any]) -> ObjectConstructor:
        items = values_of(children)
        if items and isinstance(items[0].key, Literal) and items[0].key.value == "for":
            self.problems.append(
                codes.INVALID_EXPRESSION.error(
                    "A brace followed by the word for begins a for expression, so it cannot be an object's first key.",
                    'Put the key in quotes: "for" = ...',
                    subject=items[0].key.span.range(),
                )
            )
        return ObjectConstructor(tuple(values_of(children)), self._span(children[0], children[-1]))

    def object_elem(self, children: list[Any]) -> ObjectItem:
        key, _, value = children
        return ObjectItem(key, value, self._span(key, value))

    def object_elem_key(self, children: list[Any]) -> Expression:
        key = children[0]
        if isinstance(key, Variable) or (isinstance(key, Literal) and key.value in (None, True, False)):
            return Literal(self._name(key), key.span)
        if isinstance(key, GetAttribute | Index):
            self.problems.append(
                codes.INVALID_EXPRESSION.error(
                    "This key may be a name or a reference; HCL takes neither for granted.",
                    "Put it in parentheses to use the value it refers to, or in quotes to use it as text.",
                    subject=key.span.range(),
                )
            )
        return key  # type: ignore[no-any-return]

    # For expressions

    def for_intro(self, children: list[Any]) -> list[Any]:
        return values_of(children)

    def for_cond(self, children: list[Any]) -> builtins.tuple[Expression]:
        return (values_of(children)[0],)

    def for_tuple_expr(self, children: list[Any]) -> For:
        return self._for(children)

    def for_object_expr(self, children: list[Any]) -> For:
        return self._for(children)

    def _for(self, children: list[Any]) -> For:
        intro, *results = values_of(children)
        condition = results.pop()[0] if isinstance(results[-1], tuple) else None
        *names, collection = intro
        return For(
            names[0].name if len(names) == 2 else None,
            names[-1].name,
            collection,
            results[0] if len(results) == 2 else None,
            results[-1],
            condition,
            "ELLIPSIS" in types_of(children),
            self._span(children[0], children[-1]),
        )
