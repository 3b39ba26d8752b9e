r"""Refusals inside row text: a field that no target can take for a value, found by the reader before it passes on.

No function of MySQL or MariaDB raises an error from inside a SELECT. So the field of a value that must not pass is the
byte 0xFF, which UTF-8 never has, then a letter that says why, then the value's first bytes in hex. The reader checks
anyway that all it passes on is UTF-8 (a server's utf8mb4 takes surrogates, and files hold what they hold), which costs
next to nothing, and so finds both.
"""

from __future__ import annotations

import re

from dmsform.catalog.mapping import Computed, MappedColumn, MappedTable
from dmsform.diagnostics import DataPlace, Diagnostic, shortened
from dmsform.provider import codes

UNDEFINED = "u"
"""The bytes are no text in the column's character set."""
LOSSY = "l"
"""The value cannot be converted without loss to the type that a rule asks for."""
NO_LABEL = "n"
"""An ENUM's error value: the empty text with the number 0, which is none of the labels."""

MASKED = "m"
"""As UNDEFINED or NO_LABEL, of a value that is to be masked, so it is not shown."""

_SHOWN_BYTES = 300
_MARKER = re.compile(rb"\xff([ulnm])((?:[0-9A-F]{2})*)")
_SLICE_BYTES = 256 * 1024
_LONGEST, _CONTINUATION = 4, 0x80
"""Bytes of a character of UTF-8; the upper bits of all but its first."""
_WHY = {
    UNDEFINED: "which are no text in the column's character set",
    LOSSY: "which cannot be converted without loss to the type that a rule asks for",
    NO_LABEL: "with the number 0, which the server stored for a value that is none of the labels",
    MASKED: "which is no text in the column's character set, or none of its labels, so that it cannot be masked",
}
_REMEDY = {
    UNDEFINED: "Correct the value, or leave the row out by a filter; or give the column the type that its bytes are of "
    "in the source.",
    LOSSY: "Correct the value, leave the row out by a filter, or ask for a type that holds it.",
    NO_LABEL: "Give these rows a label or NULL in the source, or leave the column out by a rule.",
    MASKED: "Correct the value in the source, or leave the row or column out by a rule.",
}


def marker(why: str, value: str) -> str:
    """SQL of the field of a refused value. value -- SQL of it, in text or bytes."""
    return f"CONCAT(CAST(x'FF' AS BINARY), '{why}', HEX(LEFT(CAST({value} AS BINARY), {_SHOWN_BYTES})))"


def refusal(buffer: bytes, mapped: MappedTable) -> Diagnostic | None:
    """The first value in a buffer of whole rows that must not pass; None when there is none."""
    if buffer.isascii() or (place := _first_invalid(buffer)) is None:
        return None
    start = buffer.rfind(b"\n", 0, place) + 1
    row = buffer[start : buffer.find(b"\n", place)].split(b"\t")
    return _refused(mapped, row, buffer.count(b"\t", start, place))


def _first_invalid(buffer: bytes) -> int | None:
    """Where the buffer stops to be UTF-8. In slices, as text takes up to four times the room of its bytes."""
    start = 0
    while start < len(buffer):
        end = min(start + _SLICE_BYTES, len(buffer))
        while end < len(buffer) and end > start + _SLICE_BYTES - _LONGEST and buffer[end] & 0xC0 == _CONTINUATION:
            end -= 1
        try:
            buffer[start:end].decode()
        except UnicodeDecodeError as error:
            return start + error.start
        start = end
    return None


def _refused(mapped: MappedTable, row: list[bytes], number: int) -> Diagnostic:
    column, held = mapped.columns[number], row[number]
    table, name = mapped.source.name, _source_name(column)
    found = _MARKER.fullmatch(held)
    if found is not None:
        why, raw = found[1].decode(), bytes.fromhex(found[2].decode())
    else:
        why, raw = UNDEFINED, held[:_SHOWN_BYTES]
    shown = shortened(_shown(why, raw))
    return codes.VALUE_REFUSED.error(
        f"Column {name} of {table} holds {shown if why == UNDEFINED else repr(shown)}"
        f"{_row_words(mapped, row)}, {_WHY[why]}.",
        _REMEDY[why],
        place=DataPlace(table=str(table), column=name, value=shown),
    )


def _shown(why: str, raw: bytes) -> str:
    return f"the bytes {raw.hex()}" if why == UNDEFINED else raw.decode(errors="replace")


def _source_name(column: MappedColumn) -> str:
    return column.name if isinstance(column.value, Computed) else column.value.column.name


def _row_words(mapped: MappedTable, row: list[bytes]) -> str:
    """Which row it is, by its key: ` in the row with id 5`."""
    key = mapped.primary_key.columns if mapped.primary_key else ()
    held = {column.name: field.decode(errors="replace") for column, field in zip(mapped.columns, row, strict=False)}
    parts = [f"{name} {shortened(held[name], 60)}" for name in key if name in held]
    return f" in the row with {', '.join(parts)}" if parts else ""
