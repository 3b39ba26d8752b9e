"""Connection test."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from dmsform.provider.values import ServerInfo
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite.connect import missing_directory, path_of, reading


def probe(endpoint: EndpointDefinition) -> ServerInfo:
    """Open the file and say what reads it; a missing file is fine where one can be made, as a target may be."""
    path = path_of(endpoint)
    if not path.exists() and not path.parent.is_dir():
        raise missing_directory(endpoint, path)
    if path.exists():
        with reading(endpoint):
            pass
    return ServerInfo(f"SQLite {sqlite3.sqlite_version}", sqlite3.sqlite_version_info, _store(path))


def _store(path: Path) -> str:
    """The file itself, whatever links lead to it; of one that is still to be made, where it would be."""
    if not path.exists():
        return str(path.resolve())
    found = path.stat()
    return f"{found.st_dev}:{found.st_ino}"
