"""Type constraints: `list(object({ name = string, port = optional(number, 5432) }))` as a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.convert import ConversionError, convert
from dmsform.language.suggest import did_you_mean
from dmsform.language.syntax import Call, Expression, Literal, ObjectConstructor, TupleConstructor, Variable
from dmsform.language.types import ANY, BOOL, NUMBER, STRING, ListType, MapType, ObjectType, SetType, TupleType, Type
from dmsform.language.values import Value

_PRIMITIVES = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS: dict[str, Callable[[Type], Type]] = {"list": ListType, "set": SetType, "map": MapType}
_WORDS = (*_PRIMITIVES, *_COLLECTIONS, "object", "tuple")

EvaluateConstant = Callable[[Expression], Value]
"""Gives the value of a default, which refers to nothing."""


def type_constraint(node: Expression, constant: EvaluateConstant) -> Type:
    """The type that an expression specifies. Raises DiagnosticError."""
    match node:
        case Variable(name) if name in _PRIMITIVES:
            return _PRIMITIVES[name]
        case Call(name, (argument,)) if name in _COLLECTIONS:
            return _COLLECTIONS[name](type_constraint(argument, constant))
        case Call("object", (ObjectConstructor() as inner,)):
            return _object(inner, constant)
        case Call("tuple", (TupleConstructor(items),)):
            return TupleType(tuple(type_constraint(item, constant) for item in items))
        case _:
            return _refuse(node, *_why_not(node))


def _why_not(node: Expression) -> tuple[str, str]:
    """What is wrong with something that is no type, and what to do."""
    match node:
        case Literal(str() as word) if word in _PRIMITIVES:
            return f'The type is given as the text "{word}".', f"Write it without quotes: {word}."
        case Variable(name) | Call(name) if name in _WORDS:
            return f"The type {name} is incomplete.", _example(name)
        case Variable(name) | Call(name):
            return f'There is no type "{name}".{did_you_mean(name, _WORDS)}', f"Use {', '.join(_WORDS)}."
        case _:
            return "This is no type.", "Use string, number, bool, any, or list(T), set(T), map(T), object({...})."


def _example(name: str) -> str:
    examples = {"object": "object({ name = string })", "tuple": "tuple([string, number])"}
    return f"Write it as {examples.get(name, f'{name}(string)')}."


def _refuse(node: Expression, detail: str, remedy: str) -> NoReturn:
    raise DiagnosticError(codes.INVALID_TYPE.error(detail, remedy, subject=node.span.range()))


def _object(node: ObjectConstructor, constant: EvaluateConstant) -> ObjectType:
    attributes: dict[str, Type] = {}
    optional: dict[str, Value | None] = {}
    for item in node.items:
        if not isinstance(item.key, Literal) or not isinstance(item.key.value, str):
            _refuse(item.key, "An attribute's name must be written out.", "Write it as name = type.")
        name = item.key.value
        match item.value:
            case Call("optional", (inner,)):
                attributes[name], optional[name] = type_constraint(inner, constant), None
            case Call("optional", (inner, default)):
                attributes[name] = type_constraint(inner, constant)
                optional[name] = _default(default, attributes[name], constant)
            case _:
                attributes[name] = type_constraint(item.value, constant)
    return ObjectType(attributes, optional)


def _default(node: Expression, kind: Type, constant: EvaluateConstant) -> Value:
    try:
        return convert(constant(node), kind)
    except ConversionError as error:
        raise DiagnosticError(
            codes.INVALID_DEFAULT.error(
                f"This default does not fit the attribute's type: {error}.",
                f"Give it a default of the type {kind}.",
                subject=node.span.range(),
            )
        ) from None
