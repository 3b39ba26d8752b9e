"""The SELECT that reads a mapped table as row text: columns, masks, expressions, conversions; filters as WHERE. Pure.

A row is one CONCAT of its fields in bytes: MySQL builds it in 512 ns where the same in characters takes 885. A field
that may be NULL is `IF(c IS NULL, '\\N', ...)`, so that a row text which is NULL says that something in it is longer
than max_allowed_packet, and nothing else.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from dmsform.catalog.mapping import Computed, Copied, MappedColumn, MappedTable, Masked, MaskKind
from dmsform.catalog.types import describe
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform_mysql import codes as own
from dmsform_mysql.conversions import convert
from dmsform_mysql.filters import condition_of
from dmsform_mysql.markers import MASKED
from dmsform_mysql.quoting import identifier, qualified
from dmsform_mysql.rendering import Making, Rendering, render, worded

_NULL = r"'\\N'"


@dataclass(frozen=True, slots=True)
class Piece:
    """A column of a row that is read in pieces.

    value -- SQL of it; making -- how it becomes a field; absent -- SQL that says whether it is NULL in the source,
    None where only the value can tell.
    """

    value: str
    making: Making
    absent: str | None


@dataclass(frozen=True, slots=True)
class Selected:
    """row -- SQL of the row text; pieces -- the row in pieces; source -- of FROM; condition -- of WHERE, if any."""

    row: str
    pieces: tuple[Piece, ...]
    source: str
    condition: str

    def statement(self) -> str:
        """The query of all rows."""
        where = f" WHERE {self.condition}" if self.condition else ""
        return f"SELECT {self.row} FROM {self.source}{where}"

    def check(self) -> str:
        """A query that reads nothing, but lets the server look at the table and the filters."""
        where = f" WHERE {self.condition}" if self.condition else ""
        return f"SELECT 1 FROM {self.source}{where} LIMIT 0"

    def oversized(self) -> str:
        """The query of the rows whose text is NULL: of each piece its value, and whether it is NULL in the source."""
        parts = ", ".join(f"{piece.value}, {piece.absent or 'NULL'}" for piece in self.pieces)
        conditions = [f"({self.condition})"] if self.condition else []
        return f"SELECT {parts} FROM {self.source} WHERE {' AND '.join([*conditions, f'{self.row} IS NULL'])}"


def select(mapped: MappedTable, *, search: bool = True) -> Selected:
    """The query for a mapped table; search -- see `rendering.render`.

    Raises DiagnosticError: a conversion that loses something, a filter's operand.
    """
    findings = impossible_conversions(mapped)
    if findings:
        raise DiagnosticError(findings)
    values = [(column, _value(column, search)) for column in mapped.columns]
    fields = ", '\\t', ".join(_field(column, value) for column, value in values)
    return Selected(
        row=f"CONCAT({fields}, CAST('\\n' AS BINARY))",
        pieces=tuple(Piece(value.raw, value.making, _absent(column)) for column, value in values),
        source=qualified(mapped.source.name),
        condition=condition_of(mapped),
    )


def impossible_conversions(mapped: MappedTable) -> list[Diagnostic]:
    """The columns whose asked-for type their source type has no lossless conversion to."""
    return [
        own.CONVERSION_REFUSED.error(
            f"Column {source.name} of {mapped.source.name} is {source.native}, and there is no lossless conversion to "
            f"{describe(column.type)}.",
            "Ask for another type (text holds most values), or compute the column by an expression (add-column).",
            place=DataPlace(table=str(mapped.source.name), column=source.name),
        )
        for column in mapped.columns
        if isinstance(column.value, Copied)
        and (source := column.value.column).type != column.type
        and convert(source, column.type) is None
    ]


def draws_digits(mapped: MappedTable) -> bool:
    """Whether a mask draws digits, for which the session needs room in GROUP_CONCAT."""
    return any(isinstance(c.value, Masked) and c.value.kind is MaskKind.DIGITS_RANDOMIZE for c in mapped.columns)


def _value(column: MappedColumn, search: bool) -> Rendering:
    match column.value:
        case Copied(column=source):
            converted = None if source.type == column.type else convert(source, column.type)
            return converted or render(source, search=search)
        case Masked(column=source) as masked:
            from dmsform_mysql import masking

            valid = render(source).valid
            # A masked value is shown to nobody.
            return worded(masking.render(masked, column.type), valid, MASKED, "''")
        case Computed() as computed:
            from dmsform_mysql import expressions

            # A text that the expression makes may have any characters, whatever the column's type.
            return worded(f"({expressions.render(computed, column.type)})")
        case _:
            assert_never(column.value)


def _field(column: MappedColumn, value: Rendering) -> str:
    absent = _absent(column) or f"{value.text} IS NULL"
    if isinstance(column.value, Copied) and not column.value.column.nullable:
        return value.field
    return f"IF({absent}, {_NULL}, {value.field})"


def _absent(column: MappedColumn) -> str | None:
    match column.value:
        case Copied(column=source) | Masked(column=source):
            return f"{identifier(source.name)} IS NULL"
        case Computed():
            return None
        case _:
            assert_never(column.value)
