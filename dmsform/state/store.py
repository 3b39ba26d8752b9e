"""The state store: reads snapshots, saves one step's change in one transaction, keeps every version.

A save succeeds only for the holder of the lock and only on the serial it was made from, so that no command, however
late or confused, writes over another's work.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, inspect, select, update

from dmsform.diagnostics import DiagnosticError
from dmsform.state import codes
from dmsform.state.database import Database
from dmsform.state.document import (
    FORMAT,
    output_from_json,
    output_to_json,
    record_from_json,
    record_to_json,
)
from dmsform.state.fingerprints import new_salt
from dmsform.state.rows import check_head, foreign, snapshot_of
from dmsform.state.snapshot import Snapshot, StateChange, changed
from dmsform.state.tables import ENTRY, LOCK, METADATA, OUTPUT, RESOURCE, STATE, VERSION

_OUTPUTS = "outputs"


@dataclass(frozen=True, slots=True)
class Version:
    """One save. saved_at -- seconds since the epoch; changed -- addresses, and `outputs` where these changed."""

    serial: int
    saved_at: float
    holder: str
    command: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """Who saves: the lock held, and what the history is to say."""

    lock_id: str
    holder: str
    command: str


class StateStore:
    """A state at a URL. A context manager: leaving it closes the connections."""

    def __init__(self, url: str, directory: Path) -> None:
        self.database = Database(url, directory)

    def __enter__(self) -> StateStore:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.database.close()

    @property
    def shown(self) -> str:
        """Where the state is, for messages."""
        return self.database.where.shown

    def read(self) -> Snapshot:
        """The newest snapshot; an empty one, without lineage, where no state was written yet. Creates nothing.

        Raises DiagnosticError: unreachable, refused login, damaged, foreign, newer.
        """
        if self.database.is_missing_file:
            return Snapshot()
        with self.database.transaction() as connection:
            head = self._head(connection)
            if head is None:
                return Snapshot()
            resources = _mappings(connection, select(RESOURCE))
            outputs = _mappings(connection, select(OUTPUT))
            return snapshot_of(self.shown, head, resources, outputs)

    def initialise(self) -> None:
        """Create the tables and the lineage where they are missing."""
        file = self.database.where.file
        if file is not None and not file.exists():
            file.touch(mode=0o600)
        try:
            self._create()
        except DiagnosticError:
            # Two first commands create the tables at the same moment: the loser finds them made.
            if not self.read().lineage:
                raise

    def _create(self) -> None:
        with self.database.transaction(write=True) as connection:
            if self._head(connection) is None:
                METADATA.create_all(connection)
                row = {"id": 1, "format": FORMAT, "lineage": str(uuid.uuid4()), "serial": 0, "salt": new_salt()}
                connection.execute(insert(STATE).values(**row))

    def save(self, before: Snapshot, change: StateChange, author: Author) -> Snapshot:
        """Write one step's change on top of `before`; returns the snapshot after it, one serial on.

        Raises DiagnosticError: the lock was lost, the state has moved, the database failed. Nothing is written then.
        """
        after = changed(before, change)
        with self.database.transaction(write=True) as connection:
            holder = connection.execute(select(LOCK.c.lock_id).where(LOCK.c.id == 1).with_for_update()).scalar()
            if holder != author.lock_id:
                raise DiagnosticError(
                    codes.LOCK_LOST.error(
                        f"The lock {author.lock_id} on {self.shown} is gone, so another command may be at work.",
                        "See who holds the state now, then plan again.",
                    )
                )
            moved = connection.execute(
                update(STATE)
                .where(STATE.c.lineage == before.lineage, STATE.c.serial == before.serial)
                .values(serial=after.serial)
            )
            if moved.rowcount != 1:
                raise DiagnosticError(
                    codes.STATE_MOVED.error(
                        f"The state at {self.shown} is no longer at serial {before.serial}.", "Plan again."
                    )
                )
            _write(connection, change, after)
            _remember(connection, change, after, author)
        return after

    def history(self) -> tuple[Version, ...]:
        """All saves, newest first."""
        if self.database.is_missing_file:
            return ()
        with self.database.transaction() as connection:
            if self._head(connection) is None:
                return ()
            touched: dict[int, list[str]] = {}
            for serial, address in connection.execute(
                select(ENTRY.c.serial, ENTRY.c.address).order_by(ENTRY.c.address)
            ):
                touched.setdefault(serial, []).append(address)
            rows = connection.execute(select(VERSION).order_by(VERSION.c.serial.desc())).all()
        return tuple(Version(r.serial, r.saved_at, r.holder, r.command, tuple(touched.get(r.serial, ()))) for r in rows)

    def at(self, serial: int) -> Snapshot:
        """The snapshot as it was at an earlier serial; unknown serials give the nearest one before."""
        with self.database.transaction() as connection:
            head = self._head(connection)
            if head is None:
                return Snapshot()
            newest = (
                select(ENTRY.c.address, func.max(ENTRY.c.serial).label("serial"))
                .where(ENTRY.c.serial <= serial)
                .group_by(ENTRY.c.address)
                .subquery()
            )
            joined = ENTRY.join(newest, (ENTRY.c.address == newest.c.address) & (ENTRY.c.serial == newest.c.serial))
            rows = connection.execute(select(ENTRY.c.address, ENTRY.c.body).select_from(joined)).all()
        bodies = {address: json.loads(body) for address, body in rows if body is not None}
        outputs = tuple(output_from_json(o) for o in bodies.pop(_OUTPUTS, ()))
        records = tuple(sorted((record_from_json(b) for b in bodies.values()), key=lambda r: r.address))
        return Snapshot(head["lineage"], min(serial, head["serial"]), head["salt"], records, outputs)

    def _head(self, connection: Connection) -> Mapping[str, Any] | None:
        tables = inspect(connection).get_table_names()
        if STATE.name not in tables:
            if self.database.where.file is not None and tables:
                raise DiagnosticError(foreign(self.shown, tables))
            return None
        return check_head(self.shown, next(iter(_mappings(connection, select(STATE).where(STATE.c.id == 1))), None))


def _mappings(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _write(connection: Connection, change: StateChange, after: Snapshot) -> None:
    touched = [str(a) for a in (*change.remove, *(r.address for r in change.put))]
    if touched:
        connection.execute(delete(RESOURCE).where(RESOURCE.c.address.in_(touched)))
    for record in change.put:
        body = record_to_json(record)
        connection.execute(
            insert(RESOURCE).values(
                address=body["address"],
                kind=record.address.kind.value,
                attributes=_text(body["attributes"]),
                secrets=_text(body["secrets"]),
                dependencies=_text(body["dependencies"]),
                schema_version=record.schema_version,
                prevent_destroy=record.prevent_destroy,
            )
        )
    if change.outputs is not None:
        connection.execute(delete(OUTPUT))
        for output in after.outputs:
            body = output_to_json(output)
            connection.execute(insert(OUTPUT).values(**{**body, "value": _text(output.value)}))


def _remember(connection: Connection, change: StateChange, after: Snapshot, author: Author) -> None:
    version = {"serial": after.serial, "saved_at": time.time(), "holder": author.holder, "command": author.command}
    connection.execute(insert(VERSION).values(**version))
    bodies: dict[str, str | None] = {str(a): None for a in change.remove}
    bodies.update({str(r.address): _text(record_to_json(r)) for r in change.put})
    if change.outputs is not None:
        bodies[_OUTPUTS] = _text([output_to_json(o) for o in after.outputs])
    for address, body in bodies.items():
        connection.execute(insert(ENTRY).values(serial=after.serial, address=address, body=body))
