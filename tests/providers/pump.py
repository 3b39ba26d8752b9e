"""Moves tables from one endpoint to another through the providers' faces, as a task does, in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Table, TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import TableLoad
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner, TableWrite
from dmsform.replication.job import Plane
from dmsform.replication.plane import choose_plane
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_values import map_whole

OWNER = Owner("lineage", "task", "ann@host")


def table_of(endpoint: EndpointDefinition, name: str, schema: str = "main") -> Table:
    """A table as introspection sees it."""
    found = provider(endpoint.engine).introspector.introspect(endpoint).table(TableName(schema, name))
    assert found is not None, f"no table {schema}.{name}"
    return found


def map_table(source: EndpointDefinition, name: str, target: TableName, *, same_engine: bool = False) -> MappedTable:
    """The table mapped whole."""
    return map_whole(table_of(source, name), target, same_engine=same_engine)


def design_of(mapped: MappedTable, source: EndpointDefinition, target: EndpointDefinition) -> TableDesign:
    """The target's design; raises the findings when there is none."""
    dialect = provider(target.engine).dialect
    assert dialect is not None
    design = dialect.design(mapped, source.engine)
    if not isinstance(design, TableDesign):
        raise DiagnosticError(design)
    return design


def pump(source: EndpointDefinition, target: EndpointDefinition, *mapped: MappedTable) -> int:
    """Claim the target tables and load each; the number of rows.

    Raises DiagnosticError, and keeps nothing of the table that it is about.
    """
    designs = [design_of(m, source, target) for m in mapped]
    control = provider(target.engine).target_control
    assert control is not None
    epoch = control.claim(target, OWNER, [m.target for m in mapped])
    writes = [
        TableWrite(OWNER, epoch, 1, m, d, TargetTablePrepMode.DO_NOTHING) for m, d in zip(mapped, designs, strict=True)
    ]
    return sum(_load(source, target, write) for write in writes)


def _load(source: EndpointDefinition, target: EndpointDefinition, write: TableWrite) -> int:
    origin, goal = provider(source.engine), provider(target.engine)
    if choose_plane(origin, goal) is Plane.ROW_TEXT:
        assert origin.row_text_reader
        assert goal.row_text_writer
        with goal.row_text_writer.load_row_text(target, write) as text_load:
            text_load.prepare()
            with origin.row_text_reader.read_row_text(source, write.mapped) as text_stream:
                return _finish(text_load, text_stream, text_load.write_row_text)
    assert origin.typed_reader
    assert goal.typed_writer
    with goal.typed_writer.load_typed(target, write) as load:
        load.prepare()
        with origin.typed_reader.read_typed(source, write.mapped) as stream:
            return _finish(load, stream, load.write_rows)


def _finish(load: TableLoad, stream: Any, write: Callable[[Any], None]) -> int:
    for part in stream:
        write(part)
    rows: int = stream.rows
    load.finish_rows(rows)
    load.add_primary_key()
    load.add_objects()
    load.set_sequences(stream.sequence_positions())
    load.record(rows, stream.cut)
    load.commit()
    return rows
