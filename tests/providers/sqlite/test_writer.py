"""Loading into SQLite: what it must not change, destroy or lose, beyond the contract that every target keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import PrimaryKey, SequencePosition, TableName
from dmsform.catalog.types import Decimal, Integer, LogicalType, Text
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.registry import provider
from dmsform.provider.values import Epoch, Position, TableWrite
from dmsform.task.settings import TargetTablePrepMode
from dmsform_sqlite import control
from dmsform_sqlite.target import inspect_target
from dmsform_sqlite.writer import load_typed
from tests.providers.pump import OWNER, design_of, map_table, pump, table_of
from tests.providers.sqlite.harness import endpoint_of, rows, run

CUT = Position("cut")


class Files:
    """A source and a target."""

    def __init__(self, directory: Path) -> None:
        self.source, self.target = directory / "source.db", directory / "target.db"

    def mapped(self, name: str = "t", target: str | None = None) -> MappedTable:
        return map_table(endpoint_of(self.source), name, TableName("main", target or name), same_engine=True)

    def copy(self, *mapped: MappedTable) -> int:
        return pump(endpoint_of(self.source), endpoint_of(self.target), *(mapped or (self.mapped(),)))

    def refusal(self, *mapped: MappedTable) -> Diagnostic:
        with pytest.raises(DiagnosticError) as raised:
            self.copy(*mapped)
        (diagnostic,) = raised.value.diagnostics
        assert diagnostic.remedy
        return diagnostic

    def schema(self, name: str = "t") -> str:
        return str(rows(self.target, "SELECT sql FROM sqlite_schema WHERE name = ?", [name])[0][0])

    def write(self, mapped: MappedTable, epoch: Epoch) -> TableWrite:
        design = design_of(mapped, endpoint_of(self.source), endpoint_of(self.target))
        return TableWrite(OWNER, epoch, 1, mapped, design, TargetTablePrepMode.DO_NOTHING)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def retyped(mapped: MappedTable, column: str, logical: LogicalType) -> MappedTable:
    """The mapping as a change-data-type rule leaves it."""
    return replace(
        mapped,
        columns=tuple(
            replace(c, type=logical, native=None, converted=True) if c.name == column else c for c in mapped.columns
        ),
    )


# What of a definition is carried


@pytest.mark.parametrize(
    "definition",
    [
        "(id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, v VARCHAR(20))",
        "(a TEXT NOT NULL, b INT NOT NULL, c, PRIMARY KEY (b, a)) WITHOUT ROWID",
        "(a ANY, b INT NOT NULL) STRICT",
        '("select" "odd (type", "quo""te" DECIMAL(10, 2) NOT NULL)',
        "(k TEXT PRIMARY KEY, v BLOB)",
    ],
)
def test_the_definition_arrives(files: Files, definition: str) -> None:
    run(files.source, f"CREATE TABLE t {definition}")
    files.copy()
    again = map_table(endpoint_of(files.target), "t", TableName("main", "t")).source
    before = files.mapped().source
    assert (again.columns, again.primary_key, again.options) == (before.columns, before.primary_key, before.options)


def test_numbering_goes_on_behind_deleted_rows(files: Files) -> None:
    run(files.source, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v)", "INSERT INTO t VALUES (41, 'x')")
    run(files.source, "DELETE FROM t", "INSERT INTO t (id, v) VALUES (7, 'y')")
    files.copy(files.mapped(target="Copy"))
    run(files.target, "INSERT INTO copy (v) VALUES ('new')")
    assert rows(files.target, 'SELECT id FROM "Copy" ORDER BY id') == [(7,), (42,)]


def test_a_used_up_numbering_stays_used_up(files: Files) -> None:
    run(files.source, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", f"INSERT INTO t VALUES ({2**63 - 1})")
    files.copy()
    with pytest.raises(sqlite3.OperationalError, match="full"):
        run(files.target, "INSERT INTO t DEFAULT VALUES")


def test_words_that_no_longer_hold_are_dropped_and_said(files: Files) -> None:
    run(files.source, "CREATE TABLE t (a INT PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID")
    mapped = replace(retyped(files.mapped(), "b", Decimal()), primary_key=None)
    dialect = provider("sqlite").dialect
    assert dialect is not None
    words = dialect.conversions(mapped, "sqlite")
    assert words == (
        "column b: TEXT becomes Decimal, checked value by value",
        "the table is not STRICT any more",
        "the table is not WITHOUT ROWID any more",
    )
    files.copy(mapped)
    assert "STRICT" not in files.schema()


@pytest.mark.parametrize(
    ("target", "columns", "words"),
    [
        (TableName("shop", "t"), {}, 'one schema "main"'),
        (TableName("main", "SQLite_t"), {}, "reserved"),
        (TableName("main", "dmsform_control_tasks"), {}, "reserved"),
        (TableName("main", "t"), {"b": "A"}, "the same name"),
    ],
)
def test_names_that_sqlite_cannot_take(files: Files, target: TableName, columns: dict[str, str], words: str) -> None:
    run(files.source, "CREATE TABLE t (a INT, b TEXT)")
    mapped = files.mapped()
    renamed = tuple(replace(c, name=columns.get(c.name, c.name)) for c in mapped.columns)
    found = files.refusal(replace(mapped, target=target, columns=renamed))
    assert (found.code, words in found.detail) == ("DMS563", True)


# Values


@pytest.mark.parametrize(
    ("logical", "value", "arrives"),
    [
        (Text(), 5, "5"),
        (Text(), 0.1, "0.1"),
        (Integer(32), "12", 12),
        (Decimal(10, 2), "0.5", 0.5),
        (Decimal(18, 0), "12345678901234567", 12345678901234567),
        (Decimal(15, 2), 10**12, 10**12),
        (Decimal(20, 2), 10**17, "1" + "0" * 17),
        (Decimal(), "12345678901234567890.50", "12345678901234567890.50"),
        (Decimal(), 0.1, "0.1"),
        (Integer(64, signed=False), "18446744073709551615", "18446744073709551615"),
    ],
)
def test_conversions_that_a_rule_asks_for(files: Files, logical: LogicalType, value: Any, arrives: Any) -> None:
    with closing(sqlite3.connect(files.source)) as connection, connection:
        connection.execute("CREATE TABLE t (v)")
        connection.execute("INSERT INTO t VALUES (?)", [value])
    files.copy(retyped(files.mapped(), "v", logical))
    ((found,),) = rows(files.target, "SELECT v FROM t")
    assert (type(found), found) == (type(arrives), arrives)


@pytest.mark.parametrize("value", ["0.12345678901234567890123", "1234567890.5"])
def test_a_decimal_that_the_asked_for_type_would_round(files: Files, value: str) -> None:
    run(files.source, "CREATE TABLE t (v TEXT)", f"INSERT INTO t VALUES ('{value}')")
    found = files.refusal(retyped(files.mapped(), "v", Decimal(10, 1)))
    assert (found.code, found.place and found.place.value) == ("DMS509", value)


def test_null_in_a_key_that_would_number_it(files: Files) -> None:
    run(files.source, "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, v)", "INSERT INTO t VALUES (NULL, 'x')")
    run(files.target, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)")
    found = files.refusal()
    assert (found.code, found.place and found.place.column) == ("DMS509", "id")


@pytest.mark.parametrize(
    ("definition", "value", "column"),
    [
        ("(k TEXT, v TEXT NOT NULL)", "NULL", "v"),
        ("(k TEXT, v TEXT CHECK (v <> 'bad'))", "'bad'", None),
        ("(k TEXT, v TEXT UNIQUE ON CONFLICT IGNORE)", "'same'", "v"),
        ("(k TEXT, v TEXT PRIMARY KEY ON CONFLICT REPLACE)", "'same'", "v"),
    ],
)
def test_what_an_existing_table_refuses(files: Files, definition: str, value: str, column: str | None) -> None:
    """ON CONFLICT clauses must not skip or replace rows."""
    run(files.source, "CREATE TABLE t (k TEXT, v TEXT)", f"INSERT INTO t VALUES ('1', 'same'), ('2', {value})")
    run(files.target, f"CREATE TABLE t {definition}")
    found = files.refusal()
    assert (found.code, found.place and found.place.column) == ("DMS509", column)
    assert rows(files.target, "SELECT count(*) FROM t") == [(0,)]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("(a TEXT)", "column b"),
        ("(a INTEGER, b TEXT)", "column a"),
        ("(a TEXT, b TEXT AS (a))", "generated"),
        ("(a TEXT, b TEXT, c INT NOT NULL)", "column c"),
    ],
)
def test_an_existing_table_that_does_not_fit(files: Files, definition: str, words: str) -> None:
    run(files.source, "CREATE TABLE t (a TEXT, b TEXT)")
    run(files.target, f"CREATE TABLE t {definition}")
    found = files.refusal()
    assert (found.code, words in found.detail.lower()) == ("DMS514", True)


def test_an_existing_table_in_another_case_and_with_more_columns(files: Files) -> None:
    run(files.source, "CREATE TABLE t (a TEXT, b INT)", "INSERT INTO t VALUES ('x', 1)")
    run(files.target, "CREATE TABLE T (n INTEGER PRIMARY KEY, B NUMERIC, A TEXT, d INT NOT NULL DEFAULT 5)")
    files.copy()
    assert rows(files.target, "SELECT * FROM t") == [(1, 1, "x", 5)]


def test_triggers_are_refused(files: Files) -> None:
    run(files.source, "CREATE TABLE t (a TEXT)")
    run(files.target, "CREATE TABLE t (a TEXT)", "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END")
    assert files.refusal().code == "DMS569"


# Room, locks, owners


def test_disk_full_keeps_nothing_and_says_so(files: Files) -> None:
    run(files.source, "CREATE TABLE t (v TEXT)", "INSERT INTO t VALUES ('x')")
    target = endpoint_of(files.target)
    mapped = files.mapped()
    write = files.write(mapped, control.claim(target, OWNER, [mapped.target]))
    with load_typed(target, write) as load:
        load.prepare()
        # A file that must not grow is full to SQLite as a disk is.
        load._connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(DiagnosticError) as raised:
            load.write_rows([("x" * 1000,)] * 1000)
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.code, diagnostic.place and diagnostic.place.table) == ("DMS515", "main.t")
    assert rows(files.target, "SELECT name FROM sqlite_schema WHERE name = 't'") == []
    assert files.copy() == 1


def test_loads_of_one_file_wait_for_each_other(files: Files) -> None:
    run(
        files.source, "CREATE TABLE a (v)", "CREATE TABLE b (v)", "INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (2)"
    )
    target = endpoint_of(files.target, load_timeout=30)
    first, second = files.mapped("a"), files.mapped("b")
    epoch = control.claim(target, OWNER, [first.target, second.target])
    begun, failures = Event(), []

    def load_second() -> None:
        try:
            begun.set()
            _load(target, files.write(second, epoch), [(2,)])
        except DiagnosticError as error:
            failures.append(error)

    with load_typed(target, files.write(first, epoch)) as load:
        load.prepare()
        other = Thread(target=load_second)
        other.start()
        begun.wait()
        load.write_rows([(1,)])
        load.finish_rows(1)
        load.record(1, CUT)
        load.commit()
    other.join()
    assert failures == []
    assert rows(files.target, "SELECT (SELECT v FROM a), (SELECT v FROM b)") == [(1, 2)]


def _load(target: Any, write: TableWrite, given: list[tuple[Any, ...]]) -> None:
    with load_typed(target, write) as load:
        load.prepare()
        load.write_rows(given)
        load.finish_rows(len(given))
        load.set_sequences([SequencePosition("v", 5)])
        load.record(len(given), CUT)
        load.commit()


def test_an_epoch_never_comes_again(files: Files) -> None:
    """Not even after a release: an orphan of then must not pass for the owner of now."""
    target, table = endpoint_of(files.target), TableName("main", "t")
    first = control.claim(target, OWNER, [table])
    control.release(target, OWNER)
    assert control.claim(target, OWNER, [table]) > first


def test_a_table_without_the_tasks_claim_is_not_written(files: Files) -> None:
    run(files.source, "CREATE TABLE t (v)")
    target, mapped = endpoint_of(files.target), files.mapped()
    epoch = control.claim(target, OWNER, [TableName("main", "other")])
    with load_typed(target, files.write(mapped, epoch)) as load, pytest.raises(DiagnosticError, match="DMS511"):
        load.prepare()


def test_claims_do_not_tell_case_apart(files: Files) -> None:
    target = endpoint_of(files.target)
    control.claim(target, OWNER, [TableName("main", "T")])
    with pytest.raises(DiagnosticError, match="DMS511"):
        control.claim(target, replace(OWNER, task="another"), [TableName("main", "t")])


def test_a_new_target_can_be_looked_at_during_a_load(files: Files) -> None:
    run(files.source, "CREATE TABLE t (v)")
    target, mapped = endpoint_of(files.target), files.mapped()
    epoch = control.claim(target, OWNER, [mapped.target])
    with load_typed(target, files.write(mapped, epoch)) as load:
        load.prepare()
        load.write_rows([(n,) for n in range(10_000)])
        assert rows(files.target, "SELECT count(*) FROM sqlite_schema WHERE name = 't'") == [(0,)]


def test_a_key_that_a_rule_defines(files: Files) -> None:
    run(files.source, "CREATE TABLE t (a INTEGER, b TEXT)", "INSERT INTO t VALUES (3, 'x')")
    files.copy(replace(files.mapped(), primary_key=PrimaryKey(("b", "a"))))
    assert 'PRIMARY KEY ("b", "a")' in files.schema()


def test_a_key_beside_the_rowid_keeps_its_nulls(files: Files) -> None:
    """`INTEGER PRIMARY KEY DESC` is no rowid; written any other way it would be one, and refuse the NULL."""
    run(files.source, "CREATE TABLE t (a INTEGER PRIMARY KEY DESC, v INT)")
    run(files.source, "INSERT INTO t VALUES (NULL, 1), (NULL, 2), (7, 3)")
    assert files.copy() == 3
    assert rows(files.target, "SELECT a, v FROM t ORDER BY v") == [(None, 1), (None, 2), (7, 3)]
    assert table_of(endpoint_of(files.target), "t").digest() == table_of(endpoint_of(files.source), "t").digest()


def test_what_hangs_on_an_existing_table_is_named(files: Files) -> None:
    run(
        files.target,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v UNIQUE, parent REFERENCES T)",
        "CREATE TABLE child (t REFERENCES T, u REFERENCES t)",
        "CREATE INDEX ix ON t (v)",
        "CREATE UNIQUE INDEX ux ON T (v, id)",
        "CREATE TRIGGER trd AFTER DELETE ON t BEGIN SELECT 1; END",
        "CREATE TABLE other (v)",
        "CREATE INDEX elsewhere ON other (v)",
    )
    names = [TableName("main", name) for name in ("T", "other", "child")]
    found = inspect_target(endpoint_of(files.target), names)
    assert [found[name].dependents for name in names] == [
        ("trigger trd", "index ix", "index ux", "foreign key of child"),
        ("index elsewhere",),
        (),
    ]
