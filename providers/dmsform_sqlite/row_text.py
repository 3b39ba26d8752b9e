r"""Takes buffers of row text apart into columns of fields, each still in row text's escapes.

No byte of UTF-8 but a tab is a tab, so that a whole buffer is decoded and split at once, whatever its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

NULL = "\\N"
"""The field of a NULL."""

_ESCAPES = {
    "\\t": "\t",
    "\\n": "\n",
    "\\r": "\r",
    "\\b": "\b",
    "\\f": "\f",
    "\\v": "\v",
}


class MalformedRowsError(Exception):
    """The buffer does not hold whole rows of so many fields; the text says what is wrong."""


class NotUnicodeError(Exception):
    """A field is no valid UTF-8: its column (from 0) and its bytes."""

    def __init__(self, column: int, data: bytes) -> None:
        super().__init__(column, data)
        self.column = column
        self.data = data


class BrokenEscapeError(ValueError):
    """A backslash begins none of row text's escapes."""


def columns_of(buffer: bytes, width: int) -> list[list[str]]:
    """The fields of each of `width` columns. Raises MalformedRowsError, NotUnicodeError."""
    try:
        text = buffer.decode()
    except UnicodeDecodeError:
        raise _not_unicode(buffer) from None
    # A row's end becomes a field of its own, which must then stand behind every `width` fields.
    fields = text.replace("\n", "\t\n\t").split("\t")
    rows = text.count("\n")
    ends = fields[width :: width + 1]
    if fields.pop() or len(fields) != rows * (width + 1) or ends != ["\n"] * rows:
        raise MalformedRowsError(_misfit(text, width))
    return [fields[number :: width + 1] for number in range(width)]


def unescaped(field: str) -> str:
    """The text that a field stands for. Raises BrokenEscapeError."""
    if "\\" not in field:
        return field
    # Where backslashes stand in a row, the first one begins an escape: pairs are found from the left.
    parts = field.split("\\\\")
    for number, part in enumerate(parts):
        if "\\" in part:
            parts[number] = _replaced(part)
    return "\\".join(parts)


def unescaped_all(fields: Sequence[str]) -> Sequence[str]:
    """The texts that a column's fields stand for. Raises BrokenEscapeError."""
    if "\\" not in "".join(fields):
        return fields
    return [unescaped(f) if "\\" in f else f for f in fields]


def shown_field(field: str) -> str:
    """A field for people: the text it stands for, or itself where that cannot be told."""
    try:
        return unescaped(field)
    except BrokenEscapeError:
        return field


def _replaced(part: str) -> str:
    for escape, character in _ESCAPES.items():
        part = part.replace(escape, character)
    if "\\" in part:
        raise BrokenEscapeError(part)
    return part


def _not_unicode(buffer: bytes) -> NotUnicodeError:
    for row in buffer.split(b"\n"):
        for column, field in enumerate(row.split(b"\t")):
            try:
                field.decode()
            except UnicodeDecodeError:
                return NotUnicodeError(column, field)
    raise AssertionError("every field is valid UTF-8, and the buffer is not")


def _misfit(text: str, width: int) -> str:
    *rows, rest = text.split("\n")
    if rest:
        return "its last row does not end"
    found = next(n for row in rows if (n := row.count("\t") + 1) != width)
    return f"it has a row of {found} fields"
