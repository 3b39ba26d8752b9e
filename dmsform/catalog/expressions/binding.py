"""Replaces AWS DMS's metadata (`$AR_M_...`) and headers (`$AR_H_...`) by what they are worth in a full load.

Source of the values: AWS DMS user guide, "Replicating source table headers using expressions". Times are the source's
clock when it is asked for the rows, in UTC.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, fields

from dmsform.catalog import codes
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.syntax import Call, Expression, Name, TextLiteral, names, rewrite


@dataclass(frozen=True, slots=True)
class Metadata:
    """The values of `$AR_M_...` where an expression is used; None where there is no such thing (a table's column)."""

    source_schema: str
    source_table_name: str
    modified_schema: str
    modified_table_name: str
    source_column_name: str | None = None
    source_column_datatype: str | None = None

    def values(self) -> dict[str, str | None]:
        """By the name that expressions use, `AR_M_SOURCE_SCHEMA` ..."""
        return {f"AR_M_{field.name.upper()}": getattr(self, field.name) for field in fields(self)}


_NOW = Call("strftime", (TextLiteral("%Y-%m-%d %H:%M:%f"), TextLiteral("now")))
_HEADERS: dict[str, Expression] = {
    "AR_H_STREAM_POSITION": TextLiteral(""),
    "AR_H_TIMESTAMP": _NOW,
    "AR_H_COMMIT_TIMESTAMP": _NOW,
    "AR_H_OPERATION": TextLiteral("INSERT"),
    "AR_H_USER": TextLiteral(""),
    "AR_H_CHANGE_SEQ": TextLiteral(""),
}


def bind(expression: Expression, metadata: Metadata) -> Expression:
    """The expression with metadata, headers and `operation_indicator` replaced for a full load.

    Raises ExpressionError for metadata that does not exist here.
    """
    values = metadata.values()

    def bound(part: Expression) -> Expression:
        match part:
            case Name(name) if name in _HEADERS:
                return _HEADERS[name]
            case Name(name) if name in values:
                return _literal(name, values[name])
            case Name(name) if name.startswith(("AR_H_", "AR_M_")):
                raise _unknown(name, [*_HEADERS, *values], "metadata or a header of AWS DMS")
            case Call("operation_indicator", (_, _, inserted)):
                return inserted
            case _:
                return part

    return rewrite(expression, bound)


def check_columns(expression: Expression, columns: Collection[str], of: str) -> None:
    """Raises ExpressionError unless every name in the bound expression is one of the columns of table `of`."""
    for name in names(expression):
        if name not in columns:
            raise _unknown(name, columns, f"a column of {of}")


def _literal(name: str, value: str | None) -> TextLiteral:
    if value is None:
        raise ExpressionError(
            codes.EXPRESSION_COLUMN,
            f"${name} has no value here: the expression is not used on a source column.",
            "Use it with action rename of a column only.",
        )
    return TextLiteral(value)


def _unknown(name: str, known: Collection[str], what: str) -> ExpressionError:
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean ${close[0]}?" if close else ""
    return ExpressionError(
        codes.EXPRESSION_COLUMN,
        f"${name} is not {what}.{hint}",
        "Names are case-sensitive. Use " + (", ".join(f"${k}" for k in sorted(known)) or "no column here") + ".",
    )
