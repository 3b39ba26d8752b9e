"""Evaluates an expression without columns, as renames by expression need it while rules are applied.

SQLite itself computes it, in memory: the syntax is its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog import codes
from dmsform.catalog.expressions.binding import check_columns
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.functions import hash_sha256, replace_chars
from dmsform.catalog.expressions.printing import printed
from dmsform.catalog.expressions.syntax import Expression


def evaluated(expression: Expression) -> str | None:
    """The value as text (None for NULL) of a bound expression. Raises ExpressionError when it uses a column."""
    import sqlite3

    check_columns(expression, (), "a rename: only $AR_M_... metadata can be used")

    def call(function: str, arguments: Sequence[str]) -> str:
        return f"{function}({', '.join(arguments)})"

    connection = sqlite3.connect(":memory:")
    try:
        connection.create_function("replacechars", 3, replace_chars, deterministic=True)
        connection.create_function("hash_sha256", 1, hash_sha256, deterministic=True)
        row = connection.execute(f"SELECT CAST(({printed(expression, call=call)}) AS TEXT)").fetchone()
    except sqlite3.Error as error:
        raise ExpressionError(
            codes.INVALID_EXPRESSION, f"SQLite cannot evaluate the expression: {error}.", "Correct the expression."
        ) from error
    finally:
        connection.close()
    return None if row[0] is None else str(row[0])
