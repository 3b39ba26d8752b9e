"""Introspection: the facts of a schema, in the engine-neutral terms."""
# ruff: noqa: S608  statements are made of the harness's quoted names and of literals

from __future__ import annotations

from dmsform.catalog.model import Table, TableKind, TableName
from dmsform.catalog.types import Integer, Text
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.contract_harness import Harness


def _table(harness: Harness, endpoint: EndpointDefinition, name: str) -> Table:
    found = harness.provider.introspector.introspect(endpoint).table(TableName(harness.schema, name))
    assert found is not None
    return found


class IntrospectionContract:
    """The face `introspector`."""

    def test_an_empty_store_has_no_tables(self, harness: Harness) -> None:
        """The system's own tables are none of the user's."""
        catalog = harness.provider.introspector.introspect(harness.new_endpoint())
        assert catalog.engine == harness.provider.name
        assert catalog.tables == ()

    def test_columns_and_key(self, harness: Harness) -> None:
        """Names, order, types, nullability; key columns in the key's order."""
        endpoint = harness.new_endpoint()
        columns = "b integer NOT NULL, a integer NOT NULL, name varchar(40), PRIMARY KEY (a, b)"
        harness.execute(endpoint, f"CREATE TABLE {harness.quoted('items')} ({columns})")
        table = _table(harness, endpoint, "items")
        assert [c.name for c in table.columns] == ["b", "a", "name"]
        assert isinstance(table.column("a").type, Integer)
        assert isinstance(table.column("name").type, Text)
        assert [c.nullable for c in table.columns] == [False, False, True]
        assert table.primary_key is not None
        assert table.primary_key.columns == ("a", "b")
        assert table.kind is TableKind.TABLE

    def test_a_table_without_a_key(self, harness: Harness) -> None:
        """No key is invented."""
        endpoint = harness.new_endpoint()
        harness.execute(endpoint, f"CREATE TABLE {harness.quoted('heap')} (a integer)")
        assert _table(harness, endpoint, "heap").primary_key is None

    def test_views_are_told_apart(self, harness: Harness) -> None:
        """Selection rules match views only when asked to."""
        endpoint = harness.new_endpoint()
        items, shown = harness.quoted("items"), harness.quoted("shown")
        harness.execute(endpoint, f"CREATE TABLE {items} (a integer)", f"CREATE VIEW {shown} AS SELECT a FROM {items}")
        assert _table(harness, endpoint, "shown").kind is TableKind.VIEW
        assert [c.name for c in _table(harness, endpoint, "shown").columns] == ["a"]

    def test_tables_come_in_the_order_of_their_names(self, harness: Harness) -> None:
        """Plans must not depend on the order of creation."""
        endpoint = harness.new_endpoint()
        harness.execute(endpoint, *(f"CREATE TABLE {harness.quoted(name)} (x integer)" for name in ("c", "a", "b")))
        names = [t.name.name for t in harness.provider.introspector.introspect(endpoint)]
        assert names == ["a", "b", "c"]

    def test_the_digest_sees_a_changed_column_and_not_new_rows(self, harness: Harness) -> None:
        """A saved plan is stale when the table changed, not when it grew."""
        endpoint, items = harness.new_endpoint(), harness.quoted("items")
        harness.execute(endpoint, f"CREATE TABLE {items} (a integer)")
        before = _table(harness, endpoint, "items").digest()
        harness.execute(endpoint, f"INSERT INTO {items} VALUES (1)")
        assert _table(harness, endpoint, "items").digest() == before
        harness.execute(endpoint, f"ALTER TABLE {items} ADD COLUMN b integer")
        assert _table(harness, endpoint, "items").digest() != before

    def test_names_keep_their_case(self, harness: Harness) -> None:
        """`Items` is not `items`, and a quote in a name is only a character."""
        endpoint = harness.new_endpoint()
        harness.execute(endpoint, f'CREATE TABLE {harness.quoted("Odd Name")} ("Mixed ""Case" integer)')
        assert [c.name for c in _table(harness, endpoint, "Odd Name").columns] == ['Mixed "Case']
