"""`LOAD DATA LOCAL` with rows that are sent while they come, in place of a file.

The server asks for a file by name and reads packets until an empty one, its only end of file; a connection that breaks
off ends the statement too, and whatever it took is then rolled back, as no transaction here commits by itself. So an
end is sent only by `finish`, and whatever goes wrong before it closes the connection. Whichever name the server asks
for, no file is opened: the driver's own answer to such requests is switched off (see `driver`).
Source: MySQL Internals, "Client/Server Protocol, LOCAL INFILE Request".
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.constants import COMMAND, CR
from pymysql.protocol import MysqlPacket, OKPacketWrapper

from dmsform_mysql.connect import Connection

LARGEST_PACKET = 1 << 20
"""Bytes of one packet; a server takes none larger than its max_allowed_packet."""

SMALLEST_PACKET = 1 << 15
"""Bytes below which buffers are sent together."""

_INFO = re.compile(rb"Records: (\d+) +Deleted: (\d+) +Skipped: (\d+) +Warnings: (\d+)")


@dataclass(frozen=True, slots=True)
class Taken:
    """What the server says of a statement: rows it read, rows it left out, warnings it has."""

    records: int
    deleted: int
    skipped: int
    warnings: int


class LocalInfile:
    """One statement under way: `send` any number of times, then `finish`."""

    def __init__(self, connection: Connection, statement: str) -> None:
        """Begin the statement. Raises the driver's errors."""
        # What sends a statement and its packets is the driver's own, and has no types.
        self._raw: Any = connection.raw
        self._limit = min(LARGEST_PACKET, connection.server.max_allowed_packet - 1)
        self._small = bytearray()
        self._begin(statement)

    def send(self, buffer: bytes) -> None:
        """Send rows. Raises the driver's errors; the connection is then closed."""
        if len(buffer) < SMALLEST_PACKET:
            self._small += buffer
            if len(self._small) < SMALLEST_PACKET:
                return
            buffer = self._flushed()
        else:
            self._send_small()
        self._send_packets(buffer)

    def finish(self) -> Taken:
        """End the statement; what the server took of it. Raises the driver's errors."""
        self._send_small()
        self._send_packet(b"")
        packet = self._answer()
        self._require(packet.is_ok_packet())
        ok = OKPacketWrapper(packet)
        self._raw.server_status = ok.server_status
        info = _INFO.search(ok.message)
        self._require(info is not None)
        assert info is not None
        taken = Taken(*(int(number) for number in info.groups()))
        self._require(taken.warnings == ok.warning_count or taken.warnings > 0)
        return taken

    def _begin(self, statement: str) -> None:
        self._raw._execute_command(COMMAND.COM_QUERY, statement)
        self._require(self._answer().is_load_local_packet())

    def _answer(self) -> MysqlPacket:
        """The server's next packet; an error packet is raised."""
        packet: MysqlPacket = self._raw.understood(self._raw._read_packet)
        return packet

    def _send_small(self) -> None:
        if self._small:
            self._send_packets(self._flushed())

    def _flushed(self) -> bytes:
        gathered = bytes(self._small)
        self._small.clear()
        return gathered

    def _send_packets(self, buffer: bytes) -> None:
        if len(buffer) <= self._limit:
            self._send_packet(buffer)
            return
        view = memoryview(buffer)
        for start in range(0, len(buffer), self._limit):
            self._send_packet(view[start : start + self._limit])

    def _send_packet(self, payload: bytes | memoryview) -> None:
        raw = self._raw
        # Joined, as a header of its own would be a system call of its own.
        raw._write_bytes(b"".join((struct.pack("<I", len(payload) | raw._next_seq_id << 24), payload)))
        raw._next_seq_id = (raw._next_seq_id + 1) % 256

    def _require(self, expected: bool) -> None:
        if not expected:
            self._raw._force_close()
            raise pymysql.OperationalError(CR.CR_COMMANDS_OUT_OF_SYNC, "the server's answer to LOAD DATA is no answer")
