"""The faces a provider shows. Small on purpose: a provider shows those it can keep, `plan` refuses what is missing.

A provider module exports `PROVIDER = Provider(...)` under the entry point `dmsform.providers`. Every face takes the
endpoint's definition and opens connections of its own, so that a job can run in any process on any machine.
All faces raise `DiagnosticError`; a lost connection is raised as `ConnectionLostError`, which the task may retry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dmsform.catalog.changes import CatalogChange, TableDesign
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Catalog, SequencePosition, TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.values import (
    EmbeddedServer,
    EndpointSettings,
    Epoch,
    Owner,
    Position,
    Role,
    ServerInfo,
    TableRecord,
    TableWrite,
    TargetTable,
)
from dmsform.task.definition import EndpointDefinition


class ConnectionLostError(DiagnosticError):
    """A connection was lost or a server went away or asked to try again: nothing was committed, a retry may succeed."""

    def __reduce__(self) -> tuple[type[ConnectionLostError], tuple[tuple[Diagnostic, ...]]]:
        """Survive the trip between worker processes."""
        return ConnectionLostError, (self.diagnostics,)


class Probe(Protocol):
    """Connection test."""

    def probe(self, endpoint: EndpointDefinition) -> ServerInfo:
        """Connect and say what answered. Raises DiagnosticError: unreachable, authentication, missing database."""
        ...

    def preflight(
        self, endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]
    ) -> Sequence[Diagnostic]:
        """Check rights and settings for these tables in this role; each finding with the statement that mends it, and
        under the name of its check.
        """
        ...

    def checks(self, role: Role) -> Sequence[str]:
        """The names of all checks that `preflight` makes in this role, so that those that passed can be told too."""
        ...


class Introspector(Protocol):
    """Reads a store's catalogue."""

    def introspect(self, endpoint: EndpointDefinition) -> Catalog:
        """All tables and views of the user, with estimates, in a constant number of queries."""
        ...


