"""Functions over sets."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from dmsform.language.convert import convert
from dmsform.language.functions.collections import sequence
from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings, parameters
from dmsform.language.types import ANY, SetType, Type, unify
from dmsform.language.values import Value, equal, make_set, make_tuple


def _element_type(values: Sequence[Value]) -> Type:
    common = unify([part.type for value in values for part in value.data])
    if common is None:
        raise FunctionError("all sets must have elements of one type", None)
    return common


def _has(parts: Sequence[Value], wanted: Value) -> bool:
    return any(equal(part, wanted) for part in parts)


def _combined(
    keep: Callable[[Value, Sequence[Value]], bool] | None,
) -> Callable[[Surroundings, Sequence[Value]], Value]:
    """Work that keeps elements of the first set by what the others hold; without `keep`, all elements of all."""

    def work(_: Surroundings, values: Sequence[Value]) -> Value:
        common = _element_type(values)
        first, *rest = [[convert(part, common) for part in value.data] for value in values]
        if keep is None:
            return make_set(itertools.chain(first, *rest), common)
        return make_set((part for part in first if all(keep(part, other) for other in rest)), common)

    return work


def _setproduct(_: Surroundings, values: Sequence[Value]) -> Value:
    rows = [sequence(value, position) for position, value in enumerate(values)]
    if len(rows) < 2:
        raise FunctionError("at least two lists or sets are required", None)
    return make_tuple(make_tuple(row) for row in itertools.product(*rows))


_SET = SetType(ANY)

SETS = (
    Function(
        "setunion", parameters({"first_set": _SET}), _SET, _combined(None), "All elements of the sets.",
        Parameter("other_sets", _SET),
    ),
    Function(
        "setintersection", parameters({"first_set": _SET}), _SET, _combined(lambda part, other: _has(other, part)),
        "The elements that all sets hold.", Parameter("other_sets", _SET),
    ),
    Function(
        "setsubtract", parameters({"a": _SET, "b": _SET}), _SET, _combined(lambda part, other: not _has(other, part)),
        "The elements of the first set that the second does not hold.",
    ),
    Function(
        "setproduct", (), ANY, _setproduct, "All combinations of elements.", Parameter("sets", ANY), structural=True,
    ),
)  # fmt: skip
