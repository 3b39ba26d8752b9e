"""Values while expressions are evaluated: typed, so that true is not 1, and marked, so that secrets stay secret.

Numbers are decimals of 154 digits, about what Terraform's 512-bit floats hold. Beyond the evaluator there are plain
Python values only: `to_plain` and `from_plain` are the two doors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, TypeAlias

from dmsform.addresses import Address
from dmsform.language.config import UNKNOWN
from dmsform.language.types import (
    ANY,
    BOOL,
    NUMBER,
    RESOURCE,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
    counted,
)  # fmt: skip

ARITHMETIC = Context(prec=154, Emax=9999, Emin=-9999, traps=[DivisionByZero, InvalidOperation, Overflow])
"""How numbers are calculated: beyond 10^9999 is an overflow."""

Data: TypeAlias = Any
"""None for null; UNKNOWN; bool, Decimal, str, Address; a tuple of values (list, set, tuple), a dict (map, object)."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value of some type. Sets are sorted and without duplicates, maps and objects in the order of their keys."""

    type: Type
    data: Data
    sensitive: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it is null."""
        return self.data is None

    @property
    def is_unknown(self) -> bool:
        """Whether it is known only after apply; parts of it may be unknown though it is not."""
        return self.data is UNKNOWN

    def parts(self) -> Iterable[Value]:
        """The values directly inside."""
        if isinstance(self.data, dict):
            return self.data.values()
        return self.data if isinstance(self.data, tuple) else ()

    def wholly_known(self) -> bool:
        """Whether neither it nor anything inside is unknown."""
        return not self.is_unknown and all(part.wholly_known() for part in self.parts())

    def holds_secret(self) -> bool:
        """Whether it or anything inside is marked sensitive."""
        return self.sensitive or any(part.holds_secret() for part in self.parts())

    def marked(self, sensitive: bool = True) -> Value:
        """The same value, marked sensitive where `sensitive` says so."""
        return replace(self, sensitive=True) if sensitive and not self.sensitive else self

    def unmarked(self) -> Value:
        """The same value without any mark, inside too."""
        if not self.holds_secret():
            return self
        data = self.data
        if isinstance(data, dict):
            data = {name: part.unmarked() for name, part in data.items()}
        elif isinstance(data, tuple):
            data = tuple(part.unmarked() for part in data)
        return Value(self.type, data)


NULL = Value(ANY, None)


def unknown(kind: Type = ANY, sensitive: bool = False) -> Value:
    """A value of that type that is known only after apply."""
    return Value(kind, UNKNOWN, sensitive)


def text(value: str) -> Value:
    """A string."""
    return Value(STRING, value)


def number(value: int | Decimal) -> Value:
    """A number."""
    return Value(NUMBER, value if isinstance(value, Decimal) else Decimal(value))


def boolean(value: bool) -> Value:
    """True or false."""
    return Value(BOOL, value)


def make_tuple(items: Iterable[Value]) -> Value:
    """What `[a, b]` makes."""
    data = tuple(items)
    return Value(TupleType(tuple(item.type for item in data)), data)


def make_list(items: Iterable[Value], element: Type) -> Value:
    """A list of values that already have the element's type."""
    return Value(ListType(element), tuple(items))


def make_set(items: Iterable[Value], element: Type) -> Value:
    """A set: equal values once, in order."""
    kept: list[Value] = []
    for item in sorted(items, key=sort_key):
        if not kept or equal(kept[-1], item) is not True:
            kept.append(item)
    return Value(SetType(element), tuple(kept))


def make_object(attributes: Mapping[str, Value]) -> Value:
    """What `{ a = 1 }` makes."""
    data = {name: attributes[name] for name in sorted(attributes)}
    return Value(ObjectType({name: part.type for name, part in data.items()}), data)


def make_map(elements: Mapping[str, Value], element: Type) -> Value:
    """A map of values that already have the element's type."""
    return Value(MapType(element), {name: elements[name] for name in sorted(elements)})


