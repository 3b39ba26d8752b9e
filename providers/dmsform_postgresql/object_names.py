"""How what hangs on tables is named: indexes share their names with all relations of a schema. Pure."""

from __future__ import annotations

import hashlib

from dmsform_postgresql.quoting import MAX_NAME_BYTES, too_long


def index_name(table: str, name: str, *, from_postgresql: bool) -> str:
    """The index's name; from an engine that tells indexes apart by table, the table's name stands in front."""
    if from_postgresql or name == table or name.lower().startswith(f"{table.lower()}_"):
        return shortened(name)
    return shortened(f"{table}_{name}")


def shortened(name: str) -> str:
    """A name that PostgreSQL does not cut; one that it would is told apart from others by a hash."""
    if not too_long(name):
        return name
    kept = name.encode()[: MAX_NAME_BYTES - 9].decode(errors="ignore")
    return f"{kept}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
