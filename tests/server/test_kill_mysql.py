"""G3 on servers whose CREATE TABLE and RENAME commit at once: a worker killed at any step, what is half done is undone.

Named `_mysql` after the provider; both its servers are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dmsform.api.models import StopReason
from dmsform.testing.faults import WORKER_STEPS
from tests.replication.sqlite_files import content, definition, make_source
from tests.server.support import Server, Trap
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

FLAVORS = ("mysql", "mariadb")
ROWS = "SELECT id, v, x, b FROM {} ORDER BY id"


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("step", [s for s in WORKER_STEPS if s != "worker:RowsCopied"])
def test_killed_worker(
    step: str,
    flavor: str,
    server: Server,
    trap: Trap,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make: Callable[[], MysqlDatabase] = request.getfixturevalue(f"make_{flavor}_database")
    source, target = tmp_path / "source.db", make()
    make_source(source)
    task = definition(source, target.endpoint(), parallel_tables=1)
    task = task.model_copy(update={"settings": task.settings.model_copy(update={"target_schema": target.name})})
    trap.arm(monkeypatch, step, nth=1)
    server.start()
    server.apply(task)
    trap.wait()
    ended = server.wait()
    assert ended.stop_reason is StopReason.FULL_LOAD_ONLY_FINISHED, ended.diagnostics
    assert [name for (name,) in target.rows("SHOW TABLES")] == ["t1", "t2", "t3"], "nothing is left beside the tables"
    for table in ("t1", "t2", "t3"):
        expected = [tuple(row[:4]) for row in content(source, table)]
        assert target.rows(ROWS.format(table)) == expected
    told = [e.name for e in server.events()]
    assert told.count("TableRetried") == 1
    assert told.count("TableKept") == (1 if step == "worker:TableCommitted" else 0)
