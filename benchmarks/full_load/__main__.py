"""Measure full loads and print the table of RESULTS.md.

Usage: python -m benchmarks.full_load [--rows N] [--rounds N] [--pair SOURCE:TARGET]...
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.full_load.pipes import run_pipe
from benchmarks.full_load.stores import Store, started
from benchmarks.full_load.task import Run, run_task

PAIRS = (
    ("mariadb", "postgresql"), ("mysql", "postgresql"), ("postgresql", "mariadb"), ("postgresql", "mysql"),
    ("postgresql", "postgresql"), ("mariadb", "mariadb"), ("mysql", "mysql"),
)  # fmt: skip
GOAL_RATIO, GOAL_PSS = 1.2, 300 * 2**20


@dataclass(frozen=True)
class Measured:
    """One pair's rounds."""

    pair: tuple[str, str]
    pipes: list[float]
    keyed: list[float]
    runs: list[Run]

    @property
    def pipe(self) -> float:
        """Seconds of the clients' pipe, median; the faster of key first and key last."""
        medians = [statistics.median(times) for times in (self.pipes, self.keyed) if times]
        return min(medians)


def main() -> None:
    """Measure the pairs alternately with their peers, so that both meet the same noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pair", action="append", type=lambda text: tuple(text.split(":")), default=None)
    given = parser.parse_args()
    pairs = given.pair or PAIRS
    with tempfile.TemporaryDirectory(prefix="dmsform-bench-") as made:
        Path(made).chmod(0o755)
        names = {name for pair in pairs for name in pair}
        with started(names, given.rows, Path(made)) as stores:
            versions = ", ".join(store.version() for store in stores.values())
            print(f"{given.rows:,} rows x 10 columns, median of {given.rounds}; {versions}")
            print(f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}\n")
            print("| source | target | clients' pipe s | task s | ratio | whole apply s | PSS MiB (processes) |")
            print("|---|---|---|---|---|---|---|", flush=True)
            for pair in pairs:
                source, target = stores[pair[0]], stores[pair[1]]
                print(_line(_measure(pair, source, target, given.rounds, Path(made))), flush=True)


def _measure(pair: tuple[str, str], source: Store, target: Store, rounds: int, folder: Path) -> Measured:
    wanted = source.sums(source=True)
    found = Measured(pair, [], [], [])
    for number in range(rounds):
        target.empty()
        found.pipes.append(run_pipe(source, target))
        _check(wanted, target, "the pipe")
        if target.engine == "mysql":
            target.empty()
            found.keyed.append(run_pipe(source, target, key_first=True))
        target.empty()
        found.runs.append(run_task(source, target, folder / f"{pair[0]}-{pair[1]}-{number}"))
        _check(wanted, target, "dmsform")
    target.empty()
    return found


def _check(wanted: tuple[object, ...], target: Store, who: str) -> None:
    """A fast wrong copy does not count."""
    sums = target.sums(source=False)
    if sums != wanted:
        raise RuntimeError(f"the table of {who} in {target.name} differs:\n{wanted}\n{sums}")


def _line(found: Measured) -> str:
    task = statistics.median(run.task for run in found.runs)
    apply = statistics.median(run.apply for run in found.runs)
    largest = max(found.runs, key=lambda run: run.pss)
    cells = (
        *found.pair, f"{found.pipe:.1f}", f"{task:.1f}", f"{task / found.pipe:.2f}", f"{apply:.1f}",
        f"{largest.pss / 2**20:.0f} ({largest.processes})",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
