"""Progress is told at most twice a second."""

from __future__ import annotations

from dmsform.replication.throttle import Throttle


def test_passes_once_per_interval() -> None:
    throttle = Throttle(now=100.0, interval=0.5)
    moments = [100.0, 100.4, 100.5, 100.6, 100.99, 101.0, 150.0, 150.1]
    assert [m for m in moments if throttle.passes(m)] == [100.5, 101.0, 150.0]
