"""Samples the memory of all processes of dmsform: the proportional set size (PSS) that the kernel gives."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

_PERIOD = 0.1  # seconds


class PeakMemory:
    """The largest sum of PSS seen; a context. Processes are ours by a word in their environment."""

    def __init__(self, mark: str) -> None:
        self._mark = mark.encode()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0
        self.processes = 0

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_PERIOD):
            sizes = [size for process in self._ours() if (size := _pss(process))]
            if sum(sizes) > self.peak:
                self.peak, self.processes = sum(sizes), len(sizes)

    def _ours(self) -> Iterator[Path]:
        for process in Path("/proc").glob("[0-9]*"):
            if int(process.name) != os.getpid() and self._mark in _environment(process):
                yield process


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def _pss(process: Path) -> int:
    """Bytes; 0 for a process that is gone."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
