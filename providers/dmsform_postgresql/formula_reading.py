"""Expressions as PostgreSQL's catalogue prints them, in no engine's words."""

from __future__ import annotations

import re
from functools import lru_cache

from dmsform.catalog.formulas.kinds import Types
from dmsform.catalog.formulas.syntax import Formula, String
from dmsform.catalog.objects import Expression

# The parser stumbles over schemas that are called like one of its words.
_LABEL = re.compile(r"""'((?:[^'\\]|'')*)'::(?:\w+|"(?:[^"]|"")+")\.(?:\w+|"(?:[^"]|"")+")""")
"""A literal of a type of the user."""


def expression(sql: str, types: Types) -> Expression:
    """The expression with its meaning, where it is understood. types -- of the table's columns, by name."""
    return Expression(sql, meaning(sql, types))


def meaning(sql: str, types: Types) -> Formula | None:
    """What the expression means, None where it is not understood."""
    if (label := _LABEL.fullmatch(sql)) is not None:
        return String(label[1].replace("''", "'"))
    return _meaning(sql, tuple(types.items()) if _may_read_columns(sql) else ())


@lru_cache(maxsize=4096)
def _meaning(sql: str, types: tuple[tuple[str, object], ...]) -> Formula | None:
    # sqlglot takes long to load; a plan that meets no expression does without.
    from dmsform.catalog.formulas.reading import read

    return read(sql, "postgres", dict(types))  # type: ignore[arg-type]  # a tuple has lost the types' type


def _may_read_columns(sql: str) -> bool:
    """Whether it may be more than a literal, or a literal with a cast: those are many, and alike in all tables."""
    return sql.startswith("(") or (not sql.startswith("'") and not sql[:1].isdigit())
