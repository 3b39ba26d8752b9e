r"""Rows whose text is longer than the server's max_allowed_packet, made here from columns that are sent as they are.

The limit holds for what a function returns, not for what a table holds and a packet carries. So such a row, which the
server gave as NULL, is read again in the same snapshot, column by column, and escaped here.
"""

from __future__ import annotations

from collections.abc import Iterator

from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform_mysql import codes as own
from dmsform_mysql.rendering import Making
from dmsform_mysql.rows_wire import whole_rows
from dmsform_mysql.select import Piece, Selected
from dmsform_mysql.session import Connection

_LITTLE_ENDIAN = b"\x01"
_SRID_FLAG = 0x20
_CUT = frozenset({1260, 1301})
"""Warnings that a function's result was cut or left out."""


def oversized_rows(connection: Connection, mapped: MappedTable, selected: Selected) -> Iterator[bytes]:
    """The rows, each whole. Raises pymysql.Error; DiagnosticError where even a column cannot be made."""
    for row in whole_rows(connection.raw, selected.oversized()):
        fields = [
            _field(piece, row[2 * number], row[2 * number + 1], mapped, mapped.columns[number])
            for number, piece in enumerate(selected.pieces)
        ]
        row.clear()
        yield b"\t".join(fields) + b"\n"
    if any(piece.absent is None for piece in selected.pieces):
        check_warnings(connection, mapped)


def packet_too_small(mapped: MappedTable, what: str, column: str | None = None) -> DiagnosticError:
    """Something is larger than the server handles, and there is no way around it."""
    return DiagnosticError(
        own.PACKET_TOO_SMALL.error(
            f"{what} of {mapped.source.name} is larger than the source server's max_allowed_packet.",
            "Raise max_allowed_packet on the source server (SET GLOBAL max_allowed_packet = 1073741824), then run the "
            "task again.",
            place=DataPlace(table=str(mapped.source.name), column=column),
        )
    )


def _field(piece: Piece, value: bytes | None, absent: bytes | None, mapped: MappedTable, column: MappedColumn) -> bytes:
    if value is not None:
        return field(value, piece.making)
    if absent == b"0":
        raise packet_too_small(mapped, f"What is made of a value of column {column.name}", column.name)
    return b"\\N"


def check_warnings(connection: Connection, mapped: MappedTable) -> None:
    """Raise DiagnosticError when the last query cut something, where no NULL shows it: inside an expression."""
    if any(number in _CUT for _, number, _ in connection.rows("SHOW WARNINGS")):
        raise packet_too_small(mapped, "A value that an expression computes for a row")


def field(value: bytes, making: Making) -> bytes:
    """The field of a value that was read as it is."""
    match making:
        case Making.TEXT:
            return _escaped(value)
        case Making.BINARY:
            return b"\\\\x" + value.hex().encode()
        case Making.GEOMETRY:
            return b"\\\\x" + _ewkb(value).hex().encode()


def _escaped(text: bytes) -> bytes:
    for character, escape in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")):
        if character in text:
            text = text.replace(character, escape)
    return text


def _ewkb(stored: bytes) -> bytes:
    srid, wkb = stored[:4], stored[4:]
    if not any(srid):
        return wkb
    return _LITTLE_ENDIAN + wkb[1:4] + bytes([_SRID_FLAG]) + srid + wkb[5:]
