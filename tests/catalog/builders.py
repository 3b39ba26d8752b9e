"""Rules and catalogues for tests: short ways to write table mappings and to see what they make of a catalogue."""

from __future__ import annotations

from typing import Any

from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.catalog.model import Catalog, Column, Identity, PrimaryKey, Table, TableKind, TableName
from dmsform.catalog.rules import TableMappings, parse_rules
from dmsform.catalog.select import map_catalog
from dmsform.catalog.types import Binary, Date, Decimal, Integer, Json, Text, Timestamp, Uuid
from dmsform.diagnostics import Diagnostic, Severity
from dmsform.task.settings import ErrorBehavior, TaskSettings


def selection(schema: str = "%", table: str = "%", action: str = "include", **more: Any) -> dict[str, Any]:
    locator = {"schema-name": schema, "table-name": table}
    if kind := more.pop("table_type", None):
        locator["table-type"] = kind
    rest = {key.replace("_", "-"): value for key, value in more.items()}
    return {"rule-type": "selection", "rule-action": action, "object-locator": locator, **rest}


def transformation(target: str, action: str, locator: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    places = {"schema-name": "%"} if target == "schema" else {"schema-name": "%", "table-name": "%"}
    if target == "column" and action != "add-column":
        places["column-name"] = "%"
    if target.endswith("tablespace"):
        places[f"{target}-name"] = "%"
    rest = {key.replace("_", "-"): value for key, value in more.items()}
    rule = {"rule-type": "transformation", "rule-target": target, "rule-action": action}
    return {**rule, "object-locator": {**places, **(locator or {})}, **rest}


def document(*rules: dict[str, Any]) -> dict[str, Any]:
    """The rules numbered in their order, unless they have an id of their own."""
    numbered = [{"rule-id": str(n), "rule-name": f"r{n}", **rule} for n, rule in enumerate(rules, start=1)]
    return {"rules": numbered}


def mappings(*rules: dict[str, Any]) -> TableMappings:
    """Rules that are read without any finding."""
    parsed, diagnostics = parse_rules(document(*rules))
    assert diagnostics == []
    return parsed


def findings(*rules: dict[str, Any]) -> list[Diagnostic]:
    """What reading the rules finds."""
    return parse_rules(document(*rules))[1]


def column(name: str, nullable: bool = True) -> Column:
    return Column(name, Text(40), "varchar(40)", nullable)


ORDERS = Table(
    TableName("shop", "orders"),
    (
        Column("id", Integer(64), "bigint", nullable=False, identity=Identity.BY_DEFAULT),
        Column("customer", Integer(32), "integer"),
        Column("amount", Decimal(10, 2), "numeric(10,2)"),
        Column("placed", Date(), "date"),
        Column("note", Text(), "text"),
    ),
    PrimaryKey(("id",), "orders_pkey"),
)
CUSTOMERS = Table(
    TableName("shop", "Customers"),
    (
        Column("Id", Integer(32), "integer", nullable=False),
        Column("First", Text(40), "varchar(40)"),
        Column("Last", Text(40), "varchar(40)"),
        Column("Card", Uuid(), "uuid"),
        Column("Photo", Binary(), "bytea"),
        Column("Extra", Json(), "json"),
        Column("Seen", Timestamp(zoned=True), "timestamptz"),
        Column("Full", Text(90), "varchar(90)", generated="first || last"),
    ),
    PrimaryKey(("Id",), "customers_pkey"),
)
LINES = Table(
    TableName("shop", "order_lines"),
    (Column("order", Integer(64), "bigint"), Column("line", Integer(16), "smallint"), column("article")),
    PrimaryKey(("order", "line"), "lines_pkey"),
)
TEMPORARY = Table(TableName("shop", "tmp_load"), (column("a"),))
REPORT = Table(TableName("shop", "report"), (column("a"),), kind=TableKind.VIEW)
OTHER = Table(TableName("archive", "orders"), (column("a"), column("b")))
SHOP = Catalog("postgresql", (OTHER, CUSTOMERS, LINES, ORDERS, REPORT, TEMPORARY))


def mapped(
    *rules: dict[str, Any], catalog: Catalog = SHOP, target_schema: str = "", must_match: bool = True
) -> tuple[dict[str, MappedTable], list[Diagnostic]]:
    """The mapped tables by source name, in their order, and the findings. Rules are read without any finding."""
    settings = TaskSettings(
        target_schema=target_schema, error_behavior=ErrorBehavior(fail_on_no_tables_captured=must_match)
    )
    tables, diagnostics = map_catalog(catalog, mappings(*rules), settings)
    return {str(table.source.name): table for table in tables}, diagnostics


def only(table: Table, *rules: dict[str, Any], target_schema: str = "") -> MappedTable:
    """What the transformation rules make of one table, without any finding."""
    found, diagnostics = finding(table, *rules, target_schema=target_schema)
    assert diagnostics == []
    return found


def finding(table: Table, *rules: dict[str, Any], target_schema: str = "") -> tuple[MappedTable, list[Diagnostic]]:
    """What the transformation rules make of one table, and what is found."""
    tables, diagnostics = mapped(
        selection(), *rules, catalog=Catalog("postgresql", (table,)), target_schema=target_schema
    )
    return tables[str(table.name)], diagnostics


def column_of(table: MappedTable, name: str) -> MappedColumn:
    (found,) = (each for each in table.columns if each.name == name)
    return found


def codes_of(diagnostics: list[Diagnostic], severity: Severity | None = None) -> list[str]:
    return [d.code for d in diagnostics if severity in (None, d.severity)]
