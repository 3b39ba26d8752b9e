"""Rows of a query with one column, sliced out of the protocol's packets as they come off the socket.

The driver's own reading makes objects of each packet and value, which costs more than the server's work. Here a read
is cut at the packets' headers (length in three bytes, sequence number) and the values are joined into buffers.
The driver has no public way to its buffered socket and sequence number, so its private names are used.
The packets: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, cast

import pymysql
from pymysql.constants import COMMAND, CR
from pymysql.err import OperationalError
from pymysql.protocol import MysqlPacket

from dmsform_mysql.driver import Driver

BUFFER_BYTES = 256 * 1024
_READ_BYTES = 256 * 1024
_LENGTH = 0xFFFFFF
"""Mask of a packet's length; a packet of this length goes on in the next one."""
_NULL, _TWO_BYTES, _THREE_BYTES = 0xFB, 0xFC, 0xFD
_ERROR, _END, _END_BYTES = b"\xff", b"\xfe", 5
_PLACES_OF_LENGTH = {_THREE_BYTES: 3, 0xFE: 8}
"""Of the length of a value that needs more than one packet."""
_header = struct.Struct("<I").unpack_from
_two_bytes = struct.Struct("<H").unpack_from


class ColumnRows:
    """The values of a query's one column. Iterate once, to the end.

    rows -- values in the buffers so far; nulls -- rows whose value was NULL, which are in no buffer; warnings -- how
    many the server counted, known at the end.
    """

    def __init__(self, raw: Driver, query: str) -> None:
        # Of any type: the driver's private names are known to no type checker.
        self._raw = cast(Any, raw)
        self.rows = 0
        self.nulls = 0
        self.warnings = 0
        begin(raw, query)
        self._sequence = int(self._raw._next_seq_id)
        self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        """Buffers of whole values. Raises pymysql.Error: the server's, or 2013 when the connection ends early."""
        data, wanted = b"", 0
        values: list[bytes] = []
        size = 0
        while not self._ended:
            data += self._more(wanted)
            size += len(data)
            data, wanted = self._cut(data, values)
            size -= len(data)
            if values and (self._ended or size >= BUFFER_BYTES):
                self.rows += len(values)
                yield b"".join(values)
                values, size = [], 0

    def _more(self, wanted: int) -> bytes:
        """What has come; of a large packet all that is still missing."""
        source = self._raw._rfile
        data: bytes = source.read(wanted) if wanted > _READ_BYTES else source.read1(_READ_BYTES)
        if len(data) < (wanted if wanted > _READ_BYTES else 1):
            raise _lost("Lost connection to MySQL server during query")
        return data

    def _cut(self, data: bytes, values: list[bytes]) -> tuple[bytes, int]:
        """Move the values of complete packets to `values`; what is left, and how many bytes are missing at least."""
        position, end, sequence = 0, len(data), self._sequence
        wanted = 0
        while position + 5 <= end:
            header = _header(data, position)[0]
            length = header & _LENGTH
            stop = position + 4 + length
            if stop > end:
                wanted = stop - end
                break
            if header >> 24 != sequence:
                raise _lost(f"Lost packets of the server: number {header >> 24} came instead of {sequence}")
            sequence = (sequence + 1) & 0xFF
            first = data[position + 4]
            if first < _NULL:
                begun, told = position + 5, first
            elif first == _TWO_BYTES:
                begun, told = position + 7, _two_bytes(data, position + 5)[0]
            elif length == _LENGTH:
                self._sequence = sequence
                value, data = self._long(data[position + 4 : stop], data[stop:])
                values.append(value)
                position, end, sequence = 0, len(data), self._sequence
                continue
            elif first == _THREE_BYTES:
                begun, told = position + 8, _header(data, position + 4)[0] >> 8
            elif first == _NULL and length == 1:
                self.nulls += 1
                position = stop
                continue
            else:
                self._finish(data[position + 4 : stop], sequence)
                if stop < end:
                    raise _lost("Lost packets of the server: more came after the end of the rows")
                return b"", 0
            if stop - begun != told:
                raise _lost("Lost packets of the server: a value is not as long as its packet")
            values.append(data[begun:stop])
            position = stop
        self._sequence = sequence
        return data[position:], wanted

    def _long(self, begun: bytes, rest: bytes) -> tuple[bytes, bytes]:
        """A value of more than a packet: its parts joined, and what came behind it."""
        places = _PLACES_OF_LENGTH.get(begun[0])
        if places is None:
            raise _lost("Lost packets of the server: a row began where none can")
        told = int.from_bytes(begun[1 : 1 + places], "little")
        parts, length = [begun[1 + places :]], _LENGTH
        while length == _LENGTH:
            rest = self._filled(rest, 4)
            header = _header(rest)[0]
            if header >> 24 != self._sequence:
                raise _lost(f"Lost packets of the server: number {header >> 24} came instead of {self._sequence}")
            self._sequence = (self._sequence + 1) & 0xFF
            length = header & _LENGTH
            rest = self._filled(rest, 4 + length)
            parts.append(rest[4 : 4 + length])
            rest = rest[4 + length :]
        value = b"".join(parts)
        if len(value) != told:
            raise _lost("Lost packets of the server: a value is not as long as its packets")
        return value, rest

    def _filled(self, data: bytes, size: int) -> bytes:
        """The data with at least so many bytes."""
        missing = size - len(data)
        more: bytes = self._raw._rfile.read(missing) if missing > 0 else b""
        if len(more) < missing:
            raise _lost("Lost connection to MySQL server during query")
        return data + more

    def _finish(self, payload: bytes, sequence: int) -> None:
        self._raw._next_seq_id = sequence
        self._ended = True
        first = payload[:1]
        if first == _ERROR:
            self._raise(payload)
        if first != _END or len(payload) != _END_BYTES:
            raise _lost("Lost packets of the server: a row began where none can")
        self.warnings = int.from_bytes(payload[1:3], "little")

    def _raise(self, payload: bytes) -> None:
        packet: Any = MysqlPacket(payload, "utf8mb4")
        try:
            self._raw.understood(packet.raise_for_error)
        except pymysql.Error as error:
            error.account = self._raw.account  # type: ignore[attr-defined]
            raise


def begin(raw: Driver, query: str) -> int:
    """Send a query and read up to its first row; the number of columns. Raises pymysql.Error."""
    connection: Any = raw

    def ask() -> int:
        connection._execute_command(COMMAND.COM_QUERY, query)
        columns = int(connection._read_packet().read_length_encoded_integer())
        for _ in range(columns + 1):
            connection._read_packet()
        return columns

    return raw.understood(ask)


def check_end(raw: Driver) -> None:
    """Raise pymysql.Error unless the server has said all it had to: what looked like the end of the rows was it."""
    raw.understood(lambda: raw.ping(reconnect=False))


def whole_rows(raw: Driver, query: str) -> Iterator[list[bytes | None]]:
    """The rows of a query with several columns, as bytes. Raises pymysql.Error."""
    connection: Any = raw
    columns = begin(raw, query)
    while not (packet := connection._read_packet()).is_eof_packet():
        yield [packet.read_length_coded_string() for _ in range(columns)]


def _lost(message: str) -> OperationalError:
    return OperationalError(CR.CR_SERVER_LOST, message)
