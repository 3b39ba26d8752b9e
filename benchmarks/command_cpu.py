"""CPU seconds (user and system, children included) of the commands that people and CI run all day; medians.

Usage: python benchmarks/command_cpu.py [RUNS]

Makes the quickstart in a folder of its own, applies it, and measures `version`, `plan` before the first apply and
`plan` when nothing is left to do. Bytecode is cached, as after an installation.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "01-quickstart"
GOALS = {"version": 0.15, "plan, nothing applied": 1.0, "plan, nothing to do": 1.0}


def run(folder: Path, *arguments: str) -> float:
    """The CPU seconds of one command that must succeed."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "dmsform", *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(folder: Path, runs: int, *arguments: str) -> list[float]:
    """Several runs after one that warms the caches."""
    run(folder, *arguments)
    return [run(folder, *arguments) for _ in range(runs)]


def main() -> None:
    """Measure and print one line per command."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "quickstart"
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("shop.db*", ".dmsform", "*.state.db*"))
        subprocess.run([sys.executable, "generate.py"], cwd=folder, check=True, capture_output=True)
        found = {"version": measure(folder, runs, "version"), "plan, nothing applied": measure(folder, runs, "plan")}
        run(folder, "apply", "-auto-approve")
        try:
            found["plan, nothing to do"] = measure(folder, runs, "plan", "-detailed-exitcode")
        finally:
            run(folder, "destroy", "-auto-approve")
    print(f"{'command':24} {'min':>6} {'median':>6} {'max':>6} {'goal':>6}   CPU seconds, {runs} runs")
    for name, times in found.items():
        median = statistics.median(times)
        print(f"{name:24} {min(times):6.2f} {median:6.2f} {max(times):6.2f} {GOALS[name]:6.2f}")


if __name__ == "__main__":
    main()
