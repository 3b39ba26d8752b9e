"""The columns of a formula: which there are, and the same formula under other names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from dmsform.catalog.formulas.syntax import ColumnRef, Formula


def columns_of(formula: Formula) -> frozenset[str]:
    """The names of the columns that the formula reads."""
    return frozenset(part.name for part in parts(formula) if isinstance(part, ColumnRef))


def parts(formula: Formula) -> Iterator[Formula]:
    """The formula and everything it is made of."""
    yield formula
    for field in fields(formula):
        value = getattr(formula, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if hasattr(each, "__dataclass_fields__"):
                yield from parts(each)


def renamed(formula: Formula, names: Mapping[str, str]) -> Formula:
    """The formula with its columns under other names. Raises KeyError for a column that has none."""
    if isinstance(formula, ColumnRef):
        return ColumnRef(names[formula.name])
    changed: dict[str, Any] = {f.name: _renamed(getattr(formula, f.name), names) for f in fields(formula)}
    return replace(formula, **changed)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(each, names) for each in value)
    return renamed(value, names) if hasattr(value, "__dataclass_fields__") else value
