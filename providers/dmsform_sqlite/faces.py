"""The provider's faces: thin objects that import what they need when it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Catalog, TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.protocols import RowTextLoad, RowTextStream, TypedLoad, TypedStream
from dmsform.provider.values import Epoch, Owner, Role, ServerInfo, TableRecord, TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition


class SqliteProbe:
    """Connection test and preflight."""

    def probe(self, endpoint: EndpointDefinition) -> ServerInfo:
        """See `dmsform_sqlite.probe`."""
        from dmsform_sqlite.probe import probe

        return probe(endpoint)

    def preflight(
        self, endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]
    ) -> Sequence[Diagnostic]:
        """See `dmsform_sqlite.preflight`."""
        from dmsform_sqlite.preflight import preflight

        return preflight(endpoint, role, mapped)

    def checks(self, role: Role) -> Sequence[str]:
        """See `dmsform_sqlite.preflight`."""
        from dmsform_sqlite.preflight import checks

        return checks(role)


class SqliteIntrospector:
    """Reads the catalogue."""

    def introspect(self, endpoint: EndpointDefinition) -> Catalog:
        """See `dmsform_sqlite.introspect`."""
        from dmsform_sqlite.introspect import introspect

        return introspect(endpoint)


class SqliteTarget:
    """Looks at a target, and keeps ownership and progress in it."""

    def inspect_target(self, endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
        """See `dmsform_sqlite.target`."""
        from dmsform_sqlite.target import inspect_target

        return inspect_target(endpoint, names)

    def claim(self, endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
        """See `dmsform_sqlite.control`."""
        from dmsform_sqlite.control import claim

        return claim(endpoint, owner, tables)

    def table_records(self, endpoint: EndpointDefinition, owner: Owner) -> Sequence[TableRecord]:
        """See `dmsform_sqlite.control`."""
        from dmsform_sqlite.control import table_records

        return table_records(endpoint, owner)

    def release(self, endpoint: EndpointDefinition, owner: Owner) -> None:
        """See `dmsform_sqlite.control`."""
        from dmsform_sqlite.control import release

        release(endpoint, owner)


class SqlitePlanes:
    """Reads and writes rows, as row text or typed."""

    def read_row_text(self, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[RowTextStream]:
        """See `dmsform_sqlite.reader`."""
        from dmsform_sqlite.reader import read_row_text

        return read_row_text(endpoint, mapped)

    def read_typed(self, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[TypedStream]:
        """See `dmsform_sqlite.typed_reader`."""
        from dmsform_sqlite.typed_reader import read_typed

        return read_typed(endpoint, mapped)

    def load_row_text(self, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[RowTextLoad]:
        """See `dmsform_sqlite.writer`."""
        from dmsform_sqlite.writer import load_row_text

        return load_row_text(endpoint, write)

    def load_typed(self, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[TypedLoad]:
        """See `dmsform_sqlite.writer`."""
        from dmsform_sqlite.writer import load_typed

        return load_typed(endpoint, write)
