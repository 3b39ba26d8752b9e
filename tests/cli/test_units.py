"""Numbers as people read them."""

from __future__ import annotations

import pytest

from dmsform.cli.views import units


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_960, "10 kB"),
        (999_499, "999 kB"),
        (999_600, "1.0 MB"),
        (25_300_000, "25 MB"),
        (6_100_000_000, "6.1 GB"),
        (10**18, "1000 PB"),
    ],
)
def test_size(octets: int, text: str) -> None:
    assert units.size(octets) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"),
     (7800, "2 h 10 min"), (-1, "0.0 s")],
)  # fmt: skip
def test_duration(seconds: float, text: str) -> None:
    assert units.duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "table", "1 table"),
        (0, "table", "0 tables"),
        (2000, "row", "2,000 rows"),
        (2, "index", "2 indexes"),
        (2, "foreign key", "2 foreign keys"),
        (2, "entry", "2 entries"),
    ],
)
def test_counted(number: int, noun: str, text: str) -> None:
    assert units.counted(number, noun) == text
