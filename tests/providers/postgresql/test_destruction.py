"""What goes with a target table, and what must not (G6): inheriting tables, indexes, policies, grants."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dmsform.catalog.model import TableName
from dmsform.task.settings import TargetTablePrepMode
from tests.providers.postgresql.moves import POSTGRES, mapped_of, move
from tests.servers import PostgresDatabase

Pair = tuple[PostgresDatabase, PostgresDatabase]
TABLE = TableName("public", "t")


@pytest.fixture
def pair(make_postgres_database: Callable[[], PostgresDatabase]) -> Pair:
    source, target = make_postgres_database(), make_postgres_database()
    source.execute("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    return source, target


@pytest.mark.parametrize("own_rows", [False, True])
def test_truncate_leaves_tables_that_inherit_alone(pair: Pair, own_rows: bool) -> None:
    source, target = pair
    target.execute(
        "CREATE TABLE t (a int)", "CREATE TABLE heir (b text) INHERITS (t)", "INSERT INTO heir VALUES (42, 'kept')"
    )
    if own_rows:
        target.execute("INSERT INTO t VALUES (7)")
    move(source, target, mapped_of(source, "t"), TargetTablePrepMode.TRUNCATE_BEFORE_LOAD, approved=True)
    assert target.rows("SELECT a FROM ONLY t") == [(1,)]
    assert target.rows("SELECT a, b FROM heir") == [(42, "kept")]


def test_rows_of_inheriting_tables_are_not_the_tables_own(pair: Pair) -> None:
    source, target = pair
    target.execute("CREATE TABLE t (a int)", "CREATE TABLE heir () INHERITS (t)", "INSERT INTO heir VALUES (42)")
    assert move(source, target, mapped_of(source, "t")) == 1


def test_truncate_empties_the_partitions_of_a_partitioned_table(pair: Pair) -> None:
    source, target = pair
    target.execute(
        "CREATE TABLE t (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
        "INSERT INTO t VALUES (7)",
    )
    move(source, target, mapped_of(source, "t"), TargetTablePrepMode.TRUNCATE_BEFORE_LOAD, approved=True)
    assert target.rows("SELECT a FROM t") == [(1,)]


def test_everything_that_a_drop_takes_along_is_named(pair: Pair) -> None:
    _, target = pair
    target.execute(
        "CREATE TABLE t (a int DEFAULT 3 CHECK (a > 0), b int)",
        "CREATE INDEX ix ON t (b)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY pol ON t USING (true)",
        "GRANT SELECT ON t TO PUBLIC",
        f'CREATE PUBLICATION "pub_{target.name}" FOR TABLE t',
    )
    assert POSTGRES.target_inspector is not None
    found = POSTGRES.target_inspector.inspect_target(target.endpoint(), [TABLE])[TABLE]
    assert found.dependents == (
        "index ix",
        "check t_a_check",
        "trigger tr",
        "row-level security policy pol",
        "row-level security",
        "grants to PUBLIC",
        f"membership in publication pub_{target.name}",
        "default of column a",
    )


def test_a_table_alone_has_no_dependents(pair: Pair) -> None:
    _, target = pair
    target.execute("CREATE TABLE t (a int PRIMARY KEY)")
    assert POSTGRES.target_inspector is not None
    assert POSTGRES.target_inspector.inspect_target(target.endpoint(), [TABLE])[TABLE].dependents == ()


def test_no_password_is_taken_from_the_environment(
    postgres_database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = postgres_database.settings()
    monkeypatch.setenv("PGPASSWORD", str(settings["password"]))
    endpoint = postgres_database.endpoint().model_copy(
        update={"settings": {k: v for k, v in settings.items() if k != "password"}}
    )
    with pytest.raises(Exception, match="DMS504"):
        POSTGRES.probe.probe(endpoint)
