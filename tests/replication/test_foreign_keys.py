"""Which foreign keys are off while tables load, and which are put on behind them."""

from __future__ import annotations

from dmsform.catalog.changes import ForeignKeyDesign, TableDesign
from dmsform.catalog.model import TableName
from dmsform.replication.foreign_keys import keys_among, keys_between
from dmsform.replication.preparing import DesignedTable
from tests.replication.values import mapped, table

A, B, C = (TableName("s", name) for name in "abc")


def key(referenced: TableName) -> ForeignKeyDesign:
    return ForeignKeyDesign(f"to_{referenced.name}", ("x",), referenced, ("y",))


DESIGNS = [TableDesign(A, (), foreign_keys=(key(B), key(C))), TableDesign(B, (), foreign_keys=(key(B),))]


def names(designs: list[TableDesign]) -> dict[str, list[str]]:
    return {design.name.name: [k.name for k in design.foreign_keys] for design in designs}


def test_keys_from_and_to_tables_that_load_are_off() -> None:
    assert names(keys_between(DESIGNS, {A})) == {"a": ["to_b", "to_c"]}
    assert names(keys_between(DESIGNS, {B})) == {"a": ["to_b"], "b": ["to_b"]}
    assert names(keys_between(DESIGNS, {C})) == {"a": ["to_c"]}
    assert keys_between(DESIGNS, set()) == []


def test_keys_between_complete_tables_are_put_on() -> None:
    tables = [DesignedTable(mapped(table(), design.name), design, "") for design in DESIGNS]

    def among(*complete: TableName) -> dict[str, list[str]]:
        return names([each.design for each in keys_among(tables, set(complete))])

    assert among(A, B, C) == {"a": ["to_b", "to_c"], "b": ["to_b"]}
    assert among(A, B) == {"a": ["to_b"], "b": ["to_b"]}
    assert among(B, C) == {"b": ["to_b"]}
    assert among(A) == {}
