"""Types of values, and type constraints as variables state them. Printed as they are written: `map(string)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from dmsform.language.values import Value


class Primitive(Enum):
    """The types without parts. ANY: not decided yet, of null and of the unknown. RESOURCE: a whole resource."""

    STRING = "string"
    NUMBER = "number"
    BOOL = "bool"
    ANY = "any"
    RESOURCE = "resource"

    def __str__(self) -> str:
        """The word."""
        return self.value


@dataclass(frozen=True, slots=True)
class ListType:
    """`list(element)`."""

    element: Type

    def __str__(self) -> str:
        """As written."""
        return f"list({self.element})"


@dataclass(frozen=True, slots=True)
class SetType:
    """`set(element)`."""

    element: Type

    def __str__(self) -> str:
        """As written."""
        return f"set({self.element})"


@dataclass(frozen=True, slots=True)
class MapType:
    """`map(element)`."""

    element: Type

    def __str__(self) -> str:
        """As written."""
        return f"map({self.element})"


@dataclass(frozen=True, slots=True)
class TupleType:
    """`tuple([a, b])`."""

    items: tuple[Type, ...]

    def __str__(self) -> str:
        """As written."""
        return f"tuple([{', '.join(map(str, self.items))}])"


@dataclass(frozen=True, slots=True)
class ObjectType:
    """`object({a = string, b = optional(number, 1)})`. `optional` maps such attributes to their defaults or None."""

    attributes: Mapping[str, Type]
    optional: Mapping[str, Value | None] = field(default_factory=dict)

    def __str__(self) -> str:
        """As written."""
        inner = (f"{n} = optional({t})" if n in self.optional else f"{n} = {t}" for n, t in self.attributes.items())
        return f"object({{{', '.join(inner)}}})"


Type: TypeAlias = Primitive | ListType | SetType | MapType | TupleType | ObjectType

STRING, NUMBER, BOOL, ANY = Primitive.STRING, Primitive.NUMBER, Primitive.BOOL, Primitive.ANY
RESOURCE = Primitive.RESOURCE


def described(kind: Type) -> str:
    """A type as a noun for messages: "list of string", "object"."""
    match kind:
        case Primitive.ANY:
            return "value of any type"
        case Primitive.RESOURCE:
            return "resource"
        case Primitive():
            return str(kind)
        case ListType(element):
            return f"list of {described(element)}"
        case SetType(element):
            return f"set of {described(element)}"
        case MapType(element):
            return f"map of {described(element)}"
        case TupleType(items):
            return f"tuple with {counted(len(items), 'element')}"
        case ObjectType(attributes):
            return f"object with {counted(len(attributes), 'attribute')}"


def counted(count: int, noun: str) -> str:
    """`1 element`, `2 elements`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def unify(types: Sequence[Type]) -> Type | None:
    """The one type that values of all these types can take, as HCL finds it; None when there is none."""
    kinds = [kind for kind in types if kind is not ANY]
    if not kinds:
        return ANY
    first, rest = kinds[0], kinds[1:]
    for other in rest:
        joined = _unify_pair(first, other)
        if joined is None:
            return None
        first = joined
    return first


def _unify_pair(left: Type, right: Type) -> Type | None:
    if left == right or right is ANY:
        return left
    if left is ANY:
        return right
    if isinstance(left, Primitive) and isinstance(right, Primitive):
        scalars = {STRING, NUMBER, BOOL}
        return STRING if STRING in (left, right) and {left, right} <= scalars else None
    if isinstance(left, TupleType) and isinstance(right, TupleType) and len(left.items) == len(right.items):
        items = [_unify_pair(a, b) for a, b in zip(left.items, right.items, strict=True)]
        if None not in items:
            return TupleType(tuple(item for item in items if item is not None))
    if isinstance(left, ObjectType) and isinstance(right, ObjectType):
        return _unify_objects(left, right)
    return _unify_collections(left, right)


def _unify_objects(left: ObjectType, right: ObjectType) -> Type | None:
    if set(left.attributes) != set(right.attributes):
        return None
    joined = {name: _unify_pair(kind, right.attributes[name]) for name, kind in left.attributes.items()}
    plain = {name: kind for name, kind in joined.items() if kind is not None}
    return ObjectType(plain) if len(plain) == len(joined) else None


def _unify_collections(left: Type, right: Type) -> Type | None:
    for family, make in ((_sequence_element, ListType), (_mapping_element, MapType)):
        ours, theirs = family(left), family(right)
        if ours is not None and theirs is not None:
            element = _unify_pair(ours, theirs)
            return make(element) if element is not None else None
    if isinstance(left, SetType) and isinstance(right, SetType):
        element = _unify_pair(left.element, right.element)
        return SetType(element) if element is not None else None
    return None


def _sequence_element(kind: Type) -> Type | None:
    if isinstance(kind, ListType):
        return kind.element
    return unify(kind.items) if isinstance(kind, TupleType) else None


def _mapping_element(kind: Type) -> Type | None:
    if isinstance(kind, MapType):
        return kind.element
    return unify(list(kind.attributes.values())) if isinstance(kind, ObjectType) else None
