"""G3 on the typed plane: a worker killed at any step of a load into a SQLite file, whose journal must roll back."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.api.models import StopReason
from dmsform.testing.faults import WORKER_STEPS
from tests.replication.sqlite_files import content, definition, endpoint, make_source, tables
from tests.server.support import Server, Trap


@pytest.mark.parametrize("step", [s for s in WORKER_STEPS if s != "worker:RowsCopied"])
def test_killed_worker(step: str, server: Server, trap: Trap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    make_source(source)
    trap.arm(monkeypatch, step, nth=1)
    server.start()
    server.apply(definition(source, endpoint(target), parallel_tables=1))
    trap.wait()
    task = server.wait()
    assert task.stop_reason is StopReason.FULL_LOAD_ONLY_FINISHED, task.diagnostics
    assert tables(target) == ["t1", "t2", "t3"]
    for table in tables(target):
        assert content(target, table) == content(source, table)
