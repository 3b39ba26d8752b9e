"""What the state's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dmsform.addresses import Address, Kind
from dmsform.state.lock import HeldLock, hold_lock
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot, StateChange
from dmsform.state.store import StateStore

SHOP = Address(Kind.ENDPOINT, "shop")
MAIN = Address(Kind.REPLICATION_INSTANCE, "main")
TASK = Address(Kind.TASK, "shop")

RECORDS = (
    ResourceRecord(MAIN, {"type": "local"}),
    ResourceRecord(SHOP, {"engine": "sqlite", "path": "/tmp/é"}, {"password": "scrypt$00$11"}),
    ResourceRecord(TASK, {"tables": [1, None, {"a": True}]}, {}, (SHOP, MAIN), 3, True),
)
OUTPUTS = (OutputRecord("status", "stopped"), OutputRecord("key", None, True, "scrypt$00$22"))


@contextmanager
def locked(store: StateStore, directory: Path, command: str = "apply") -> Iterator[HeldLock]:
    """The store under a lock of this process."""
    with hold_lock(store, command=command, directory=directory) as held:
        yield held


def fill(store: StateStore, directory: Path) -> Snapshot:
    """Save the records one by one, then the outputs, as apply does."""
    with locked(store, directory) as held:
        snapshot = store.read()
        for record in RECORDS:
            snapshot = store.save(snapshot, StateChange((record,)), held.author)
        return store.save(snapshot, StateChange(outputs=OUTPUTS), held.author)
