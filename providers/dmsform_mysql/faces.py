"""The provider's faces: thin objects that import what they need when it is needed, so that a plan that never
connects does not load the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Catalog, TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.protocols import RowTextLoad, RowTextStream
from dmsform.provider.values import Epoch, Owner, Role, ServerInfo, TableRecord, TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition


class MysqlProbe:
    """Connection test and preflight."""

    def probe(self, endpoint: EndpointDefinition) -> ServerInfo:
        """See `dmsform_mysql.probe`."""
        from dmsform_mysql.probe import probe

        return probe(endpoint)

    def preflight(
        self, endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]
    ) -> Sequence[Diagnostic]:
        """See `dmsform_mysql.preflight`."""
        from dmsform_mysql.preflight import preflight

        return preflight(endpoint, role, mapped)

    def checks(self, role: Role) -> Sequence[str]:
        """See `dmsform_mysql.checks`."""
        from dmsform_mysql.checks import checks

        return checks(role)


class MysqlIntrospector:
    """Reads the catalogue."""

    def introspect(self, endpoint: EndpointDefinition) -> Catalog:
        """See `dmsform_mysql.introspect`."""
        from dmsform_mysql.introspect import introspect

        return introspect(endpoint)


class MysqlTarget:
    """Looks at a target, and keeps ownership and progress in it."""

    def inspect_target(self, endpoint: EndpointDefinition, names: Sequence[TableName]) -> dict[TableName, TargetTable]:
        """See `dmsform_mysql.target`."""
        from dmsform_mysql.target import inspect_target

        return inspect_target(endpoint, names)

    def claim(self, endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
        """See `dmsform_mysql.control`."""
        from dmsform_mysql.control import claim

        return claim(endpoint, owner, tables)

    def table_records(self, endpoint: EndpointDefinition, owner: Owner) -> Sequence[TableRecord]:
        """See `dmsform_mysql.control`."""
        from dmsform_mysql.control import table_records

        return table_records(endpoint, owner)

    def release(self, endpoint: EndpointDefinition, owner: Owner) -> None:
        """See `dmsform_mysql.control`."""
        from dmsform_mysql.control import release

        release(endpoint, owner)


class MysqlRowTextPlane:
    """Reads and writes row text."""

    def read_row_text(self, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[RowTextStream]:
        """See `dmsform_mysql.reader`."""
        from dmsform_mysql.reader import read_row_text

        return read_row_text(endpoint, mapped)

    def load_row_text(self, endpoint: EndpointDefinition, write: TableWrite) -> AbstractContextManager[RowTextLoad]:
        """See `dmsform_mysql.writer`."""
        from dmsform_mysql.writer import load_row_text

        return load_row_text(endpoint, write)