class TargetInspector(Protocol):
    """Looks at what stands on a target, without changing anything (control tables may not exist yet)."""

    def inspect_target(self, endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
        """Those of the named tables that exist."""
        ...


class Dialect(Protocol):
    """Renders a target's schema. Pure."""

    def design(self, mapped: MappedTable, source_engine: str) -> TableDesign | Sequence[Diagnostic]:
        """The target table for a mapped table, or why it cannot be: each diagnostic names table and column.

        Where `source_engine` is this engine and a column's `native` is known, the type is taken verbatim.
        """
        ...

    def enums(self, mapped: MappedTable, source_engine: str) -> Sequence[CatalogChange]:
        """CreateEnum changes that the design needs first."""
        ...

    def render(self, change: CatalogChange) -> Sequence[str]:
        """The change as statements, without final semicolons."""
        ...

    def conversions(self, mapped: MappedTable, source_engine: str) -> Sequence[str]:
        """What the design changes in meaning, in words for the plan; empty when nothing does."""
        ...

    def action_items(self, mapped: MappedTable, source_engine: str) -> Sequence[ActionItem]:
        """What hangs on the table and does not arrive as it is: one item each, that names it as the model does.

        Whatever is in neither the design nor an item is added by the caller as not carried. Called for tables that
        `design` makes a table of.
        """
        ...


class RowTextStream(Protocol):
    """One table's rows as row text. Iterate once to its end; then `rows` is the number of rows the source sent."""

    @property
    def rows(self) -> int:
        """Rows sent so far (complete once iteration ended)."""
        ...

    @property
    def cut(self) -> Position:
        """The position of the snapshot that the rows are read in; known before the first buffer."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Buffers of whole rows: PostgreSQL's COPY text format, some 256 KiB each."""
        ...

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering of the table's columns stands, read at the end of the load."""
        ...


class RowTextReader(Protocol):
    """Source face: renders rows to row text, each column in its mapped type's canonical text."""

    def read_row_text(self, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[RowTextStream]:
        """Open a snapshot of one table and stream it. A value that the mapped type cannot hold raises DiagnosticError
        that names table, column and value.
        """
        ...


class TypedStream(Protocol):
    """One table's rows as Python values, for engines that type values and not columns (SQLite to SQLite)."""

    @property
    def rows(self) -> int:
        """Rows sent so far."""
        ...

    @property
    def bytes(self) -> int:
        """About how many bytes the rows sent so far hold: as row text is not made, an estimate of their values."""
        ...

    @property
    def cut(self) -> Position:
        """The position of the snapshot."""
        ...

    def __iter__(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Batches of rows."""
        ...

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering of the table's columns stands."""
        ...


class TypedReader(Protocol):
    """Source face of the typed plane; used only between endpoints of one engine."""

    def read_typed(self, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[TypedStream]:
        """Open a snapshot of one table and stream it."""
        ...


class TableLoad(Protocol):
    """One table's load into a target, all in one target transaction. Steps are called in this order.

    Leaving the context without `commit` rolls everything back: no trace is left.
    """

    def prepare(self) -> None:
        """Check the epoch; then create, drop and create, truncate or find the table, as the write allows.

        Raises DiagnosticError when the table holds rows it may not destroy, is claimed by another task, or differs.
        """
        ...

    def finish_rows(self, sent: int) -> None:
        """End the stream; raises DiagnosticError unless the target took exactly `sent` rows."""
        ...

    def add_primary_key(self) -> None:
        """Build the primary key, if the load created the table."""
        ...

    def add_objects(self) -> int:
        """Build the design's indexes, unique constraints and checks, if the load created the table; how many."""
        ...

    def set_sequences(self, positions: Sequence[SequencePosition]) -> None:
        """Let the numbering of identity columns go on where the source's stands."""
        ...

    def record(self, rows: int, cut: Position) -> None:
        """Write the control row that vouches for the table (G2) and check the epoch under lock (G11)."""
        ...

    def commit(self) -> None:
        """Commit everything at once."""
        ...


class RowTextLoad(TableLoad, Protocol):
    """A load that takes row text."""

    def write_row_text(self, buffer: bytes) -> None:
        """Take a buffer of whole rows. A value the target refuses raises DiagnosticError naming column and value."""
        ...


class TypedLoad(TableLoad, Protocol):
    """A load that takes rows of Python values."""

    def write_rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take a batch of rows."""
        ...


class RowTextWriter(Protocol):
    """Target face: parses row text."""

    def load_row_text(self, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[RowTextLoad]:
        """Begin one table's load."""
        ...


class TypedWriter(Protocol):
    """Target face of the typed plane."""

    def load_typed(self, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[TypedLoad]:
        """Begin one table's load."""
        ...


class TargetControl(Protocol):
    """Keeps ownership and progress in control tables of the target itself (schema or prefix `dmsform_control`)."""

    def claim(self, endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
        """Become the owner: raise the epoch, wait for nothing of the old owner; claim the target tables.

        Raises DiagnosticError when another owner claims one of the tables, naming its holder.
        """
        ...

    def table_records(self, endpoint: EndpointDefinition, owner: Owner) -> Sequence[TableRecord]:
        """The control rows of completed tables."""
        ...

    def release(self, endpoint: EndpointDefinition, owner: Owner) -> None:
        """Remove the owner's control rows; the tables themselves stay."""
        ...


class TargetForeignKeys(Protocol):
    """Takes foreign keys off a target while its tables load, and puts them on behind it. Not offered by an engine that
    states them with the table and holds no rows to them before.
    """

    def drop_foreign_keys(
        self, endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, designs: Sequence[TableDesign]
    ) -> Sequence[str]:
        """Drop those foreign keys of the designs that stand, whatever their names; in words, what was dropped.

        Raises DiagnosticError, also when the epoch is not the owner's any more.
        """
        ...

    def add_foreign_keys(
        self, endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, design: TableDesign
    ) -> Sequence[Diagnostic]:
        """Add those foreign keys of a design that do not stand yet; what cannot be added is told, the rest is added.

        Rows that a key does not hold for are named by one of them. Raises DiagnosticError: connection, epoch.
        """
        ...


class EmbeddedServers(Protocol):
    """Starts and stops servers for endpoints with an `embedded` block."""

    def start_server(self, data_dir: Path, database: str) -> EmbeddedServer:
        """Create the data directory where missing, start the server unless it runs, create the database."""
        ...

    def server_status(self, data_dir: Path, database: str) -> EmbeddedServer | None:
        """What stands there now; None when the data directory was never created."""
        ...

    def stop_server(self, data_dir: Path) -> None:
        """Stop the server; its data stay."""
        ...


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What a provider is: its name, the model of its endpoint block, and the faces it can keep (None: it cannot)."""

    name: str
    label: str
    endpoint_model: type[EndpointSettings]
    probe: Probe
    introspector: Introspector
    dialect: Dialect | None = None
    target_inspector: TargetInspector | None = None
    target_control: TargetControl | None = None
    row_text_reader: RowTextReader | None = None
    row_text_writer: RowTextWriter | None = None
    typed_reader: TypedReader | None = None
    typed_writer: TypedWriter | None = None
    foreign_keys: TargetForeignKeys | None = None
    embedded: EmbeddedServers | None = None
