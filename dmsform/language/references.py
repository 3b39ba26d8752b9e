"""Which names an expression refers to, found in the syntax tree without evaluating it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from dmsform.language.syntax import Expression, For, ForDirective, GetAttribute, Span, Variable


@dataclass(frozen=True, slots=True)
class Reference:
    """`root.name`, or a root alone; `attribute` is the next name: `endpoint.shop.host`."""

    root: str
    name: str | None
    attribute: str | None
    span: Span


def references(node: Expression) -> Iterator[Reference]:
    """The references in order of the text; names bound by a `for` around them are references too, to the name alone."""
    yield from _walk(node, frozenset())


def free_references(node: Expression) -> Iterator[Reference]:
    """The references that are not to a name bound by a `for` inside the expression."""
    yield from (found for found in _walk(node, frozenset(), skip_bound=True))


def _walk(node: Any, bound: frozenset[str], skip_bound: bool = False) -> Iterator[Reference]:
    chain = _chain(node)
    if chain is not None:
        if not (skip_bound and chain.root in bound):
            yield chain
        return
    match node:
        case For() | ForDirective():
            yield from _walk(node.collection, bound, skip_bound)
            inner = bound | {name for name in (node.key, node.value) if name}
            rest = (getattr(node, field.name) for field in fields(node) if field.name != "collection")
            for part in rest:
                yield from _walk(part, inner, skip_bound)
        case Span() | str():
            return
        case tuple():
            for part in node:
                yield from _walk(part, bound, skip_bound)
        case _ if is_dataclass(node):
            for field in fields(node):
                yield from _walk(getattr(node, field.name), bound, skip_bound)


def _chain(node: Any) -> Reference | None:
    """A chain of names from its root; longer ones are cut after three."""
    match node:
        case Variable(name, span):
            return Reference(name, None, None, span)
        case GetAttribute(Variable(root), name, span):
            return Reference(root, name, None, span)
        case GetAttribute(GetAttribute(Variable(root), name), last, span):
            return Reference(root, name, last, span)
        case GetAttribute(operand):
            return _chain(operand)
    return None
