"""`for` expressions, and what can be iterated over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.syntax import Expression, For
from dmsform.language.types import SetType
from dmsform.language.values import Value, make_object, make_tuple, number, shown, text, unknown

if TYPE_CHECKING:
    from dmsform.language.evaluator import Bindings, Evaluator


def pairs(
    evaluator: Evaluator, collection: Value, node: Expression, bindings: Bindings
) -> Iterator[tuple[Value, Value]]:
    """Keys and values of a known collection: a list counts from 0, a set's elements are their own keys.

    Raises DiagnosticError when it is no collection.
    """
    if isinstance(collection.data, dict):
        yield from ((text(name), part) for name, part in collection.data.items())
    elif isinstance(collection.data, tuple):
        own = isinstance(collection.type, SetType)
        yield from ((part if own else number(place), part) for place, part in enumerate(collection.data))
    else:
        raise evaluator.failure(
            codes.INVALID_FOR,
            f"A for needs a list, set, map, tuple or object to run over, but this value is {shown(collection)}.",
            "Give it a collection; put a single value in brackets.",
            node.span,
            [node],
            bindings,
        )


def for_expression(evaluator: Evaluator, node: For, bindings: Bindings) -> Value:
    """`[for ...]` makes a tuple, `{for ...}` an object."""
    collection = evaluator.evaluate(node.collection, bindings)
    if collection.is_unknown:
        return unknown(sensitive=collection.sensitive)
    rounds = _rounds(evaluator, node, collection, bindings)
    if rounds is None:
        return unknown(sensitive=collection.sensitive)
    if node.result_key is None:
        made = make_tuple([evaluator.evaluate(node.result, inner) for inner in rounds])
    else:
        made = _object(evaluator, node, node.result_key, rounds)
    return made.marked(collection.sensitive)


def _rounds(evaluator: Evaluator, node: For, collection: Value, bindings: Bindings) -> list[Bindings] | None:
    """The bindings of every round that the condition lets pass; None when that is not known."""
    kept: list[Bindings] = []
    for key, value in pairs(evaluator, collection, node.collection, bindings):
        inner = {**bindings, node.value: value, **({node.key: key} if node.key else {})}
        if node.condition is not None:
            passes = evaluator.condition(node.condition, inner, "this for expression")
            if passes.is_unknown:
                return None
            if not passes.data:
                continue
        kept.append(inner)
    return kept


def _object(evaluator: Evaluator, node: For, key_node: Expression, rounds: list[Bindings]) -> Value:
    made: dict[str, list[Value]] = {}
    sensitive = False
    for inner in rounds:
        key = evaluator.evaluate(key_node, inner)
        if key.is_unknown:
            return unknown()
        sensitive |= key.sensitive
        name = evaluator.key(key, key_node, inner)
        values = made.setdefault(name, [])
        if values and not node.grouped:
            raise DiagnosticError(
                codes.INVALID_FOR.error(
                    f"Two rounds of this for expression make the same key {shown(key)}.",
                    "Make the keys differ, or put ... behind the value to gather the values of a key in a list.",
                    subject=key_node.span.range(),
                )
            )
        values.append(evaluator.evaluate(node.result, inner))
    if node.grouped:
        return make_object({name: make_tuple(values) for name, values in made.items()}).marked(sensitive)
    return make_object({name: values[0] for name, values in made.items()}).marked(sensitive)
