"""Functions over lists, maps and objects that hand their elements through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dmsform.language.convert import ConversionError, convert
from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings, parameters
from dmsform.language.functions.strings import whole
from dmsform.language.types import ANY, BOOL, NUMBER, STRING, ListType, MapType, unify
from dmsform.language.values import (
    NULL,
    Value,
    boolean,
    equal,
    make_list,
    make_map,
    make_object,
    make_tuple,
    number,
    text,
    unknown,
)


def sequence(value: Value, argument: int = 0) -> tuple[Value, ...]:
    """The elements of a list, set or tuple. Raises FunctionError."""
    if not isinstance(value.data, tuple):
        raise FunctionError("a list, set or tuple is required", argument)
    return value.data


def mapping(value: Value, argument: int = 0) -> dict[str, Value]:
    """The elements of a map or object. Raises FunctionError."""
    if not isinstance(value.data, dict):
        raise FunctionError("a map or object is required", argument)
    return value.data


def alike(items: Iterable[Value]) -> Value:
    """A list where the elements can take one type, else a tuple."""
    parts = tuple(items)
    common = unify([part.type for part in parts])
    return make_tuple(parts) if common is None else make_list((convert(part, common) for part in parts), common)


def _length(_: Surroundings, values: Sequence[Value]) -> Value:
    data = values[0].data
    if not isinstance(data, tuple | dict | str):
        raise FunctionError("a list, set, map, object, tuple or string is required")
    return number(len(data))


def _concat(_: Surroundings, values: Sequence[Value]) -> Value:
    joined = [part for position, value in enumerate(values) for part in sequence(value, position)]
    return alike(joined) if all(isinstance(value.type, ListType) for value in values) else make_tuple(joined)


def _merge(_: Surroundings, values: Sequence[Value]) -> Value:
    joined: dict[str, Value] = {}
    for position, value in enumerate(values):
        if not value.is_null:
            joined.update(mapping(value, position))
    types = [value.type for value in values if not value.is_null]
    common = unify(types) if types and all(isinstance(kind, MapType) for kind in types) else None
    return make_map(joined, common.element) if isinstance(common, MapType) else make_object(joined)


def _lookup(_: Surroundings, values: Sequence[Value]) -> Value:
    if len(values) > 3:
        raise FunctionError("at most one default is allowed", 3)
    if values[0].is_unknown or values[1].is_unknown:
        return unknown()
    elements, key = mapping(values[0]), values[1].data
    if key in elements:
        return elements[key]
    if len(values) < 3:
        raise FunctionError(f'no element with the key "{key}", and no default is given', 1)
    if isinstance(values[0].type, MapType):
        try:
            return convert(values[2], values[0].type.element)
        except ConversionError as error:
            raise FunctionError(f"the default must have the type of the map's elements: {error}", 2) from None
    return values[2]


def _contains(_: Surroundings, values: Sequence[Value]) -> Value:
    return boolean(any(equal(part, values[1]) for part in sequence(values[0])))


def _keys(_: Surroundings, values: Sequence[Value]) -> Value:
    names = map(text, mapping(values[0]))
    return make_list(names, STRING)


def _values(_: Surroundings, values: Sequence[Value]) -> Value:
    return alike(mapping(values[0]).values())


def _element(_: Surroundings, values: Sequence[Value]) -> Value:
    parts = sequence(values[0])
    if not parts:
        raise FunctionError("cannot use element with an empty list")
    return parts[whole(values[1].data, 1) % len(parts)]


def _index(_: Surroundings, values: Sequence[Value]) -> Value:
    for position, part in enumerate(sequence(values[0])):
        if equal(part, values[1]):
            return number(position)
    raise FunctionError("the value is not in the list", 1)


def _slice(_: Surroundings, values: Sequence[Value]) -> Value:
    parts = sequence(values[0])
    start, end = whole(values[1].data, 1), whole(values[2].data, 2)
    if not 0 <= start <= len(parts):
        raise FunctionError(f"start must be between 0 and {len(parts)}", 1)
    if not start <= end <= len(parts):
        raise FunctionError(f"end must be between {start} and {len(parts)}", 2)
    kept = parts[start:end]
    return Value(values[0].type, kept) if isinstance(values[0].type, ListType) else make_tuple(kept)


def _reverse(_: Surroundings, values: Sequence[Value]) -> Value:
    parts = sequence(values[0])[::-1]
    return Value(values[0].type, parts) if isinstance(values[0].type, ListType) else make_tuple(parts)


def _sort(_: Surroundings, values: Sequence[Value]) -> Value:
    if any(part.is_null for part in values[0].data):
        raise FunctionError("elements must not be null")
    # Python compares by code point, which is the byte order of UTF-8.
    return make_list(sorted(values[0].data, key=lambda part: str(part.data)), STRING)


def _distinct(_: Surroundings, values: Sequence[Value]) -> Value:
    kept: list[Value] = []
    for part in sequence(values[0]):
        if not any(equal(part, other) for other in kept):
            kept.append(part)
    return alike(kept)


def _flat(value: Value) -> Iterable[Value]:
    for part in value.data:
        if isinstance(part.data, tuple):
            yield from _flat(part)
        else:
            yield part


def _flatten(_: Surroundings, values: Sequence[Value]) -> Value:
    sequence(values[0])
    return make_tuple(_flat(values[0]))


def _compact(_: Surroundings, values: Sequence[Value]) -> Value:
    return make_list((part for part in values[0].data if part.data not in (None, "")), STRING)


def _one(_: Surroundings, values: Sequence[Value]) -> Value:
    parts = sequence(values[0])
    if len(parts) > 1:
        raise FunctionError("must be a list, set or tuple with no more than one element")
    return parts[0] if parts else NULL


def _zipmap(_: Surroundings, values: Sequence[Value]) -> Value:
    names, parts = values[0].data, sequence(values[1], 1)
    if len(names) != len(parts):
        raise FunctionError(f"{len(names)} keys do not match {len(parts)} values", 1)
    return make_object({name.data: part for name, part in zip(names, parts, strict=True)})


def _coalesce(_: Surroundings, values: Sequence[Value]) -> Value:
    """The first that is neither null nor an empty text; all are converted to one type."""
    common = unify([value.type for value in values])
    if common is None:
        raise FunctionError("all arguments must have the same type", None)
    for value in values:
        if value.is_unknown:
            return unknown(common)
        if value.data not in (None, ""):
            return convert(value, common)
    raise FunctionError("no argument is other than null and the empty text", None)


def _coalescelist(_: Surroundings, values: Sequence[Value]) -> Value:
    for position, value in enumerate(values):
        if value.is_unknown:
            return unknown()
        if not value.is_null and sequence(value, position):
            return value
    raise FunctionError("no list is other than empty", None)


def _chunklist(_: Surroundings, values: Sequence[Value]) -> Value:
    parts, size = sequence(values[0]), whole(values[1].data, 1)
    if size < 0:
        raise FunctionError("size must not be negative", 1)
    step = size or max(1, len(parts))
    return make_tuple(alike(parts[start : start + step]) for start in range(0, len(parts), step))


def _all(_: Surroundings, values: Sequence[Value]) -> Value:
    return boolean(all(part.data is True for part in values[0].data))


def _any(_: Surroundings, values: Sequence[Value]) -> Value:
    return boolean(any(part.data is True for part in values[0].data))


_LIST = {"list": ANY}
_MAP = {"map": ANY}

COLLECTIONS = (
    Function("length", parameters({"value": ANY}), NUMBER, _length, "How many elements it has.", structural=True),
    Function("concat", (), ANY, _concat, "Several lists as one.", Parameter("seqs", ANY), structural=True),
    Function(
        "merge", (), ANY, _merge, "Several maps as one; the last wins.", Parameter("maps", ANY, nullable=True),
        structural=True,
    ),
    Function(
        "lookup", parameters({"inputMap": ANY, "key": STRING}), ANY, _lookup, "An element by key, or the default.",
        Parameter("default", ANY, nullable=True), structural=True, takes_unknown=True,
    ),
    Function(
        "contains", (Parameter("list", ANY), Parameter("value", ANY, nullable=True)), BOOL, _contains,
        "Whether a list has that element.",
    ),
    Function("keys", parameters({"inputMap": ANY}), ListType(STRING), _keys, "The keys, sorted.", structural=True),
    Function("values", parameters({"mapping": ANY}), ANY, _values, "The elements by order of key.", structural=True),
    Function(
        "element", parameters({"list": ANY, "index": NUMBER}), ANY, _element,
        "An element by index, counted round and round.", structural=True,
    ),
    Function("index", parameters({"list": ANY, "value": ANY}), NUMBER, _index, "Where an element is in a list."),
    Function(
        "slice", parameters({"list": ANY, "start_index": NUMBER, "end_index": NUMBER}), ANY, _slice,
        "The elements from start up to and without end.", structural=True,
    ),
    Function("reverse", parameters(_LIST), ANY, _reverse, "The elements backwards.", structural=True),
    Function("sort", parameters({"list": ListType(STRING)}), ListType(STRING), _sort, "Texts in order of their bytes."),
    Function("distinct", parameters(_LIST), ANY, _distinct, "The elements without repetitions."),
    Function("flatten", parameters(_LIST), ANY, _flatten, "Nested lists as one list.", structural=True),
    Function(
        "compact", parameters({"list": ListType(STRING)}), ListType(STRING), _compact,
        "The texts that are neither null nor empty.",
    ),
    Function("one", parameters(_LIST), ANY, _one, "The only element, null for none.", structural=True),
    Function(
        "zipmap", parameters({"keys": ListType(STRING), "values": ANY}), ANY, _zipmap,
        "An object from a list of keys and a list of values.", structural=True,
    ),
    Function(
        "coalesce", (), ANY, _coalesce, "The first that is neither null nor empty.",
        Parameter("vals", ANY, nullable=True), structural=True, takes_unknown=True,
    ),
    Function(
        "coalescelist", (), ANY, _coalescelist, "The first list that is not empty.",
        Parameter("vals", ANY, nullable=True), structural=True, takes_unknown=True,
    ),
    Function(
        "chunklist", parameters({"list": ANY, "size": NUMBER}), ANY, _chunklist, "A list cut into lists of that size.",
        structural=True,
    ),
    Function("alltrue", parameters({"list": ListType(BOOL)}), BOOL, _all, "Whether all elements are true."),
    Function("anytrue", parameters({"list": ListType(BOOL)}), BOOL, _any, "Whether any element is true."),
)  # fmt: skip
