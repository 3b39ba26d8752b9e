"""What hangs on a table, under the transformation rules: renamed with its columns, or told as lost."""

from __future__ import annotations

from dataclasses import replace

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.mapping import LostObject, MappedTable
from dmsform.catalog.model import Catalog, Column, PrimaryKey, Table, TableName
from dmsform.catalog.objects import Check, Collation, Expression, ForeignKey, Index, IndexPart, ReferentialAction
from dmsform.catalog.types import Integer, Text
from tests.catalog.builders import column_of, mapped, only, selection, transformation

POSITIVE = Expression("(qty > 0)", f.Binary(f.Operator.GREATER, f.ColumnRef("qty"), f.Number("0")))
ODD = Expression("odd(qty)")
UNREAD = "the rules change columns, and it is not understood which ones it reads: odd(qty)"
CUSTOMERS = Table(TableName("shop", "customers"), (Column("id", Integer(32), "integer"),), PrimaryKey(("id",)))
LINES = Table(
    TableName("shop", "lines"),
    (
        Column("id", Integer(32), "integer"),
        Column("customer", Integer(32), "integer"),
        Column("qty", Integer(32), "integer", default=Expression("1", f.Number("1")), comment="how many"),
        Column("code", Text(9), "varchar(9)", collation=Collation("nocase", folds_case=True)),
    ),
    PrimaryKey(("id",)),
    indexes=(
        Index("by_code", (IndexPart("code"), IndexPart("qty", descending=True)), unique=True, included=("id",)),
        Index("some", (IndexPart(expression=POSITIVE),), condition=POSITIVE),
    ),
    checks=(Check("positive", POSITIVE), Check("odd", ODD)),
    foreign_keys=(
        ForeignKey("of", ("customer",), TableName("shop", "customers"), ("id",), on_delete=ReferentialAction.CASCADE),
    ),
    comment="what was ordered",
)
SHOP = Catalog("postgresql", (CUSTOMERS, LINES))


def shop(*rules: dict[str, object], **selected: str) -> MappedTable:
    tables, diagnostics = mapped(selection(**selected), *rules, catalog=SHOP)
    assert diagnostics == []
    return tables["shop.lines"]


def rename(target: str, locator: dict[str, str], value: str) -> dict[str, object]:
    return transformation(target, "rename", locator, value=value)


def lost(table: MappedTable) -> dict[str, str]:
    return {each.what: each.reason for each in table.lost}


def test_without_rules_all_is_as_it_stands() -> None:
    table = shop()
    assert (table.indexes, table.checks, table.foreign_keys) == (LINES.indexes, LINES.checks, LINES.foreign_keys)
    assert (table.comment, table.lost) == ("what was ordered", ())
    quantity, code = column_of(table, "qty"), column_of(table, "code")
    assert (quantity.default, quantity.comment) == (Expression("1", f.Number("1")), "how many")
    assert code.collation == Collation("nocase", folds_case=True)


def test_renamed_columns_are_renamed_everywhere() -> None:
    table = shop(
        rename("column", {"table-name": "lines", "column-name": "qty"}, "amount"),
        rename("column", {"table-name": "customers", "column-name": "id"}, "number"),
        rename("table", {"table-name": "customers"}, "clients"),
    )
    amount = Expression(None, f.Binary(f.Operator.GREATER, f.ColumnRef("amount"), f.Number("0")))
    by_code, some = table.indexes
    assert [part.column for part in by_code.parts] == ["code", "amount"]
    assert (some.parts[0].expression, some.condition) == (amount, amount)
    assert table.checks == (Check("positive", amount),)
    assert lost(table) == {
        "check odd": "the rules change columns, and it is not understood which ones it reads: odd(qty)"
    }
    (key,) = table.foreign_keys
    assert (key.referenced, key.referenced_columns) == (TableName("shop", "clients"), ("number",))
    assert key.on_delete is ReferentialAction.CASCADE


def test_what_reads_a_column_that_is_left_out_is_lost() -> None:
    table = shop(transformation("column", "remove-column", {"table-name": "lines", "column-name": "qty"}))
    assert [index.name for index in table.indexes] == []
    reason = "the rules leave column qty out, or change its values"
    assert lost(table) == {
        "unique index by_code": reason,
        "index some": reason,
        "check positive": reason,
        "check odd": UNREAD,
    }
    assert len(table.foreign_keys) == 1


def test_what_reads_a_masked_column_is_lost() -> None:
    rule = transformation("column", "data-masking-digits-mask", {"table-name": "lines", "column-name": "code"})
    masked = only(replace(LINES, foreign_keys=(), checks=()), {**rule, "value": "#"})
    assert lost(masked) == {"unique index by_code": "the rules leave column code out, or change its values"}


def test_a_foreign_key_to_a_table_that_does_not_move_is_lost() -> None:
    table = shop(table="lines")
    assert table.foreign_keys == ()
    assert table.lost == (LostObject("foreign key of", "the task does not move shop.customers, to which it refers"),)


def test_a_default_of_another_type_is_taken_by_its_meaning_alone() -> None:
    retyped = shop(
        transformation(
            "column",
            "change-data-type",
            {"table-name": "lines", "column-name": "qty"},
            data_type={"type": "string", "length": 9},
        )
    )
    assert column_of(retyped, "qty").default == Expression(None, f.Number("1"))
    odd = replace(LINES, columns=(Column("qty", Integer(32), "integer", default=ODD),), indexes=(), checks=())
    odd = replace(odd, foreign_keys=(), primary_key=None)
    table = only(
        odd,
        transformation("column", "change-data-type", {"column-name": "qty"}, data_type={"type": "string", "length": 9}),
    )
    assert column_of(table, "qty").default is None
    assert list(lost(table)) == ["default of column qty"]
