"""Events as the log and the API show them."""

from __future__ import annotations

import json

from dmsform.catalog.model import TableName
from dmsform.provider.values import Position
from dmsform.replication import codes
from dmsform.replication.events import (
    CatalogRead,
    Observers,
    RowsFinished,
    SelectedTable,
    TableFailed,
    TablesSelected,
    TaskEvent,
    fields_of,
    name_of,
    table_of,
)

ORDERS = TableName("shop", "orders")


def test_name_table_and_fields() -> None:
    event = RowsFinished(ORDERS, 5, 70, Position("7:9:"))
    assert (name_of(event), table_of(event)) == ("RowsFinished", ORDERS)
    assert fields_of(event) == {"rows": 5, "bytes": 70, "cut": "7:9:"}
    assert table_of(CatalogRead(3)) is None


def test_diagnostics_and_tables_become_plain() -> None:
    failed = TableFailed(ORDERS, (codes.NO_TABLES.error("Nothing.", "Something."),))
    assert json.loads(json.dumps(fields_of(failed)))["diagnostics"][0]["code"] == codes.NO_TABLES.id
    selected = TablesSelected((SelectedTable(ORDERS, ORDERS),))
    assert fields_of(selected) == {"tables": 1, "warnings": []}


def test_observers_hear_in_order() -> None:
    heard: list[tuple[str, TaskEvent]] = []

    class Ear:
        def __init__(self, name: str) -> None:
            self.name = name

        def observe(self, event: TaskEvent) -> None:
            heard.append((self.name, event))

    Observers((Ear("first"), Ear("second"))).observe(CatalogRead(1))
    assert heard == [("first", CatalogRead(1)), ("second", CatalogRead(1))]
