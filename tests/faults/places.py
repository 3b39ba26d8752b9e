"""Where in a load's conversation a fault strikes: found by watching a load to which nothing happens.

Peers that answer each other send each answer in one piece: so the sizes of the pieces tell where the stages are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dmsform.replication.task import End
from dmsform.testing.proxy import Direction
from tests.faults.way import SIDES, Way

_HEADER = 3
"""So many bytes into a message lies its header."""


@dataclass(frozen=True)
class Place:
    """A byte of a connection; connections are numbered from 0 in the order they were made."""

    stage: str
    connection: int
    direction: Direction
    byte: int

    def rule(self) -> dict[str, Any]:
        """Where `Way.suffer` is to strike, once."""
        return {"direction": self.direction, "connection": self.connection, "after_bytes": self.byte, "times": 1}


@dataclass(frozen=True)
class Conversation:
    """What went through a proxy in a good load: the pieces of each connection and direction, added up."""

    side: str
    ends: Sequence[Mapping[Direction, Sequence[int]]]

    def length(self, connection: int, direction: Direction) -> int:
        """Bytes of a connection in a direction."""
        return self.ends[connection][direction][-1]

    @property
    def loading(self) -> tuple[int, Direction]:
        """The connection that the rows went through, and which way."""
        way = Direction.TO_CLIENT if self.side == "source" else Direction.TO_SERVER
        return max(range(len(self.ends)), key=lambda c: self.length(c, way)), way

    def stages(self) -> list[Place]:
        """A place in each stage of a load, in the order in which it gets there."""
        load, rows = self.loading
        back = Direction.TO_CLIENT
        size, answers = self.length(load, rows), self.ends[load][back]
        first = self.ends[0][back]
        found = [
            Place("connecting", 0, back, 0),
            Place("authenticating", 0, back, first[0] + 2),
            Place("session set-up", 0, back, (first[0] + first[len(first) // 2]) // 2),
            Place("introspecting, or claiming", 0, back, (first[len(first) // 2] + first[-1]) // 2),
            Place("asking before the load", load - 1, back, self.ends[load - 1][back][-1] - 1),
            Place("beginning the load", load, back, answers[0] // 2),
            Place("first row", load, rows, self._begin_of_rows() + 1),
            *(Place(f"rows at {part}", load, rows, int(size * part)) for part in (0.4, 0.7)),
            Place("last bytes", load, rows, size - 7),
        ]
        if self.side == "target":
            found += [Place(f"{left} answers lost", load, back, answers[-left - 1]) for left in range(1, 10)]
            found.append(Place("the last answer", load, back, answers[-1] - 3))
        return found

    def sweep(self) -> list[Place]:
        """Every piece's begin and its header, and places between, of all connections in both directions."""
        return [
            Place(f"connection {number}", number, direction, byte)
            for number, pieces in enumerate(self.ends)
            for direction in Direction
            for byte in self._bytes(pieces[direction])
        ]

    def _begin_of_rows(self) -> int:
        """Where the largest piece begins: rows are sent in larger ones than anything else."""
        load, rows = self.loading
        starts = [0, *self.ends[load][rows]]
        return max(itertools.pairwise(starts), key=lambda piece: min(piece[1] - piece[0], 4096))[0]

    def _bytes(self, ends: Sequence[int]) -> list[int]:
        begins = _thinned([0, *ends[:-1]], 40)
        between = (ends[-1] * n // 12 for n in range(12))
        return sorted({*begins, *(at + _HEADER for at in begins), *between, max(0, ends[-1] - 1)})


def conversations(way: Way) -> dict[str, Conversation]:
    """Watch a good load, through both proxies."""
    before = {side: len(way.proxies[side].chunks()) for side in SIDES}
    assert way.run().end is End.FINISHED
    assert way.stands()
    found = {
        side: Conversation(
            side, [{d: _ends(one[d]) for d in Direction} for one in way.proxies[side].chunks()[before[side] :]]
        )
        for side in SIDES
    }
    way.clear()
    return found


def _ends(sizes: Iterable[int]) -> list[int]:
    return list(itertools.accumulate(size for size in sizes if size)) or [0]


def _thinned(places: Sequence[int], most: int) -> list[int]:
    step = max(1, -(-len(places) // most))
    return [*places[::step], *places[-16:]]
