"""What makes messages of bytes is damaged: the load is tried again or stopped with a remedy, and no row is missed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from dmsform.replication.task import End
from dmsform.testing.proxy import Direction, Rewrite
from tests.faults.damage import MYSQL, POSTGRESQL, Damage, Damaged
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
    seen = {}
    for connection in range(len(conversation.ends)):
        for direction in Direction:
            watch = Damaged(framing, direction)
            way.suffer(conversation.side, Rewrite(watch), connection=connection, direction=direction, times=1)
            seen[connection, direction] = len(watch.seen)
            way.clear()
    for damage in Damage:
        for number in range(messages):
            place = (load, rows) if number % 2 == 0 else chance.choice(list(seen))
            yield place[0], Damaged(framing, place[1], chance.randrange(seen[place]), damage)


def suffer(way: Way, side: str, messages: int) -> None:
    for connection, damage in damaged(way, conversations(way)[side], messages):
        where = (connection, damage.direction, damage.number, damage.damage)
        outcome = way.suffer(side, Rewrite(damage), connection=connection, direction=damage.direction, times=1)
        assert outcome.end in (End.FINISHED, End.FAILED), (where, outcome)
        way.clear()


@pytest.mark.parametrize("side", SIDES)
def test_damaged_messages(way: Way, side: str) -> None:
    suffer(way, side, MESSAGES)


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("side", SIDES)
def test_many_damaged_messages(way: Way, side: str) -> None:
    suffer(way, side, MANY)
