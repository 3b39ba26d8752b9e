"""A connection fails at each stage of a load, from the first byte to the answer to the last: a retry completes it."""

from __future__ import annotations

import pytest

from dmsform.replication import codes
from dmsform.replication.task import End
from dmsform.testing.proxy import BlackHole, Cut, Delay, Fault
from tests.faults.places import Place, conversations
from tests.faults.way import SIDES, Way, passing

pytestmark = pytest.mark.server

FEW = ("authenticating", "rows at 0.4", "the last answer")


def suffer_each(way: Way, side: str, faults: tuple[Fault, ...], places: list[Place]) -> None:
    assert places
    missed = []
    for number, place in enumerate(places):
        fault = faults[number % len(faults)]
        outcome = way.suffer(side, fault, **place.rule())
        assert outcome.end is End.FINISHED, (place, fault, outcome)
        if not way.struck:
            missed.append(place)
        way.clear()
    # Loads differ by a few bytes, and the last ones may not come.
    assert len(missed) <= len(places) / 10, missed


@pytest.mark.parametrize("side", SIDES)
def test_a_cut_at_each_stage(way: Way, side: str) -> None:
    suffer_each(way, side, (Cut(), Cut(reset=True)), conversations(way)[side].stages())


@pytest.mark.parametrize("side", SIDES)
def test_silence(way: Way, side: str) -> None:
    suffer_each(way, side, (BlackHole(),), [p for p in conversations(way)[side].stages() if p.stage in FEW])


def test_a_slow_network_only_takes_longer(way: Way) -> None:
    for proxy in way.proxies.values():
        proxy.set(Delay(0.01))
    assert way.survive().end is End.FINISHED


@pytest.mark.parametrize("side", SIDES)
def test_a_network_that_never_mends(way: Way, side: str) -> None:
    place = next(p for p in conversations(way)[side].stages() if p.stage == "rows at 0.7")
    outcome = way.suffer(side, Cut(), retries=1, **{**place.rule(), "times": None})
    assert outcome.end is End.FAILED
    assert codes.RETRIES_EXHAUSTED.id in [d.code for d in outcome.diagnostics]
    assert passing(outcome.diagnostics), "nothing but the network is blamed"


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize("side", SIDES)
def test_silence_at_each_stage(way: Way, side: str) -> None:
    suffer_each(way, side, (BlackHole(),), conversations(way)[side].stages())


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("side", SIDES)
def test_a_cut_at_every_answer_and_every_header(standing_way: Way, side: str) -> None:
    suffer_each(standing_way, side, (Cut(), Cut(reset=True)), conversations(standing_way)[side].sweep())
