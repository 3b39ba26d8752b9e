"""The provider's faces: thin objects that import what they need when it is needed, so that a plan that never
connects does not load the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Catalog, TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.protocols import RowTextLoad, RowTextStream
from dmsform.provider.values import EmbeddedServer, Epoch, Owner, Role, ServerInfo, TableRecord, TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition


class PostgresProbe:
    """Connection test and preflight."""

    def probe(self, endpoint: EndpointDefinition) -> ServerInfo:
        """See `dmsform_postgresql.probe`."""
        from dmsform_postgresql.probe import probe

        return probe(endpoint)

    def preflight(
        self, endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]
    ) -> Sequence[Diagnostic]:
        """See `dmsform_postgresql.preflight`."""
        from dmsform_postgresql.preflight import preflight

        return preflight(endpoint, role, mapped)

    def checks(self, role: Role) -> Sequence[str]:
        """See `dmsform_postgresql.checks`."""
        from dmsform_postgresql.checks import checks

        return checks(role)


class PostgresIntrospector:
    """Reads the catalogue."""

    def introspect(self, endpoint: EndpointDefinition) -> Catalog:
        """See `dmsform_postgresql.introspect`."""
        from dmsform_postgresql.introspect import introspect

        return introspect(endpoint)


class PostgresTarget:
    """Looks at a target, and keeps ownership and progress in it."""

    def inspect_target(self, endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
        """See `dmsform_postgresql.target`."""
        from dmsform_postgresql.target import inspect_target

        return inspect_target(endpoint, names)

    def claim(self, endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
        """See `dmsform_postgresql.control`."""
        from dmsform_postgresql.control import claim

        return claim(endpoint, owner, tables)

    def table_records(self, endpoint: EndpointDefinition, owner: Owner) -> Sequence[TableRecord]:
        """See `dmsform_postgresql.control`."""
        from dmsform_postgresql.control import table_records

        return table_records(endpoint, owner)

    def release(self, endpoint: EndpointDefinition, owner: Owner) -> None:
        """See `dmsform_postgresql.control`."""
        from dmsform_postgresql.control import release

        release(endpoint, owner)


class PostgresForeignKeys:
    """Takes foreign keys off, and puts them on."""

    def drop_foreign_keys(
        self, endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, designs: Sequence[TableDesign]
    ) -> Sequence[str]:
        """See `dmsform_postgresql.foreign_keys`."""
        from dmsform_postgresql.foreign_keys import drop_foreign_keys

        return drop_foreign_keys(endpoint, owner, epoch, designs)

    def add_foreign_keys(
        self, endpoint: EndpointDefinition, owner: Owner, epoch: Epoch, design: TableDesign
    ) -> Sequence[Diagnostic]:
        """See `dmsform_postgresql.foreign_keys`."""
        from dmsform_postgresql.foreign_keys import add_foreign_keys

        return add_foreign_keys(endpoint, owner, epoch, design)


class PostgresRowTextPlane:
    """Reads and writes row text."""

    def read_row_text(self, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[RowTextStream]:
        """See `dmsform_postgresql.reader`."""
        from dmsform_postgresql.reader import read_row_text

        return read_row_text(endpoint, mapped)

    def load_row_text(self, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[RowTextLoad]:
        """See `dmsform_postgresql.writer`."""
        from dmsform_postgresql.writer import load_row_text

        return load_row_text(endpoint, write)


class PostgresEmbedded:
    """Starts and stops embedded servers."""

    def start_server(self, data_dir: Path, database: str) -> EmbeddedServer:
        """See `dmsform_postgresql.embedded`."""
        from dmsform_postgresql.embedded import start_server

        return start_server(data_dir, database)

    def server_status(self, data_dir: Path, database: str) -> EmbeddedServer | None:
        """See `dmsform_postgresql.embedded`."""
        from dmsform_postgresql.embedded import server_status

        return server_status(data_dir, database)

    def stop_server(self, data_dir: Path) -> None:
        """See `dmsform_postgresql.embedded`."""
        from dmsform_postgresql.embedded import stop_server

        stop_server(data_dir)
