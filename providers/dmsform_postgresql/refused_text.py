"""Text that PostgreSQL cannot hold, found again in the row text: U+0000, and bytes that are no UTF-8.

PostgreSQL names neither column nor value for these: it gives up before it looks for columns.
"""

from __future__ import annotations

from collections import deque

from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import DataPlace, Diagnostic, shortened
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition

KEPT_BYTES = 8 * 1024 * 1024
"""More than socket buffers hold: what the server has just refused is among it."""


class Recent:
    """The buffers sent last, as many as `KEPT_BYTES` hold."""

    def __init__(self) -> None:
        self._buffers: deque[bytes] = deque()
        self._size = 0

    def add(self, buffer: bytes) -> None:
        """Keep the buffer, and let go of the oldest."""
        self._buffers.append(buffer)
        self._size += len(buffer)
        while self._size > KEPT_BYTES and len(self._buffers) > 1:
            self._size -= len(self._buffers.popleft())

    def not_utf8(self) -> tuple[bytes, int] | None:
        """The first buffer that holds bytes that are no UTF-8, and where."""
        for buffer in self._buffers:
            try:
                buffer.decode()
            except UnicodeDecodeError as error:
                return buffer, error.start
        return None


def refused_text(buffer: bytes, at: int, mapped: MappedTable, endpoint: EndpointDefinition) -> Diagnostic:
    """The refusal of the value that holds the byte at this place of a buffer of whole rows."""
    begin = buffer.rfind(b"\n", 0, at) + 1
    column = mapped.columns[buffer.count(b"\t", begin, at)].name
    start = max(buffer.rfind(b"\t", begin, at) + 1, begin)
    value = buffer[start:].split(b"\n", 1)[0].split(b"\t", 1)[0].decode(errors="backslashreplace")
    what = "U+0000" if buffer[at] == 0 else f"the byte 0x{buffer[at]:02x}, which is no UTF-8"
    return codes.VALUE_REFUSED.error(
        f"Column {column} of {mapped.target} would get a text with {what}, and PostgreSQL holds none such.",
        "Correct the value in the source; leave the row out by a filter, or the column by a rule (remove-column); or "
        "carry the column as bytes (change-data-type to bytes).",
        place=DataPlace(endpoint.name, str(mapped.target), column, shortened(value)),
    )
