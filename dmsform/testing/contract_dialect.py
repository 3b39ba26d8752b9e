"""The dialect: what it renders runs, and what runs is what it designed."""

from __future__ import annotations

from dataclasses import replace

from dmsform.catalog.changes import AddPrimaryKey, CreateSchema, CreateTable, DropTable, TruncateTable
from dmsform.catalog.mapping import Copied, MappedColumn
from dmsform.catalog.model import Column, TableName
from dmsform.catalog.types import Unsupported
from dmsform.testing.contract_harness import Harness
from dmsform.testing.contract_values import ENGINE, design_of, map_whole, source_table


class DialectContract:
    """The face `dialect`."""

    def test_rendered_statements_run(self, harness: Harness) -> None:
        """Create with its key, empty and drop; names with blanks and quotes included."""
        dialect, endpoint = harness.provider.dialect, harness.new_endpoint()
        assert dialect is not None
        mapped = map_whole(source_table(), TableName(harness.schema, 'Odd "name'))
        design = design_of(harness, mapped)
        for change in (CreateSchema(harness.schema), CreateTable(design), AddPrimaryKey(design)):
            harness.execute(endpoint, *dialect.render(change))
        found = harness.provider.introspector.introspect(endpoint).table(mapped.target)
        assert found is not None
        assert [c.name for c in found.columns] == ["id", "name"]
        assert found.primary_key is not None
        assert found.primary_key.columns == ("id",)
        assert [c.nullable for c in found.columns] == [False, True]
        harness.execute(endpoint, *dialect.render(TruncateTable(mapped.target)))
        harness.execute(endpoint, *dialect.render(DropTable(mapped.target)))
        assert harness.provider.introspector.introspect(endpoint).tables == ()

    def test_a_created_table_designs_to_itself(self, harness: Harness) -> None:
        """From an engine to itself the types are taken verbatim."""
        dialect, endpoint = harness.provider.dialect, harness.new_endpoint()
        assert dialect is not None
        harness.execute(endpoint, f"CREATE TABLE {harness.quoted('items')} (a integer NOT NULL, b varchar(40))")
        (table,) = harness.provider.introspector.introspect(endpoint).tables
        design = design_of(harness, map_whole(table, table.name, same_engine=True), harness.provider.name)
        assert [(c.name, c.type, c.nullable) for c in design.columns] == [
            (c.name, c.native, c.nullable) for c in table.columns
        ]

    def test_what_cannot_be_carried_names_table_column_and_reason(self, harness: Harness) -> None:
        """Every such column gets a diagnostic of its own, with a remedy."""
        dialect = harness.provider.dialect
        assert dialect is not None
        odd = [Column(name, Unsupported("blob9", "nobody knows it"), "blob9") for name in ("x", "y")]
        mapped = map_whole(source_table(), TableName(harness.schema, "items"))
        mapped = replace(mapped, columns=(*mapped.columns, *(MappedColumn(c.name, Copied(c), c.type) for c in odd)))
        findings = dialect.design(mapped, ENGINE)
        assert isinstance(findings, list | tuple)
        assert [f.place.column for f in findings if f.place] == ["x", "y"]
        assert all("nobody knows it" in f.detail and f.remedy for f in findings)
