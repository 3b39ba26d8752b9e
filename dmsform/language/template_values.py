"""Templates become text: interpolations converted, directives carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from dmsform.language import codes
from dmsform.language.convert import ConversionError, convert
from dmsform.language.iteration import pairs
from dmsform.language.syntax import (
    Expression,
    ForDirective,
    IfDirective,
    Interpolation,
    Literal,
    Template,
    TemplatePart,
)
from dmsform.language.types import RESOURCE, STRING
from dmsform.language.values import Value, shown, text, unknown

if TYPE_CHECKING:
    from dmsform.language.evaluator import Bindings, Evaluator


def template(evaluator: Evaluator, node: Template, bindings: Bindings) -> Value:
    """The text of a template. `"${x}"` alone is x itself, whatever its type."""
    if len(node.parts) == 1 and isinstance(node.parts[0], Interpolation):
        return evaluator.evaluate(node.parts[0].expression, bindings)
    return _text(evaluator, node.parts, bindings)


def _text(evaluator: Evaluator, parts: Sequence[TemplatePart], bindings: Bindings) -> Value:
    return _joined([_part(evaluator, part, bindings) for part in parts])


def _joined(values: Sequence[Value]) -> Value:
    sensitive = any(value.sensitive for value in values)
    if any(value.is_unknown for value in values):
        return unknown(STRING, sensitive)
    return text("".join(value.data for value in values)).marked(sensitive)


def _part(evaluator: Evaluator, part: TemplatePart, bindings: Bindings) -> Value:
    match part:
        case Literal(value):
            return text(str(value))
        case Interpolation(expression):
            return _included(evaluator, expression, bindings)
        case IfDirective(condition, then, otherwise):
            truth = evaluator.condition(condition, bindings, "this directive")
            if truth.is_unknown:
                return unknown(STRING, truth.sensitive)
            return _text(evaluator, then if truth.data else otherwise, bindings).marked(truth.sensitive)
        case ForDirective():
            return _repeated(evaluator, part, bindings)
        case _:
            assert_never(part)


def _repeated(evaluator: Evaluator, part: ForDirective, bindings: Bindings) -> Value:
    collection = evaluator.evaluate(part.collection, bindings)
    if collection.is_unknown:
        return unknown(STRING, collection.sensitive)
    made = []
    for key, value in pairs(evaluator, collection, part.collection, bindings):
        inner = {**bindings, part.value: value, **({part.key: key} if part.key else {})}
        made.append(_text(evaluator, part.body, inner))
    return _joined(made).marked(collection.sensitive)


def _included(evaluator: Evaluator, expression: Expression, bindings: Bindings) -> Value:
    value = evaluator.evaluate(expression, bindings)
    if value.is_null:
        problem = "the value is null"
    else:
        try:
            return convert(value, STRING)
        except ConversionError as error:
            problem = f"the value is {shown(value)}; {error.message}"
    remedy = "Include a text, number or bool; lists and objects can be included with join() or jsonencode()."
    if value.type is RESOURCE:
        remedy = f"Name one of the resource's attributes, such as {shown(value)}.NAME."
    raise evaluator.failure(
        codes.INVALID_TEMPLATE_VALUE,
        f"The template cannot include this value: {problem}.",
        remedy,
        expression.span,
        [expression],
        bindings,
    )
