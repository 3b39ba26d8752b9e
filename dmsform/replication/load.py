"""One table's load: rows stream from the source's snapshot into one target transaction.

The target's transaction is begun first, so that a source snapshot is never held open while the load waits for the
target. Whatever ends the load before `commit` leaves no trace (G2).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias, assert_never

from dmsform.provider.protocols import RowTextLoad, RowTextStream, TableLoad, TypedLoad, TypedStream
from dmsform.provider.registry import provider
from dmsform.replication.events import (
    JobEvent,
    ObjectsAdded,
    PrimaryKeyAdded,
    ProgressRecorded,
    RowsCopied,
    RowsFinished,
    SequencesSet,
    TableCommitted,
    TableLoadStarted,
    TablePrepared,
)
from dmsform.replication.job import Loaded, Plane, TableJob
from dmsform.replication.throttle import Throttle

Tell: TypeAlias = Callable[[JobEvent], None]


def load_table(job: TableJob, tell: Tell) -> Loaded:
    """Load the job's table and commit it. Raises DiagnosticError, ConnectionLostError; then nothing was kept."""
    tell(TableLoadStarted(job.table))
    match job.plane:
        case Plane.ROW_TEXT:
            return _load_row_text(job, tell)
        case Plane.TYPED:
            return _load_typed(job, tell)
        case _:
            assert_never(job.plane)


def _load_row_text(job: TableJob, tell: Tell) -> Loaded:
    reader = provider(job.source.engine).row_text_reader
    writer = provider(job.target.engine).row_text_writer
    assert reader is not None
    assert writer is not None
    load: RowTextLoad
    with writer.load_row_text(job.target, job.write) as load:
        return _run(job, tell, load, reader.read_row_text(job.source, job.write.mapped), _copy_text(load))


def _load_typed(job: TableJob, tell: Tell) -> Loaded:
    reader = provider(job.source.engine).typed_reader
    writer = provider(job.target.engine).typed_writer
    assert reader is not None
    assert writer is not None
    load: TypedLoad
    with writer.load_typed(job.target, job.write) as load:
        return _run(job, tell, load, reader.read_typed(job.source, job.write.mapped), _copy_typed(load))


class _Stream(Protocol):
    @property
    def rows(self) -> int: ...


def _copy_text(load: RowTextLoad) -> Callable[[RowTextStream, Callable[[int, int], None]], int]:
    def copy(stream: RowTextStream, progress: Callable[[int, int], None]) -> int:
        sent = 0
        for buffer in stream:
            load.write_row_text(buffer)
            sent += len(buffer)
            progress(stream.rows, sent)
        return sent

    return copy


def _copy_typed(load: TypedLoad) -> Callable[[TypedStream, Callable[[int, int], None]], int]:
    def copy(stream: TypedStream, progress: Callable[[int, int], None]) -> int:
        for rows in stream:
            load.write_rows(rows)
            progress(stream.rows, stream.bytes)
        return stream.bytes

    return copy


def _run(
    job: TableJob,
    tell: Tell,
    load: TableLoad,
    source: AbstractContextManager[Any],
    copy: Callable[[Any, Callable[[int, int], None]], int],
) -> Loaded:
    """The steps of a load in their order."""
    table = job.table
    load.prepare()
    tell(TablePrepared(table))
    with source as stream:
        copied = copy(stream, _progress(job, tell))
        load.finish_rows(stream.rows)
        tell(RowsFinished(table, stream.rows, copied, stream.cut))
        positions = stream.sequence_positions()
        rows, cut = stream.rows, stream.cut
    load.add_primary_key()
    tell(PrimaryKeyAdded(table))
    tell(ObjectsAdded(table, load.add_objects()))
    load.set_sequences(positions)
    tell(SequencesSet(table, len(positions)))
    load.record(rows, cut)
    tell(ProgressRecorded(table))
    load.commit()
    tell(TableCommitted(table, rows, copied))
    return Loaded(rows, copied)


def _progress(job: TableJob, tell: Tell) -> Callable[[int, int], None]:
    throttle = Throttle(time.monotonic())

    def progress(rows: int, sent: int) -> None:
        if throttle.passes(time.monotonic()):
            tell(RowsCopied(job.table, rows, sent))

    return progress
