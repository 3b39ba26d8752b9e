"""Replication servers, running or not."""

from __future__ import annotations

from pathlib import Path

from dmsform.api.models import ServerView
from dmsform.cli.views.servers import ServerRow, server_document, servers_text, stopped_text

VIEW = ServerView(server_id="s", version="0.1.0", process_id=7, started_at=0.0, data_dir="/d", tasks=2, running=1)
RUNNING = ServerRow("replication_instance.main", Path("/d"), VIEW)
GONE = ServerRow("", Path("/e"), None)


def test_text() -> None:
    assert servers_text([RUNNING, GONE]) == (
        "replication_instance.main: running\n"
        "  process         7, since 1970-01-01 00:00:00 UTC, dmsform 0.1.0\n"
        "  tasks           2 tasks, 1 running\n"
        "  data directory  /d\n"
        "\n"
        "/e: not running\n"
        "  data directory  /e"
    )
    assert stopped_text([RUNNING, GONE]) == "replication_instance.main: stopped\n/e: was not running"
    assert servers_text([]) == stopped_text([]) == "The state holds no replication instance."


def test_document() -> None:
    assert server_document(GONE) == {"address": None, "data_dir": "/e", "running": False, "server": None}
    assert server_document(RUNNING)["server"]["process_id"] == 7
