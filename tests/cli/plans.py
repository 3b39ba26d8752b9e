"""Plans that tests of views show."""

from __future__ import annotations

from dataclasses import replace

from dmsform.addresses import Address
from dmsform.diagnostics import Point, SourceRange
from dmsform.plan.model import (
    Action,
    AttributeChange,
    DataImpact,
    OutputChange,
    Plan,
    ResourceChange,
    TableAction,
    TableImpact,
)

PLACE = SourceRange("main.dms.hcl", Point(20, 1, 300), Point(20, 12, 311))


def table(name: str, action: TableAction = TableAction.CREATE, **fields: object) -> TableImpact:
    """A table of 1,000 rows and 50 kB that is created and loaded."""
    made = TableImpact(
        f"main.{name}", f"shop.{name}", action, 1000, 50_000, ddl=(f"CREATE TABLE shop.{name} (id int)",)
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def dropped(name: str) -> TableImpact:
    """A table that holds rows and is dropped."""
    return table(
        name,
        TableAction.DROP_AND_CREATE,
        target_exists=True,
        target_has_rows=True,
        destroys=True,
        ddl=(f"DROP TABLE shop.{name}", f"CREATE TABLE shop.{name} (id int)"),
    )


def change(
    address: str,
    action: Action = Action.CREATE,
    *attributes: AttributeChange,
    data: DataImpact | None = None,
    reason: str = "it is declared and not in the state",
) -> ResourceChange:
    """One change with its reason and place."""
    return ResourceChange(Address.parse(address), action, reason, attributes, data, PLACE)


def plan(*changes: ResourceChange, outputs: tuple[OutputChange, ...] = (), destroy: bool = False) -> Plan:
    """A plan of these changes."""
    return Plan("lineage", 3, "digest", changes, outputs, destroy=destroy)