def sort_key(value: Value) -> tuple[Any, ...]:
    """Orders values as Terraform iterates over sets: numbers by size, texts by code points."""
    data = value.data
    if data is None or data is UNKNOWN:
        return ("",) if data is None else ("~",)
    if isinstance(data, bool):
        return ("b", data)
    if isinstance(data, Decimal):
        return ("n", data)
    if isinstance(data, tuple):
        return ("t", *(sort_key(part) for part in data))
    if isinstance(data, dict):
        return ("t", *((name, sort_key(part)) for name, part in data.items()))
    return ("s", str(data))


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values are equal, without conversion: `1 == "1"` is false. None when it is not known yet.

    Lists equal tuples, and maps objects, of the same elements.
    """
    if left.is_unknown or right.is_unknown:
        return None
    if left.is_null or right.is_null:
        return left.is_null and right.is_null
    if isinstance(left.data, dict) and isinstance(right.data, dict):
        if left.data.keys() != right.data.keys():
            return False
        return _all_equal((part, right.data[name]) for name, part in left.data.items())
    if isinstance(left.data, tuple) and isinstance(right.data, tuple):
        if isinstance(left.type, SetType) != isinstance(right.type, SetType) or len(left.data) != len(right.data):
            return False
        return _all_equal(zip(left.data, right.data, strict=True))
    return left.type == right.type and bool(left.data == right.data)


def _all_equal(pairs: Iterable[tuple[Value, Value]]) -> bool | None:
    results = [equal(ours, theirs) for ours, theirs in pairs]
    if False in results:
        return False
    return None if None in results else True


def number_text(value: Decimal) -> str:
    """A number as text: no exponent, no trailing zeros. `1.50` is 1.5."""
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1), context=Context(prec=20000)), "f") if value else "0"
    return format(value.normalize(ARITHMETIC), "f")


def to_plain(value: Value) -> Any:
    """What goes to the rest of dmsform: None, bool, int, float, str, list, dict, UNKNOWN or Address."""
    data = value.data
    if isinstance(data, Decimal):
        return int(data) if data == data.to_integral_value() else float(data)
    if isinstance(data, tuple):
        return [to_plain(part) for part in data]
    if isinstance(data, dict):
        return {name: to_plain(part) for name, part in data.items()}
    return data


def from_plain(data: Any) -> Value:
    """A value from plain Python ones, as `jsondecode` and the state give them: lists are tuples, dicts objects."""
    if data is None:
        return NULL
    if data is UNKNOWN:
        return unknown()
    if isinstance(data, bool):
        return boolean(data)
    if isinstance(data, int | Decimal):
        return number(data)
    if isinstance(data, float):
        return number(Decimal(repr(data)))
    if isinstance(data, Address):
        return Value(RESOURCE, data)
    if isinstance(data, Mapping):
        return make_object({str(name): from_plain(part) for name, part in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, str):
        return make_tuple(from_plain(part) for part in data)
    return text(str(data))


def shown(value: Value, limit: int = 60) -> str:
    """A value for messages, never a secret one: `"qa"`, `5`, `tuple with 2 elements`."""
    if value.holds_secret():
        return "(sensitive value)"
    data = value.data
    if data is None:
        return "null"
    if data is UNKNOWN:
        return "known after apply"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Decimal):
        return number_text(data)
    if isinstance(data, str):
        return f'"{data}"' if len(data) <= limit else f'"{data[:limit]}..." ({len(data)} characters)'
    if isinstance(data, Address):
        return str(data)
    return _shown_collection(value)


def _shown_collection(value: Value) -> str:
    count = len(value.data)
    match value.type:
        case ObjectType():
            return f"object with {counted(count, 'attribute')}"
        case MapType():
            return f"map with {counted(count, 'element')}"
        case SetType():
            return f"set with {counted(count, 'element')}"
        case ListType():
            return f"list with {counted(count, 'element')}"
        case _:
            return f"tuple with {counted(count, 'element')}"
