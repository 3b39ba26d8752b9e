"""Renders an added column's expression to SQL of SQLite, which evaluates its own syntax itself.

Only AWS DMS's two functions are written in Python: `sql_functions.register` makes them known to a connection.
Columns enter with the affinity and collation that they have in their table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from dmsform.catalog import codes
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.printing import printed
from dmsform.catalog.mapping import Computed
from dmsform.diagnostics import DiagnosticError, shortened
from dmsform_sqlite.sql_functions import SqlFunction, functions, register

__all__ = ["SqlFunction", "functions", "register", "render"]

_OWN = {"replacechars": "dmsform_replace_chars", "hash_sha256": "dmsform_hash_sha256"}


def render(computed: Computed) -> str:
    """SQL that computes the expression for a row of the source table.

    Raises DiagnosticError (DMS323) for what SQLite itself cannot parse: it limits how deep expressions nest.
    """
    try:
        rendered = printed(parse(computed.expression), _identifier, _call)
    except ExpressionError as error:
        raise DiagnosticError(error.code.error(error.detail, error.remedy)) from error
    _try_out(rendered, computed)
    return rendered


def _try_out(rendered: str, computed: Computed) -> None:
    """Compile the expression against an empty row of the columns' names."""
    columns = ", ".join(f"NULL AS {_identifier(column.name)}" for column in computed.columns) or "NULL"
    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        try:
            connection.execute(f"EXPLAIN SELECT {rendered} FROM (SELECT {columns})")  # noqa: S608
        except sqlite3.Error as error:
            raise DiagnosticError(
                codes.EXPRESSION_NOT_RENDERABLE.error(
                    f"SQLite cannot compute {shortened(computed.expression)}: {error}.",
                    "Make the expression simpler, or split it into several added columns.",
                )
            ) from error


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _call(function: str, arguments: Sequence[str]) -> str:
    return f"{_OWN.get(function, function)}({', '.join(arguments)})"
