"""Replication servers: whether they run, since when, and how much they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmsform.api.models import ServerView
from dmsform.cli.views.tasks import moment
from dmsform.cli.views.units import counted


@dataclass(frozen=True, slots=True)
class ServerRow:
    """A server by its address in the state (empty when asked for by directory). view -- None: it does not run."""

    address: str
    data_dir: Path
    view: ServerView | None

    @property
    def label(self) -> str:
        """How to call it."""
        return self.address or str(self.data_dir)


def servers_text(rows: Sequence[ServerRow]) -> str:
    """One paragraph a server."""
    return "\n\n".join(_server(r) for r in rows) if rows else "The state holds no replication instance."


def _server(row: ServerRow) -> str:
    view = row.view
    if view is None:
        return f"{row.label}: not running\n  data directory  {row.data_dir}"
    return "\n".join(
        [
            f"{row.label}: running",
            f"  process         {view.process_id}, since {moment(view.started_at)}, dmsform {view.version}",
            f"  tasks           {counted(view.tasks, 'task')}, {view.running} running",
            f"  data directory  {row.data_dir}",
        ]
    )


def stopped_text(rows: Sequence[ServerRow]) -> str:
    """One line a server. rows -- as they stood before."""
    if not rows:
        return "The state holds no replication instance."
    return "\n".join(f"{r.label}: {'stopped' if r.view else 'was not running'}" for r in rows)


def server_document(row: ServerRow) -> dict[str, Any]:
    """One server as JSON values."""
    return {
        "address": row.address or None,
        "data_dir": str(row.data_dir),
        "running": row.view is not None,
        "server": row.view.model_dump(mode="json") if row.view else None,
    }
