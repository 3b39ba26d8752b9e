"""The schema as it stands: odd names, keys of every kind, what is left out and what stays behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.catalog.model import Identity, Table, TableKind
from dmsform.catalog.types import Boolean, Date, Decimal, Float, Integer, Json, Text, Timestamp, Unsupported
from dmsform_sqlite.introspect import introspect
from tests.providers.sqlite.harness import endpoint_of, run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def tables(path: Path, *statements: str) -> dict[str, Table]:
    run(path, *statements)
    return {t.name.name: t for t in introspect(endpoint_of(path))}


def test_odd_names(path: Path) -> None:
    found = tables(
        path,
        'CREATE TABLE "select" ("group" TEXT, [order by] INTEGER, `Ünï "code"` REAL, "" BLOB)',
        "CREATE TABLE 'it''s' (a)",
    )
    assert list(found) == ["it's", "select"]
    assert [c.name for c in found["select"].columns] == ["group", "order by", 'Ünï "code"', ""]


def test_declared_types(path: Path) -> None:
    declared = {
        "bigint unsigned": Integer(64), "VARCHAR(20)": Text(), "double precision": Float(64),
        "Decimal( 10, 2 )": Decimal(), "boolean": Boolean(), "date": Date(), "timestamp(3)": Timestamp(6),
        "TIMESTAMP  WITH  TIME ZONE": Timestamp(6, True),
        "json": Json(),
    }  # fmt: skip
    listed = ", ".join(f"c{n} {name}" for n, name in enumerate(declared))
    (table,) = tables(path, f"CREATE TABLE t ({listed}, untyped, odd STRING)").values()
    *known, untyped, odd = (c.type for c in table.columns)
    assert known == list(declared.values())
    assert isinstance(untyped, Unsupported)
    assert isinstance(odd, Unsupported)


@pytest.mark.parametrize(
    ("definition", "alias", "key"),
    [
        ("id INTEGER PRIMARY KEY, v", True, ("id",)),
        ("id integer, v, PRIMARY KEY (id)", True, ("id",)),
        ("id INTEGER PRIMARY KEY AUTOINCREMENT, v", True, ("id",)),
        ("id INT PRIMARY KEY, v", False, ("id",)),
        ("id INTEGER PRIMARY KEY DESC, v", False, ("id",)),
        ("v, id INTEGER, PRIMARY KEY (id, v)", False, ("id", "v")),
        ("id INTEGER, v, UNIQUE (id)", False, None),
    ],
)
def test_which_key_is_the_rowid(path: Path, definition: str, alias: bool, key: tuple[str, ...] | None) -> None:
    table = tables(path, f"CREATE TABLE t ({definition})")["t"]
    assert table.column("id").identity is (Identity.ROWID if alias else None)
    assert table.column("id").nullable is not alias
    assert (table.primary_key.columns if table.primary_key else None) == key


def test_options(path: Path) -> None:
    found = tables(
        path,
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE s (a INT) STRICT",
        "CREATE TABLE w (a TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE both (a TEXT PRIMARY KEY) WITHOUT ROWID, STRICT",
        "CREATE TABLE plain (a TEXT, \"AUTOINCREMENT\" TEXT DEFAULT 'AUTOINCREMENT' /* AUTOINCREMENT */)",
    )
    assert {name: t.options for name, t in found.items()} == {
        "a": ("AUTOINCREMENT",),
        "s": ("STRICT",),
        "w": ("WITHOUT ROWID",),
        "both": ("STRICT", "WITHOUT ROWID"),
        "plain": (),
    }
    assert found["w"].columns[0].nullable is False


def test_generated_columns_have_their_expression(path: Path) -> None:
    table = tables(
        path,
        "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * (2 + 1)) STORED, "
        "[c d] TEXT AS (a || ')') VIRTUAL, e AS (b))",
    )["t"]
    assert [(c.name, c.generated) for c in table.columns] == [
        ("a", None), ("b", "a * (2 + 1)"), ("c d", "a || ')'"), ("e", "b"),
    ]  # fmt: skip


def test_what_stays_behind_is_named(path: Path) -> None:
    table = tables(
        path,
        "CREATE TABLE r (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE, b INT DEFAULT 5 CHECK (b > 0), c INT REFERENCES r(id), d INT, "
        "FOREIGN KEY (c, d) REFERENCES other, UNIQUE (b, c) ON CONFLICT REPLACE)",
        "CREATE INDEX t_by_d ON t (d)",
        "CREATE UNIQUE INDEX t_expr ON t (lower(a), d)",
        "CREATE TRIGGER t_trigger AFTER INSERT ON T BEGIN SELECT 1; END",
    )["t"]
    assert set(table.not_carried) == {
        "unique constraint on (a)", "unique constraint on (b, c)", "index t_by_d", "unique index t_expr",
        "foreign key (c) to r", "foreign key (c, d) to other", "trigger t_trigger", "default of column b",
        "collation NOCASE of column a", "CHECK constraints", "ON CONFLICT clauses",
    }  # fmt: skip


def test_views_virtual_and_control_tables(path: Path) -> None:
    found = tables(
        path,
        "CREATE TABLE t (a INTEGER, b TEXT)",
        "CREATE VIEW v AS SELECT a, b, a + 1 AS c FROM t",
        "CREATE VIEW broken AS SELECT * FROM missing",
        "CREATE VIRTUAL TABLE words USING fts5(body)",
        "CREATE TABLE dmsform_control_tasks (epoch INTEGER)",
        "ANALYZE",
    )
    assert list(found) == ["t", "v"]
    assert found["v"].kind is TableKind.VIEW
    assert [type(c.type) for c in found["v"].columns[:2]] == [Integer, Text]


def test_estimates(path: Path) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
    statements = (
        "CREATE TABLE dense (id INTEGER PRIMARY KEY, v TEXT)",
        "CREATE TABLE sparse (id INTEGER PRIMARY KEY)",
        "CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE empty (a TEXT)",
        "CREATE TABLE shadowed (_rowid_ TEXT)",
        "INSERT INTO shadowed VALUES ('x')",
        f"INSERT INTO dense {numbers} SELECT i, 'some text' FROM n",
        f"INSERT INTO keyed {numbers} SELECT i FROM n",
        f"INSERT INTO sparse VALUES (-{2**62}), ({2**62})",
    )
    found = tables(path, *statements)
    assert (found["dense"].estimated_rows, found["empty"].estimated_rows) == (1000, 0)
    assert (found["sparse"].estimated_rows or 0) < 10_000, "no more rows than fit into the pages"
    assert (found["keyed"].estimated_rows, found["shadowed"].estimated_rows) == (None, None)
    assert 10_000 < (found["dense"].estimated_bytes or 0) < 100_000
    analyzed = tables(path, "CREATE INDEX d ON dense (v)", "ANALYZE")
    assert (analyzed["dense"].estimated_rows, analyzed["keyed"].estimated_rows) == (1000, 1000)
    assert analyzed["keyed"].digest() == found["keyed"].digest()


def test_estimates_of_a_file_too_large_to_read_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dmsform_sqlite.estimates._MAX_PAGES_READ", 0)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
    found = tables(
        path,
        "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT)",
        "CREATE TABLE b (id INTEGER PRIMARY KEY)",
        f"INSERT INTO a {numbers} SELECT i, 'x' FROM n",
        "INSERT INTO b SELECT id FROM a WHERE id <= 1000",
    )
    sizes = [found[name].estimated_bytes or 0 for name in ("a", "b")]
    assert sizes[0] > 2 * sizes[1] > 0
    assert sum(sizes) <= path.stat().st_size
