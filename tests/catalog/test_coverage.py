"""Nothing of a table goes without a word: it is in the design, or an action item names it."""

from __future__ import annotations

from dataclasses import replace

from dmsform.catalog import item_codes as codes
from dmsform.catalog.changes import CheckDesign, ColumnDesign, ForeignKeyDesign, IndexDesign, TableDesign
from dmsform.catalog.coverage import all_items
from dmsform.catalog.formulas.syntax import Null
from dmsform.catalog.items import ActionItem
from dmsform.catalog.model import Column
from dmsform.catalog.objects import Expression
from dmsform.catalog.types import Integer
from tests.catalog.builders import only
from tests.catalog.transform.test_objects import CUSTOMERS, LINES, shop

BARE = TableDesign(LINES.name, tuple(ColumnDesign(c.name, "text") for c in LINES.columns))


def whats(items: tuple[ActionItem, ...]) -> dict[str, str]:
    return {item.what: item.code.id for item in items}


def test_everything_that_a_design_leaves_out_is_named() -> None:
    assert whats(all_items(shop(), BARE, ())) == {
        "unique index by_code": codes.INDEX_NOT_CARRIED.id,
        "index some": codes.INDEX_NOT_CARRIED.id,
        "check positive": codes.CHECK_LEFT_OUT.id,
        "check odd": codes.CHECK_LEFT_OUT.id,
        "foreign key of": codes.FOREIGN_KEY_NOT_CARRIED.id,
        "default of column qty": codes.DEFAULT_LEFT_OUT.id,
        "comment of column qty": codes.COMMENT_LEFT_OUT.id,
        "comment of the table": codes.COMMENT_LEFT_OUT.id,
    }


def test_what_is_in_the_design_is_not() -> None:
    columns = tuple(replace(c, default="1", comment="how many") for c in BARE.columns)
    design = replace(
        BARE,
        columns=columns,
        indexes=(IndexDesign("a", ("code",), "unique index by_code"), IndexDesign("b", ("1",), "index some")),
        checks=(CheckDesign("c", "qty > 0", "check positive"), CheckDesign("d", "odd(qty)", "check odd")),
        foreign_keys=(ForeignKeyDesign("e", ("customer",), CUSTOMERS.name, ("id",), "foreign key of"),),
        comment="what was ordered",
    )
    assert all_items(shop(), design, ()) == ()


def test_what_the_target_says_itself_is_said_once() -> None:
    said = codes.INDEX_METHOD.item("index some", "it has no such index", "Leave it.")
    items = all_items(shop(), BARE, [said])
    assert items[0] is said
    assert [item.what for item in items].count("index some") == 1


def test_what_has_no_place_in_the_model_has_a_code_by_its_kind() -> None:
    words = {
        "trigger audit": codes.TRIGGER, "row security policy own": codes.POLICY, "rule r": codes.RULE,
        "exclusion constraint x": codes.EXCLUSION, "partitioning by RANGE (at)": codes.PARTITIONING,
        "storage engine MyISAM": codes.TABLE_OPTION, "something new": codes.OTHER_NOT_CARRIED,
    }  # fmt: skip
    table = only(replace(CUSTOMERS, not_carried=tuple(words)))
    items = all_items(table, TableDesign(CUSTOMERS.name, (ColumnDesign("id", "integer"),)), ())
    assert whats(items) == {what: code.id for what, code in words.items()}


def test_a_default_of_null_is_none() -> None:
    column = Column("id", Integer(32), "integer", default=Expression("NULL", Null()))
    table = only(replace(CUSTOMERS, columns=(column,)))
    assert all_items(table, TableDesign(CUSTOMERS.name, (ColumnDesign("id", "integer"),)), ()) == ()


def test_what_the_rules_leave_no_place_for_is_named_with_the_reason() -> None:
    table = shop(table="lines")
    design = replace(BARE, comment="what was ordered")
    (item,) = (i for i in all_items(table, design, ()) if i.what == "foreign key of")
    assert (item.code, item.reason) == (
        codes.LOST_BY_RULES,
        "the task does not move shop.customers, to which it refers",
    )


def test_codes_are_told_apart_and_say_what_to_do() -> None:
    assert len({code.id for code in codes.CODES}) == len(codes.CODES)
    every = {value for value in vars(codes).values() if isinstance(value, type(codes.RULE))}
    assert every == set(codes.CODES)
