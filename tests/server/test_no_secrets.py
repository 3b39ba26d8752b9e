"""G7: the passwords used are nowhere to be found: not in files, logs, answers, arguments or environments."""

from __future__ import annotations

from pathlib import Path

import httpx
import psutil
import pytest

from dmsform.api.models import TaskStatus
from tests.server.support import LINEAGE, NAME, Migration, Server

pytestmark = pytest.mark.server


def exposed(process: psutil.Process) -> bytes:
    """What /proc tells of a process: arguments and environment."""
    folder = Path(f"/proc/{process.pid}")
    return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()


def answers(server: Server) -> str:
    transport = httpx.HTTPTransport(uds=str(server.data_dir / "api.sock"))
    with httpx.Client(transport=transport, base_url="http://server") as client:
        task = f"/v1/tasks/{LINEAGE}/{NAME}"
        paths = ["/v1/status", "/v1/tasks", "/v1/events", task, *(f"{task}/{p}" for p in ("tables", "events", "logs"))]
        return "".join(client.get(path).text for path in paths)


def test_nowhere(server: Server, migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    migration.fill()
    wrong = "Sup3r-wrong-password"
    password = migration.source.server.password
    monkeypatch.setenv("DMS_VAR_password", password)
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        task = psutil.Process(server.task().process_id)
        family = [psutil.Process(server.client.status().process_id), task, *task.children(recursive=True)]
        assert len(family) >= 3
        told = b"".join(exposed(process) for process in family)
    assert server.wait().status is TaskStatus.STOPPED
    refused = migration.source.endpoint("shop", password=wrong)
    server.apply(migration.definition(source=refused), serial=2)
    task_view = server.wait()
    assert task_view.status is TaskStatus.FAILED
    assert task_view.diagnostics
    files = b"".join(path.read_bytes() for path in server.data_dir.rglob("*") if path.is_file())
    everything = told + files + answers(server).encode()
    assert b"TableCompleted" in everything
    for secret in (password, wrong):
        assert secret.encode() not in everything
