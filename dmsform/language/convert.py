"""Conversion of a value to a type, as Terraform does it where a type is asked for: text to number and back, and so on.

Conversions never guess: what cannot be converted raises ConversionError with the path to the part that does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation, Overflow
from typing import assert_never

from dmsform.language.types import (
    ANY,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    SetType,
    TupleType,
    Type,
    counted,
    described,
    unify,
)  # fmt: skip
from dmsform.language.values import (
    ARITHMETIC,
    Value,
    boolean,
    make_list,
    make_map,
    make_set,
    number,
    number_text,
    text,
    unknown,
)  # fmt: skip

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z", re.ASCII)


class ConversionError(Exception):
    """A value does not fit a type. `message` is a clause, such as `a number is required`; `path` leads to the part."""

    def __init__(self, message: str, path: str = "") -> None:
        self.message = message
        self.path = path
        super().__init__(f"{path}: {message}" if path else message)

    def inside(self, step: str) -> ConversionError:
        """The same error, seen from outside the part."""
        return ConversionError(self.message, f"{step}{self.path}")


def convert(value: Value, want: Type) -> Value:
    """The value as a value of that type. Null and unknown take any type. Raises ConversionError."""
    if want is ANY:
        return value
    if value.is_null:
        return replace(value, type=want)
    if value.is_unknown:
        if value.type is not ANY and not _may_convert(value.type, want):
            raise ConversionError(_required(want))
        return unknown(want, value.sensitive)
    match want:
        case Primitive():
            made = _primitive(value, want)
        case ListType(element) | SetType(element):
            made = _sequence(value, want, element)
        case MapType(element):
            made = _map(value, element)
        case TupleType(items):
            made = _tuple(value, items)
        case ObjectType():
            made = _object(value, want)
        case _:
            assert_never(want)
    return made.marked(value.sensitive)


def _may_convert(have: Type, want: Type) -> bool:
    """Whether an unknown value of one type may turn out to fit another: scalars among each other, collections too."""
    if have is Primitive.RESOURCE or want is Primitive.RESOURCE:
        return have is want
    return isinstance(have, Primitive) == isinstance(want, Primitive)


def _required(want: Type) -> str:
    match want:
        case Primitive():
            return f"a {described(want)} is required"
        case ObjectType():
            return "an object is required"
        case TupleType(items):
            return f"a tuple of {counted(len(items), 'element')} is required"
        case _:
            return f"a {described(want)} is required"


def _primitive(value: Value, want: Primitive) -> Value:
    data = value.data
    if value.type is want:
        return value
    match want:
        case Primitive.STRING:
            if isinstance(data, bool):
                return text("true" if data else "false")
            if isinstance(data, Decimal):
                return text(number_text(data))
        case Primitive.NUMBER:
            if isinstance(data, str) and (parsed := parse_number(data)) is not None:
                return number(parsed)
        case Primitive.BOOL:
            if isinstance(data, str):
                if data in ("true", "false"):
                    return boolean(data == "true")
                if data.lower() in ("true", "false", "yes", "no", "on", "off", "1", "0"):
                    raise ConversionError("a bool is required; write true or false in lower case")
    raise ConversionError(_required(want))


def parse_number(digits: str) -> Decimal | None:
    """A number from its text; None when it is none."""
    if not _NUMBER.match(digits):
        return None
    try:
        return ARITHMETIC.create_decimal(digits)
    except (InvalidOperation, Overflow):
        return None


def _each(parts: Iterable[tuple[str, Value]], want: Callable[[str], Type]) -> dict[str, Value]:
    """Convert the parts by name or index; errors bear the path."""
    made = {}
    for step, part in parts:
        try:
            made[step] = convert(part, want(step))
        except ConversionError as error:
            raise error.inside(step) from None
    return made


def _elements(value: Value) -> list[tuple[str, Value]]:
    return [(f"[{index}]", part) for index, part in enumerate(value.data)]


def _common(parts: Iterable[Value], element: Type) -> Type:
    """The element type asked for, or for `any` the one that all parts can take."""
    if element is not ANY:
        return element
    common = unify([part.type for part in parts])
    if common is None:
        raise ConversionError("all elements must have the same type")
    return common


def _sequence(value: Value, want: ListType | SetType, element: Type) -> Value:
    if not isinstance(value.data, tuple):
        raise ConversionError(_required(want))
    common = _common(value.data, element)
    parts = _each(_elements(value), lambda _: common).values()
    return make_list(parts, common) if isinstance(want, ListType) else make_set(parts, common)


def _map(value: Value, element: Type) -> Value:
    if not isinstance(value.data, dict):
        raise ConversionError(_required(MapType(element)))
    common = _common(value.data.values(), element)
    steps = {f'["{name}"]': name for name in value.data}
    made = _each(((step, value.data[name]) for step, name in steps.items()), lambda _: common)
    return make_map({steps[step]: part for step, part in made.items()}, common)


def _tuple(value: Value, items: tuple[Type, ...]) -> Value:
    if not isinstance(value.data, tuple) or isinstance(value.type, SetType) or len(value.data) != len(items):
        raise ConversionError(_required(TupleType(items)))
    wants = {f"[{index}]": kind for index, kind in enumerate(items)}
    return Value(TupleType(items), tuple(_each(_elements(value), lambda step: wants[step]).values()))


def _object(value: Value, want: ObjectType) -> Value:
    """Attributes that the type does not name are dropped, optional ones filled in, as Terraform does."""
    if not isinstance(value.data, dict):
        raise ConversionError(_required(want))
    missing = [name for name in want.attributes if name not in value.data and name not in want.optional]
    if missing:
        listed = ", ".join(f'"{name}"' for name in missing)
        raise ConversionError(f"{'attribute' if len(missing) == 1 else 'attributes'} {listed} required")
    made = {}
    for name, kind in want.attributes.items():
        part = value.data.get(name, Value(kind, None))
        default = want.optional.get(name)
        if part.is_null and default is not None:
            part = default
        try:
            made[name] = convert(part, kind)
        except ConversionError as error:
            raise error.inside(f".{name}") from None
    return Value(ObjectType(want.attributes), {name: made[name] for name in sorted(made)})
