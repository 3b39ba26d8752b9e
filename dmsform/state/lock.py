"""The state's lock: one row with its holder, kept alive by a heartbeat, taken over from a process known to be dead."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import delete, insert, select, update

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.state import codes
from dmsform.state.machine import Process, is_dead, this_process
from dmsform.state.store import Author, StateStore
from dmsform.state.tables import LOCK

HEARTBEAT_SECONDS = 10.0
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class LockRecord:
    """A lock as it stands in the state. Times are seconds since the epoch."""

    lock_id: str
    process: Process
    command: str
    directory: str
    acquired_at: float
    heartbeat_at: float

    @property
    def holder(self) -> str:
        """`user@host:pid`."""
        return f"{self.process.user}@{self.process.host}:{self.process.pid}"

    def sentence(self, now: float) -> str:
        """Who holds it, since when, and when it last gave a sign of life."""
        since = datetime.fromtimestamp(self.acquired_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        silent = max(0, round(now - self.heartbeat_at))
        return (
            f"{self.holder} runs `dmsform {self.command}` in {self.directory} since {since} "
            f"(last sign of life {silent} s ago, lock {self.lock_id})"
        )


@dataclass(frozen=True, slots=True)
class HeldLock:
    """The lock while this command holds it. warnings -- a takeover is told here."""

    record: LockRecord
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def author(self) -> Author:
        """What a save needs to know of the holder."""
        return Author(self.record.lock_id, self.record.holder, self.record.command)


def read_lock(store: StateStore) -> LockRecord | None:
    """The lock as it stands, or None. Needs an initialised state."""
    with store.database.transaction() as connection:
        row = connection.execute(select(LOCK).where(LOCK.c.id == 1)).one_or_none()
    if row is None:
        return None
    body = json.loads(row.body)
    return LockRecord(
        row.lock_id,
        Process(**body["process"]),
        body["command"],
        body["directory"],
        body["acquired_at"],
        row.heartbeat_at,
    )


@contextmanager
def hold_lock(
    store: StateStore,
    *,
    command: str,
    directory: Path,
    timeout: float = 0.0,
    on_wait: Callable[[str], None] = lambda _holder: None,
) -> Iterator[HeldLock]:
    """Hold the state's lock; it is released however the block is left.

    timeout -- seconds to wait for another holder; on_wait -- called once with that holder.
    Raises DiagnosticError: locked, with the holder's name.
    """
    store.initialise()
    held = _acquire(store, _claim(command, directory), timeout, on_wait)
    stop = Event()
    beat = Thread(target=_beat, args=(store, held.record.lock_id, stop), name="state-lock-heartbeat", daemon=True)
    beat.start()
    try:
        yield held
    except BaseException:
        # What went wrong matters more than a lock that cannot be removed for the same reason.
        with suppress(DiagnosticError):
            _end(store, held, beat, stop)
        raise
    _end(store, held, beat, stop)


def _end(store: StateStore, held: HeldLock, beat: Thread, stop: Event) -> None:
    stop.set()
    beat.join()
    _remove(store, held.record.lock_id)


def wait_until_unlocked(store: StateStore, timeout: float, on_wait: Callable[[str], None]) -> None:
    """Return when nobody holds the lock (a process that died does not). Raises DiagnosticError: locked."""
    deadline, pause, waiting = time.monotonic() + timeout, Event(), False
    while store.read().lineage and (standing := read_lock(store)) and not is_dead(standing.process, this_process()):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise DiagnosticError(_locked(store, standing))
        if not waiting:
            on_wait(standing.holder)
            waiting = True
        pause.wait(min(_POLL_SECONDS, remaining))


def force_unlock(store: StateStore, lock_id: str) -> LockRecord:
    """Remove the lock of that id, whoever holds it; returns what was removed. Raises DiagnosticError: no such lock."""
    standing = read_lock(store) if store.read().lineage else None
    if standing is None or standing.lock_id != lock_id:
        found = "is not locked" if standing is None else f"is locked by {standing.sentence(time.time())}"
        raise DiagnosticError(
            codes.NO_SUCH_LOCK.error(
                f"The state at {store.shown} has no lock {lock_id}: it {found}.",
                "Nothing needs to be unlocked." if standing is None else "Give the id of the lock that stands there.",
            )
        )
    _remove(store, lock_id)
    return standing


def _claim(command: str, directory: Path) -> LockRecord:
    now = time.time()
    return LockRecord(str(uuid.uuid4()), this_process(), command, str(directory.absolute()), now, now)


def _acquire(store: StateStore, claim: LockRecord, timeout: float, on_wait: Callable[[str], None]) -> HeldLock:
    deadline = time.monotonic() + timeout
    warned: list[Diagnostic] = []
    pause, waiting = Event(), False
    while True:
        standing = _try(store, claim)
        if standing is None:
            return HeldLock(claim, tuple(warned))
        if is_dead(standing.process, claim.process):
            _remove(store, standing.lock_id)
            warned.append(_takeover(standing))
            continue
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise DiagnosticError(_locked(store, standing))
        if not waiting:
            on_wait(standing.holder)
            waiting = True
        pause.wait(min(_POLL_SECONDS, remaining))


def _try(store: StateStore, claim: LockRecord) -> LockRecord | None:
    """Insert the claim; the standing lock where there is one already."""
    body = {
        "process": asdict(claim.process),
        "command": claim.command,
        "directory": claim.directory,
        "acquired_at": claim.acquired_at,
    }
    row = {"id": 1, "lock_id": claim.lock_id, "heartbeat_at": claim.heartbeat_at, "body": json.dumps(body)}
    try:
        with store.database.transaction(write=True) as connection:
            if connection.execute(select(LOCK.c.id)).first() is None:
                connection.execute(insert(LOCK).values(**row))
                return None
    except DiagnosticError:
        # Two commands inserted at the same moment: the loser finds the winner's row, else the error was another.
        standing = read_lock(store)
        if standing is None:
            raise
        return standing
    standing = read_lock(store)
    return _try(store, claim) if standing is None else standing


def _takeover(dead: LockRecord) -> Diagnostic:
    return codes.LOCK_TAKEN_OVER.warning(
        f"{dead.holder} held the lock for `dmsform {dead.command}` and died; its lock was taken over.",
        "Nothing to do: this command continues from what was recorded.",
    )


def _locked(store: StateStore, standing: LockRecord) -> Diagnostic:
    return codes.STATE_LOCKED.error(
        f"The state at {store.shown} is locked: {standing.sentence(time.time())}.",
        f"Wait for it (`-lock-timeout=5m`); or, if you are certain that it is gone: "
        f"dmsform force-unlock {standing.lock_id}",
    )


def _beat(store: StateStore, lock_id: str, stop: Event) -> None:
    while not stop.wait(HEARTBEAT_SECONDS):
        try:
            with store.database.transaction(write=True) as connection:
                connection.execute(update(LOCK).where(LOCK.c.lock_id == lock_id).values(heartbeat_at=time.time()))
        except DiagnosticError:
            # A missed beat is no harm: the next save checks the lock itself, and tells what is wrong.
            continue


def _remove(store: StateStore, lock_id: str) -> None:
    with store.database.transaction(write=True) as connection:
        connection.execute(delete(LOCK).where(LOCK.c.lock_id == lock_id))
