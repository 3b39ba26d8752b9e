"""What hangs on tables, from the rows of the catalogue's queries. Pure.

What needs something that is not the table's own (a function, a type, a collation of the user) cannot be created on
another server by itself, and is told in words instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dmsform.catalog.formulas.kinds import Types
from dmsform.catalog.names import TableName
from dmsform.catalog.objects import Check, Expression, ForeignKey, Index, IndexKind, IndexPart, ReferentialAction
from dmsform_postgresql.formula_reading import expression

_KINDS = {"btree": IndexKind.ORDERED, "hash": IndexKind.HASH}
_DESCENDING, _NULLS_FIRST = 1, 2
_ACTIONS = {
    "a": ReferentialAction.NO_ACTION,
    "r": ReferentialAction.RESTRICT,
    "c": ReferentialAction.CASCADE,
    "n": ReferentialAction.SET_NULL,
    "d": ReferentialAction.SET_DEFAULT,
}


def index_of(row: tuple[Any, ...], types: Types) -> Index | str:
    """An index, or what is said of one that is not carried."""
    (
        name, unique, constraint, method, keys, columns, expressions, options, words, condition, nulls_equal,
        deferrable, deferred, storage, needs, period, comment,
    ) = row  # fmt: skip
    parts = tuple(
        IndexPart(
            column=columns[n],
            expression=None if expressions[n] is None else expression(expressions[n], types),
            descending=bool(options[n] & _DESCENDING),
            nulls_first=_nulls_first(options[n]),
            words=words[n],
        )
        for n in range(keys)
    )
    index = Index(
        name=name,
        parts=parts,
        unique=unique,
        constraint=constraint,
        kind=_KINDS.get(method, IndexKind.OTHER),
        method=method,
        included=tuple(columns[keys:]),
        condition=None if condition is None else expression(condition, types),
        nulls_distinct=not nulls_equal,
        deferrable=deferrable,
        deferred=deferred,
        comment=comment,
        words=f"WITH ({storage})" if storage else "",
    )
    if period:
        return f"{index} (WITHOUT OVERLAPS)"
    return f"{index} ({', '.join(needs)})" if needs else index


def _nulls_first(options: int) -> bool | None:
    """None where they stand as they do by themselves: behind all others, or in front of all where these fall."""
    first, descending = bool(options & _NULLS_FIRST), bool(options & _DESCENDING)
    return None if first is descending else first


def foreign_key_of(row: tuple[Any, ...]) -> ForeignKey | str:
    """A foreign key, or what is said of one that is not carried."""
    (
        name, columns, schema, table, referenced, update, delete, set_columns, full, deferrable, deferred, validated,
        plain,
    ) = row  # fmt: skip
    if not plain:
        return f"foreign key {name} (of periods, or not enforced)"
    return ForeignKey(
        name=name,
        columns=tuple(columns),
        referenced=TableName(schema, table),
        referenced_columns=tuple(referenced),
        on_update=_ACTIONS[update],
        on_delete=_ACTIONS[delete],
        set_columns=tuple(set_columns),
        match_full=full,
        deferrable=deferrable,
        deferred=deferred,
        validated=validated,
    )


def check_of(row: tuple[Any, ...], types: Types) -> Check | str:
    """A check, or what is said of one that is not carried."""
    name, sql, validated, enforced, needs = row
    found = portable(expression(sql, types), needs)
    if found is None:
        return f"check {name} ({', '.join(needs)})"
    return Check(name, found, enforced=enforced, validated=validated)


def portable(found: Expression, needs: Sequence[str] | None) -> Expression | None:
    """The expression, by its meaning alone where its SQL needs what the target may not have; None: it has none."""
    if not needs:
        return found
    return None if found.meaning is None else Expression(None, found.meaning)
