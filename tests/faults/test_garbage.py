"""What makes messages of bytes is damaged: the load is tried again or stopped with a remedy, and no row is missed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from dmsform.replication.task import End
from dmsform.testing.proxy import Direction, Rewrite
from tests.faults.damage import MYSQL, POSTGRESQL, Damage, Damaged, Framing
from tests.faults.places import Conversation, conversations
from tests.faults.way import SIDES, Way

pytestmark = pytest.mark.server

MESSAGES = 1
"""Of each kind of damage on a side, as long as time is short."""
MANY = 20


def damaged(way: Way, conversation: Conversation, messages: int) -> Iterator[tuple[int, Damaged]]:
    """Damages spread over the messages of a load, those of its rows before others; each for one connection."""
    framing = POSTGRESQL if way.source.engine == "postgresql" else MYSQL
    chance = random.Random(conversation.side)
    load, rows = conversation.loading
    seen = messages_of(way, conversation, framing)
    for damage in Damage:
        for number in range(messages):
            place = (load, rows) if number % 2 == 0 else chance.choice(list(seen))
            yield place[0], Damaged(framing, place[1], chance.randrange(seen[place]), damage)


def messages_of(way: Way, conversation: Conversation, framing: Framing) -> dict[tuple[int, Direction], int]:
    """How many messages each connection of a good load carries in each direction."""
    ways = [(connection, direction) for connection in range(len(conversation.ends)) for direction in Direction]
    watches = {(c, d): Damaged(framing, d) for c, d in ways}
    for (connection, direction), watch in watches.items():
        way.threaten(conversation.side, Rewrite(watch), connection=connection, direction=direction, times=1)
    assert way.survive().end is End.FINISHED
    way.clear()
    return {place: len(watch.seen) for place, watch in watches.items()}


def suffer(way: Way, side: str, messages: int) -> None:
    missed = []
    for connection, damage in damaged(way, conversations(way)[side], messages):
        where = (connection, damage.direction, damage.number, damage.damage)
        outcome = way.suffer(side, Rewrite(damage), connection=connection, direction=damage.direction, times=1)
        assert outcome.end in (End.FINISHED, End.FAILED), (where, outcome)
        if not damage.struck:
            missed.append(where)
        way.clear()
    # Loads differ by a few messages: the network cuts the rows as it likes.
    assert len(missed) <= messages * len(Damage) / 5, missed


@pytest.mark.parametrize("side", SIDES)
def test_damaged_messages(way: Way, side: str) -> None:
    suffer(way, side, MESSAGES)


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("side", SIDES)
def test_many_damaged_messages(way: Way, side: str) -> None:
    suffer(way, side, MANY)
