"""What a plan says of data: all that is destroyed or changed in meaning in full, the rest folded when long."""

from __future__ import annotations

from dmsform.cli.views.data import DDL_TABLES_SHOWN, TABLES_SHOWN, data_lines
from dmsform.cli.views.style import Style
from dmsform.plan.model import DataImpact, TableAction, TableImpact
from tests.cli.plans import dropped, table


def shown(*tables: TableImpact, verbose: bool = False, unknown: str | None = None, running: str = "") -> str:
    return "\n".join(data_lines(DataImpact(tables, unknown, running), Style(), verbose=verbose))


def test_a_table_in_columns() -> None:
    said = shown(table("a"), table("longer", rows=None, bytes=None), running="starts")
    assert "Data: 2 tables, at least ~1,000 rows, at least ~50 kB to copy.\n      The task starts." in said
    assert "main.a       shop.a       create and load  ~1,000  ~50 kB  no" in said
    assert "main.longer  shop.longer  create and load                  no" in said


def test_what_is_unknown_says_why() -> None:
    assert shown(unknown="the server is started by apply") == (
        "      Data: known after apply, because the server is started by apply."
    )


def test_nothing_destroyed_is_ever_folded() -> None:
    many = [dropped(f"t{i:04}") for i in range(TABLES_SHOWN * 4)]
    said = shown(*many)
    for each in many:
        assert f"- {each.target} is dropped with all its rows; it holds rows" in said
        assert each.ddl[0] in said


def test_an_emptied_table_is_told_as_such() -> None:
    emptied = table("a", TableAction.TRUNCATE, destroys=True, ddl=("TRUNCATE shop.a",))
    assert "- shop.a is emptied; it is empty" in shown(emptied)


def test_conversions_and_tables_left_behind_are_told_in_full() -> None:
    many = [table(f"t{i}", conversions=(f"c{i}: text becomes varchar",)) for i in range(200)]
    left = [table(f"l{i}", TableAction.LEAVE, rows=None, bytes=None, ddl=()) for i in range(200)]
    said = shown(*many, *left)
    assert all(f"main.t{i}: c{i}: text becomes varchar" in said for i in range(200))
    assert all(f"  shop.l{i}\n" in f"{said}\n" for i in range(200))


def test_long_lists_are_folded_and_unfolded() -> None:
    many = [table(f"t{i:04}") for i in range(TABLES_SHOWN + 20)]
    folded, unfolded = shown(*many), shown(*many, verbose=True)
    assert "... and 20 tables, ~20,000 rows, ~1.0 MB to copy (-verbose lists them)" in folded
    assert f"... and {TABLES_SHOWN + 20 - DDL_TABLES_SHOWN} statements for" in folded
    assert f"main.t{TABLES_SHOWN + 5:04}" not in folded
    assert "-verbose" not in unfolded
    assert all(f"CREATE TABLE {t.target} " in unfolded for t in many)


def test_loaded_tables_are_counted() -> None:
    kept = [table(f"k{i}", TableAction.KEEP) for i in range(20)]
    said = shown(table("late"), *kept)
    assert "Data: 1 table, ~1,000 rows, ~50 kB to copy." in said
    assert "20 tables already loaded, left alone (-verbose lists them)" in said
    assert "main.k3" not in said
    assert "main.k3" in shown(table("late"), *kept, verbose=True)
    assert "20 tables already loaded, left alone." in shown(*kept)


def test_what_is_not_carried_is_summed_up_by_kind() -> None:
    some = table("a", not_carried=("index by date", "foreign key a_b", "foreign key a_c", "trigger t"))
    assert "Not carried: 2 foreign keys, 1 index, 1 trigger (-verbose lists them)." in shown(some)
    assert "main.a: index by date, foreign key a_b" in shown(some, verbose=True)


def test_kinds_of_what_is_not_carried_are_counted_in_words() -> None:
    left = (
        "default of column a", "default of column b", "unique index i", "unique index j", "unique constraint on (a)",
        "row security policy p", "row security policy q", "exclusion constraint x", "check c", "check d",
    )  # fmt: skip
    assert (
        "Not carried: 2 checks, 2 defaults, 1 exclusion constraint, 2 row security policies, 1 unique constraint, "
        "2 unique indexes (" in shown(table("a", not_carried=left))
    )
    some, more = (table(name, not_carried=("CHECK constraints", "collation NOCASE of column c")) for name in "ab")
    assert "Not carried: CHECK constraints of 2 tables, 2 collations (" in shown(some, more)


def test_tables_matched_for_the_first_time_are_counted() -> None:
    said = shown(table("late", is_new=True), table("old", TableAction.KEEP))
    assert "to copy; 1 table not matched before." in said
    assert "not matched before" not in shown(table("a", is_new=True), table("b", is_new=True))


def test_what_a_dropped_table_takes_along_is_named() -> None:
    gone = table("a", TableAction.DROP_AND_CREATE, destroys=True, takes_along=("index ix", "trigger tr"))
    assert "with it goes: index ix\n" in shown(gone)
    assert "with it goes: trigger tr\n" in shown(gone)
