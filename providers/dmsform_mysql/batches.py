"""Sends row text in batches, each a LOAD DATA LOCAL statement that must take every row as it is.

A batch is sent while its rows come, and kept until the server has answered: then either all of it counts, or the row
that was refused can be named. Sending streams, so that source and target work at once.
"""
# ruff: noqa: S608  the statement is `loading`'s

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

import pymysql

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.catalog_queries import Narrowing
from dmsform_mysql.connect import Connection
from dmsform_mysql.errors import number_of, text_of
from dmsform_mysql.load_refusal import Complaint, Refusal, needs_row, worst
from dmsform_mysql.loading import Field, readable, statement
from dmsform_mysql.local_infile import LocalInfile, Taken
from dmsform_mysql.quoting import literal
from dmsform_mysql.refusals import VALUE_NUMBERS

BATCH_BYTES = 8 << 20
"""Row text of one statement; a buffer that is larger is a batch of its own."""

_SAVEPOINT = "dmsform_batch"


class Batches:
    """One table's rows on their way, in the transaction that is open.

    into -- where the rows go; table -- whose name they are told under.
    """

    def __init__(
        self,
        connection: Connection,
        endpoint: EndpointDefinition,
        into: TableName,
        table: TableName,
        fields: Sequence[Field],
        between: Callable[[], None],
    ) -> None:
        """`between` is called when a batch was taken."""
        self.taken = 0
        self._connection = connection
        self._endpoint = endpoint
        self._into = into
        self._table = table
        self._fields = fields
        self._between = between
        self._statement = statement(into, fields, mariadb=connection.server.mariadb)
        self._infile: LocalInfile | None = None
        self._buffers: list[bytes] = []
        self._bytes = 0

    @property
    def under_way(self) -> bool:
        """Whether the server waits for more rows of a statement: nothing else can be said to it."""
        return self._infile is not None

    def send(self, buffer: bytes) -> None:
        """Send a buffer of whole rows. Raises DiagnosticError and the driver's errors."""
        buffer = readable(buffer)
        if self._infile is None:
            self._connection.execute(f"SAVEPOINT {_SAVEPOINT}")
            self._infile = LocalInfile(self._connection, self._statement)
        self._infile.send(buffer)
        self._buffers.append(buffer)
        self._bytes += len(buffer)
        if self._bytes >= BATCH_BYTES:
            self.finish()

    def finish(self) -> None:
        """End the statement under way; it must have taken every row as it is. Raises as `send` does."""
        if self._infile is None:
            return
        infile, rows = self._infile, sum(buffer.count(b"\n") for buffer in self._buffers)
        try:
            taken = infile.finish()
        except pymysql.Error as error:
            self._infile = None
            if not self._connection.raw.open or number_of(error) not in VALUE_NUMBERS:
                raise
            self._refuse(Complaint(number_of(error), text_of(error)))
        self._infile = None
        self._check(taken, rows)
        self.taken += rows
        self._buffers, self._bytes = [], 0
        self._between()

    def _check(self, taken: Taken, rows: int) -> None:
        if taken.warnings:
            complaints = self._complaints()
            if (complaint := worst(complaints)) is not None:
                self._refuse(complaint)
            if len(complaints) < taken.warnings:
                self._refuse(Complaint(0, f"{taken.warnings} warnings, of which not all are known"))
        if (taken.records, taken.deleted, taken.skipped) != (rows, 0, 0):
            raise DiagnosticError(self._miscounted(taken, rows))

    def _complaints(self) -> list[Complaint]:
        return [Complaint(number, text) for _, number, text in self._connection.rows("SHOW WARNINGS")]

    def _refuse(self, complaint: Complaint) -> None:
        """Raise the diagnostic, once the row is found that it is about."""
        rows = [row + b"\n" for row in b"".join(self._buffers).split(b"\n")[:-1]]
        number = complaint.row
        if needs_row(complaint):
            number = self._first_refused(rows)
        row = rows[number - 1] if number is not None and number <= len(rows) else None
        refusal = Refusal(self._endpoint, str(self._table), self._fields, self._into.name, self.taken, self._columns_of)
        raise DiagnosticError(refusal.diagnostic(complaint, number, None if row is None else row[:-1]))

    def _first_refused(self, rows: Sequence[bytes]) -> int | None:
        """The number of the row that the server stumbles over: the end of the shortest beginning that it refuses."""
        found = bisect_left(range(1, len(rows) + 1), True, key=lambda count: self._refuses(rows[:count]))
        return found + 1 if found < len(rows) else None

    def _refuses(self, rows: Sequence[bytes]) -> bool:
        self._connection.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        infile = LocalInfile(self._connection, self._statement)
        infile.send(b"".join(rows))
        try:
            taken = infile.finish()
        except pymysql.Error:
            if not self._connection.raw.open:
                raise
            return True
        return bool(taken.warnings) and worst(self._complaints()) is not None

    def _columns_of(self, index: str) -> list[str]:
        name = literal(index.removeprefix(f"{self._into.name}."))
        query = (
            "SELECT i.COLUMN_NAME FROM information_schema.STATISTICS i "
            f"WHERE i.INDEX_NAME = {name} AND {Narrowing(names=(self._into,)).sql()} ORDER BY i.SEQ_IN_INDEX"
        )
        return [column for (column,) in self._connection.rows(query)]

    def _miscounted(self, taken: Taken, rows: int) -> Diagnostic:
        table = str(self._table)
        return codes.ROW_COUNT.error(
            f"{rows} rows were sent to {table}, and the server took {taken.records - taken.skipped} (it skipped "
            f"{taken.skipped}, deleted {taken.deleted}); nothing of them was kept.",
            "Look for triggers on the target table that drop rows; then run the task again.",
            place=DataPlace(endpoint=self._endpoint.name, table=table),
        )
