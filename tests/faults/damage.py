"""Damages one message of a connection, in what makes a stream of bytes a stream of messages: the protocol's structure.

What stands inside of a message is the peers' own; a byte changed in there is another value, or another statement, and
nothing but encryption can tell (see `test_tls`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from dmsform.testing.proxy import Direction


class Damage(Enum):
    """What happens to a message."""

    KIND = "another kind, or number"
    MARKER = "its first byte, which may say what it is"
    LONGER = "its length is one more"
    SHORTER = "its length is one less"
    EMPTY = "its length is none"
    HUGE = "its length is beyond all bounds"
    DROPPED = "it is lost"
    DOUBLED = "it comes twice"
    BYTE_LOST = "a byte of its header is lost"
    BYTE_ADDED = "a byte comes before it"


@dataclass(frozen=True)
class Framing:
    """How a protocol begins a message: bytes of the header, and where its length stands and what that counts."""

    header: int
    length: Callable[[bytes], int]
    relength: Callable[[bytes, int], bytes]
    rekind: Callable[[bytes], bytes]
    own: int
    """What the length counts besides what follows the header."""


def _mysql_relength(header: bytes, length: int) -> bytes:
    return struct.pack("<I", length & 0xFFFFFF)[:3] + header[3:]


MYSQL = Framing(
    header=4,
    length=lambda header: int.from_bytes(header[:3], "little"),
    relength=_mysql_relength,
    rekind=lambda header: header[:3] + bytes([(header[3] + 1) % 256]),
    own=0,
)
POSTGRESQL = Framing(
    header=5,
    length=lambda header: int.from_bytes(header[1:], "big"),
    relength=lambda header, length: header[:1] + struct.pack(">I", length & 0xFFFFFFFF),
    # Rows become the end of rows, errors become notices.
    rekind=lambda header: {b"d": b"c", b"D": b"N", b"E": b"N", b"C": b"I"}.get(header[:1], b"A") + header[1:],
    own=4,
)


@dataclass
class Damaged:
    """A function for `Rewrite`: passes everything on and damages message `number` (from 0); counts what it sees."""

    framing: Framing
    direction: Direction
    number: int | None = None
    damage: Damage | None = None
    seen: list[int] = field(default_factory=list)
    """The lengths of the messages so far."""

    struck: bool = False
    _pending: bytes = b""
    _left: int = 0
    _copy: bytearray | None = None
    _dropping: bool = False
    _marked: bool = False

    def __call__(self, data: bytes) -> bytes:
        data, self._pending, out = self._pending + data, b"", []
        while data:
            if self._left:
                piece, data = data[: self._left], data[self._left :]
                self._left -= len(piece)
                out.append(self._body(piece))
                continue
            size = self._header_size()
            if len(data) < size:
                self._pending = data
                break
            header, data = data[:size], data[size:]
            out.append(self._begin(header))
        return b"".join(out)

    def _header_size(self) -> int:
        return 4 if self._greeting() else self.framing.header

    def _greeting(self) -> bool:
        """PostgreSQL's first message has no kind."""
        return self.framing is POSTGRESQL and self.direction is Direction.TO_SERVER and not self.seen

    def _begin(self, header: bytes) -> bytes:
        padded = b"\0" * (self.framing.header - len(header)) + header
        length = self.framing.length(padded) - self.framing.own
        hit, bare = self.number == len(self.seen), len(padded) - len(header)
        self.seen.append(length)
        self._left, self._dropping, self._marked = length, False, False
        if not hit:
            return header
        self.struck = True
        match self.damage:
            case Damage.KIND:
                return self.framing.rekind(padded)[bare:]
            case Damage.MARKER:
                self._marked = True
            case Damage.LONGER | Damage.SHORTER | Damage.EMPTY | Damage.HUGE:
                told = {
                    Damage.LONGER: length + 1, Damage.SHORTER: length - 1, Damage.EMPTY: 0, Damage.HUGE: 0x7FFFFF
                }[self.damage]  # fmt: skip
                return self.framing.relength(padded, told + self.framing.own)[bare:]
            case Damage.DROPPED:
                self._dropping = True
                return b""
            case Damage.BYTE_LOST:
                return header[1:]
            case Damage.BYTE_ADDED:
                return b"\0" + header
            case Damage.DOUBLED:
                if not length:
                    return header + header
                self._copy = bytearray(header)
            case None:
                pass
        return header

    def _body(self, piece: bytes) -> bytes:
        if self._dropping:
            return b""
        if self._marked:
            self._marked = False
            return b"\xfe" + piece[1:]
        if self._copy is None:
            return piece
        self._copy += piece
        if self._left:
            return piece
        twice, self._copy = piece + self._copy, None
        return twice
