"""What can go wrong with a connection, and at which byte of it: decided here, without sockets, for `testing.proxy`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never


class Direction(Enum):
    """Which way bytes go."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


@dataclass(frozen=True, slots=True)
class Delay:
    """Every chunk waits that long before it goes on; no other is read in between."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends on both sides once what came before is delivered: by FIN, or by RST."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class BlackHole:
    """Nothing goes on and nothing is read, and the connection stays open; what waits goes on when the fault is gone."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """These bytes, once: in place of as many others, or put in between."""

    data: bytes
    insert: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Every chunk as the function returns it; chunks are as the network cut them."""

    function: Callable[[bytes], bytes]


Fault = Delay | Cut | BlackHole | Garbage | Rewrite


@dataclass(eq=False, slots=True)
class Rule:
    """A fault with its place: connections are numbered from 1, bytes counted for each connection and direction."""

    fault: Fault
    direction: Direction | None
    after_bytes: int
    after_connections: int
    times: int | None
    hit: set[int] = field(default_factory=set)

    def concerns(self, connection: int, direction: Direction) -> bool:
        """Whether this rule may still act on that connection."""
        if self.direction not in (None, direction) or connection <= self.after_connections:
            return False
        return self.times is None or connection in self.hit or len(self.hit) < self.times


@dataclass(eq=False, slots=True)
class Flow:
    """One direction of one connection: bytes come in, advance past the rules, and go out."""

    connection: int
    direction: Direction
    incoming: bytearray = field(default_factory=bytearray)
    outgoing: bytearray = field(default_factory=bytearray)
    ended: bool = False
    cut: Cut | None = None
    held: bool = False
    due: float | None = None
    _position: int = 0
    _overwrite: int = 0
    _done: set[Rule] = field(default_factory=set)

    @property
    def wants_more(self) -> bool:
        """Whether to read on: the sender feels when nothing goes on, as it does on a real network."""
        return not (self.ended or self.held or self.cut or self.incoming or self.outgoing)

    def take(self, data: bytes, *, ended: bool) -> None:
        """Bytes from the sender, or its end."""
        self.incoming += data
        self.ended = ended

    def advance(self, rules: Sequence[Rule], now: float) -> None:
        """Move what may go on to the outgoing side, as the rules say."""
        while self._step([r for r in rules if r.concerns(self.connection, self.direction)], now):
            pass

    def _step(self, rules: Sequence[Rule], now: float) -> bool:
        active = [r for r in rules if r.after_bytes <= self._position]
        self.cut = next((r.fault for r in active if isinstance(r.fault, Cut)), None)
        self.held = any(isinstance(r.fault, BlackHole) for r in active)
        if self.cut or self.held or self.incoming:
            for rule in active:
                rule.hit.add(self.connection)
        if self.cut or self.held or not self.incoming or not self._waited(active, now):
            return False
        end = min((r.after_bytes - self._position for r in rules if r not in active), default=math.inf)
        size = int(min(end, len(self.incoming)))
        piece = bytes(self.incoming[:size])
        del self.incoming[:size]
        self._position += size
        self.outgoing += self._changed(piece, active)
        return True

    def _waited(self, active: Sequence[Rule], now: float) -> bool:
        seconds = sum(r.fault.seconds for r in active if isinstance(r.fault, Delay))
        if not seconds:
            self.due = None
        elif self.due is None:
            self.due = now + seconds
        if self.due is not None and now < self.due:
            return False
        self.due = None
        return True

    def _changed(self, piece: bytes, active: Sequence[Rule]) -> bytes:
        before = b""
        for rule in active:
            match rule.fault:
                case Rewrite(function):
                    piece = function(piece)
                case Garbage(data, insert) if rule not in self._done:
                    self._done.add(rule)
                    before += data
                    self._overwrite += 0 if insert else len(data)
                case Garbage() | Delay() | Cut() | BlackHole():
                    pass
                case _ as never:
                    assert_never(never)
        skipped = min(self._overwrite, len(piece))
        self._overwrite -= skipped
        return before + piece[skipped:]
