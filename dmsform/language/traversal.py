"""Ways into a value: `.name`, `[key]`, splats, and where names begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.convert import ConversionError, convert
from dmsform.language.references import references
from dmsform.language.suggest import did_you_mean, listed
from dmsform.language.syntax import Expression, GetAttribute, Index, Span, Splat, Variable
from dmsform.language.types import NUMBER, RESOURCE, STRING, ListType, SetType, TupleType, counted
from dmsform.language.values import Value, make_tuple, shown, unknown

if TYPE_CHECKING:
    from dmsform.language.evaluator import Bindings, Evaluator


def attribute(evaluator: Evaluator, node: GetAttribute, bindings: Bindings) -> Value:
    """`operand.name`, where a reference begins too: `var.name`."""
    root = node.operand
    if isinstance(root, Variable) and root.name not in bindings and root.name in evaluator.names.roots:
        return evaluator.names.lookup(root.name, node.name, node.span)
    return _attribute_of(evaluator, evaluator.evaluate(root, bindings), node.name, node, bindings)


def _attribute_of(evaluator: Evaluator, value: Value, name: str, node: Expression, bindings: Bindings) -> Value:
    if value.type is RESOURCE and not value.is_unknown:
        return evaluator.names.attribute(value, name, node.span)
    if value.is_unknown:
        return unknown(sensitive=value.sensitive)
    if isinstance(value.data, dict) and name in value.data:
        part: Value = value.data[name]
        return part.marked(value.sensitive)
    if isinstance(value.data, dict):
        detail = f'This object has no attribute named "{name}".{did_you_mean(name, value.data)}'
        remedy = f"Use one of {listed(value.data)}." if value.data else "The object is empty: give it the attribute."
    elif isinstance(value.data, tuple):
        detail = f"This value is a {shown(value)}, which has no attributes."
        remedy = "Name an element with [index], or take the attribute of every element with [*]."
    else:
        detail = f'This value is {shown(value)}, which has no attribute "{name}".'
        remedy = "Remove the attribute, or refer to an object."
    about = node.operand if isinstance(node, GetAttribute) else node
    raise evaluator.failure(codes.UNSUPPORTED_ATTRIBUTE, detail, remedy, node.span, [about], bindings)


def index(evaluator: Evaluator, node: Index, bindings: Bindings) -> Value:
    """`operand[key]`."""
    if isinstance(node.operand, Variable) and node.operand.name not in bindings:
        raise evaluator.names.unbound(node.operand.name, node.operand.span)
    value, key = evaluator.evaluate(node.operand, bindings), evaluator.evaluate(node.key, bindings)
    return _element_of(evaluator, value, key, node, node.key.span, bindings)


def _element_of(
    evaluator: Evaluator, value: Value, key: Value, node: Expression, place: Span, bindings: Bindings
) -> Value:
    if value.is_unknown or key.is_unknown:
        return unknown(sensitive=value.sensitive or key.sensitive)
    if value.type is RESOURCE and isinstance(key.data, str):
        return evaluator.names.attribute(value, key.data, node.span)
    problem = remedy = ""
    if isinstance(value.data, tuple) and not isinstance(value.type, SetType):
        found, problem = _by_position(value, key)
        remedy = "Check the index against the length of the list." if value.data else "The list is empty."
    elif isinstance(value.data, dict):
        found, problem = _by_name(value, key)
        remedy = f"Use one of {listed(value.data)}, or lookup() with a default." if value.data else "The map is empty."
    else:
        found, problem = None, f"This value is {shown(value)}, which has no elements that an index could name."
        remedy = "Index lists, tuples, maps and objects only; make a list of a set with tolist()."
    if found is None:
        raise evaluator.failure(codes.INVALID_INDEX, problem, remedy, place, [node], bindings)
    return found.marked(value.sensitive or key.sensitive)


def _by_position(value: Value, key: Value) -> tuple[Value | None, str]:
    try:
        position = convert(key, NUMBER).data
    except ConversionError as error:
        return None, f"The index is {shown(key)}: {error.message}."
    if position is None or position != position.to_integral_value():
        return None, f"The index is {shown(key)}: a whole number is required."
    if not 0 <= position < len(value.data):
        return None, f"The index {shown(key)} is out of range: there {_are(len(value.data))}, counted from 0."
    return value.data[int(position)], ""


def _are(count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {counted(count, 'element')}"


def _by_name(value: Value, key: Value) -> tuple[Value | None, str]:
    try:
        name = convert(key, STRING).data
    except ConversionError as error:
        return None, f"The key is {shown(key)}: {error.message}."
    if name not in value.data:
        return None, f"There is no element with the key {shown(key)}.{did_you_mean(str(name), value.data)}"
    return value.data[name], ""


def splat(evaluator: Evaluator, node: Splat, bindings: Bindings) -> Value:
    """`operand[*].name`: every element's; of a single value a list of one, of null none."""
    value = evaluator.evaluate(node.operand, bindings)
    if value.is_unknown:
        return unknown(sensitive=value.sensitive)
    if value.is_null:
        return make_tuple(())
    listy = isinstance(value.type, ListType | SetType | TupleType)
    elements: Sequence[Value] = value.data if listy else (value,)
    return make_tuple(_step(evaluator, element, node, bindings) for element in elements).marked(value.sensitive)


def _step(evaluator: Evaluator, element: Value, node: Splat, bindings: Bindings) -> Value:
    for step in node.steps:
        if isinstance(step, str):
            element = _attribute_of(evaluator, element, step, node, bindings)
        else:
            element = _element_of(evaluator, element, evaluator.evaluate(step, bindings), node, step.span, bindings)
    return element


def facts(evaluator: Evaluator, nodes: Sequence[Expression], bindings: Mapping[str, Value]) -> Iterator[str]:
    """What the names in some expressions stand for: `var.env is "qa" (set by DMS_VAR_env).`"""
    told = set()
    for reference in (found for node in nodes for found in references(node)):
        root, name = reference.root, reference.name
        key = root if root in bindings else f"{root}.{name}"
        if key in told:
            continue
        told.add(key)
        try:
            value = bindings[root] if root in bindings else evaluator.names.lookup(root, name or "", reference.span)
        except (DiagnosticError, KeyError):
            continue
        origin = "" if root in bindings else evaluator.names.origin(root, name or "")
        yield f"{key} is {shown(value)}{f' ({origin})' if origin else ''}."
