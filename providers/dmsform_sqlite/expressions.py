"""Renders an added column's expression to SQL of SQLite, which evaluates its own syntax itself.

Only AWS DMS's two functions are written in Python: `sql_functions.register` makes them known to a connection.
Columns enter with the affinity and collation that they have in their table.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.printing import printed
from dmsform.catalog.mapping import Computed
from dmsform.diagnostics import DiagnosticError
from dmsform_sqlite.sql_functions import SqlFunction, functions, register

__all__ = ["SqlFunction", "functions", "register", "render"]

_OWN = {"replacechars": "dmsform_replace_chars", "hash_sha256": "dmsform_hash_sha256"}


def render(computed: Computed) -> str:
    """SQL that computes the expression for a row of the source table. Raises DiagnosticError."""
    try:
        return printed(parse(computed.expression), _identifier, _call)
    except ExpressionError as error:
        raise DiagnosticError(error.code.error(error.detail, error.remedy)) from error


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _call(function: str, arguments: Sequence[str]) -> str:
    return f"{_OWN.get(function, function)}({', '.join(arguments)})"
