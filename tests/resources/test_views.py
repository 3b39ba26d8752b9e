"""What a task's source and target look like, on real PostgreSQL: matched tables, what stands there, who claims it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError, ExitCode
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner
from dmsform.resources.pair import unfit_pair
from dmsform.resources.source_view import SourceView, read_catalog, view_source
from dmsform.resources.target_view import view_target
from dmsform.resources.task_block import Task, decode_task
from dmsform.task.definition import EndpointDefinition
from tests.resources.blocks import TASK, everything, resource, task_body
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.server

OURS = Owner("lineage", "shop", "u@h:/here")
THEIRS = Owner("another", "shop", "bob@build:/there")


@pytest.fixture
def source(make_postgres_database: Callable[[], PostgresDatabase]) -> PostgresDatabase:
    made = make_postgres_database()
    made.execute(
        "CREATE TABLE item (id bigint PRIMARY KEY, name varchar(40) NOT NULL)",
        "CREATE TABLE note (body text)",
        "CREATE TABLE tmp_x (id int)",
    )
    return made


@pytest.fixture
def target(make_postgres_database: Callable[[], PostgresDatabase]) -> PostgresDatabase:
    return make_postgres_database()


def task(*nested: tuple[str, tuple[str, ...], Mapping[str, Any]], **more: Any) -> Task:
    findings: list[Diagnostic] = []
    found = decode_task(resource(TASK, task_body(*nested, **more)), findings)
    assert findings == []
    assert found is not None
    return found


ALL = everything("%", "public")


def seen(declared: Task, source: PostgresDatabase) -> SourceView:
    return view_source(declared, read_catalog(source.endpoint("shop")), "postgresql")


def test_the_source_is_mapped_and_designed(source: PostgresDatabase) -> None:
    exclude = ("selection", ("no_tmp",), {"schema": "public", "table": "tmp[_]%", "action": "exclude"})
    view = seen(task(ALL, exclude), source)
    assert [t.source for t in view.matched] == [("public", "item"), ("public", "note")]
    ddl = "\n".join(view.matched[0].create_ddl)
    assert "CREATE TABLE" in ddl
    assert "PRIMARY KEY" in ddl
    assert any("DROP TABLE" in s for s in view.matched[0].drop_ddl)


def test_a_schema_is_created_once(source: PostgresDatabase) -> None:
    view = seen(task(ALL, target_schema="copy"), source)
    statements = [s for t in view.matched for s in t.create_ddl if "CREATE SCHEMA" in s]
    assert len(statements) == 1
    assert {t.target[0] for t in view.matched} == {"copy"}


def test_a_mapping_that_matches_nothing_points_at_the_selection(source: PostgresDatabase) -> None:
    declared = task(everything("itme", "public"))
    with pytest.raises(DiagnosticError) as caught:
        seen(declared, source)
    found = caught.value.diagnostics[0]
    assert found.exit_code is ExitCode.CONFIGURATION
    assert found.subject == declared.rules.first_selection


def test_the_digest_sees_definitions_and_rules_alone(source: PostgresDatabase) -> None:
    before = seen(task(ALL), source).matched[0]
    source.execute("INSERT INTO item VALUES (1, 'a')", "ANALYZE item")
    assert seen(task(ALL), source).matched[0].load_digest == before.load_digest
    source.execute("ALTER TABLE item ADD COLUMN more int")
    after = seen(task(ALL), source).matched[0]
    assert after.source_digest != before.source_digest
    assert after.load_digest != before.load_digest


def facts(declared: Task, source: PostgresDatabase, target: EndpointDefinition, **more: Any) -> dict[str, Any]:
    view = seen(declared, source)
    tables = view_target(target, OURS, 1, view.tables, view.matched, **more)
    return {t.source[1]: t.facts for t in tables}


def test_what_stands_on_the_target_is_seen(source: PostgresDatabase, target: PostgresDatabase) -> None:
    target.execute("CREATE TABLE item (id int)", "INSERT INTO item VALUES (1)", "CREATE TABLE note (body text)")
    found = facts(task(ALL), source, target.endpoint())
    assert (found["item"].exists, found["item"].has_rows, found["item"].completed) == (True, True, False)
    assert (found["note"].exists, found["note"].has_rows) == (True, False)
    assert found["tmp_x"].exists is False


def test_a_table_that_another_task_claims_is_refused(source: PostgresDatabase, target: PostgresDatabase) -> None:
    target.execute("CREATE TABLE item (id int)")
    control = provider("postgresql").target_control
    assert control is not None
    control.claim(target.endpoint(), THEIRS, [TableName("public", "item")])
    with pytest.raises(DiagnosticError) as caught:
        facts(task(ALL), source, target.endpoint())
    found = caught.value.diagnostics[0]
    assert found.exit_code is ExitCode.LOCKED
    assert "bob@build:/there" in found.detail


@pytest.mark.parametrize(
    ("owner", "words", "remedy"),
    [
        (Owner("lineage", "other", "bob@build:/there"), "task other of this configuration", "one of the two tasks"),
        (Owner("another", "shop", OURS.holder), "this very directory (u@h:/here)", "Bring that state back"),
        (THEIRS, "task shop of bob@build:/there", "Work from that configuration"),
    ],
)
def test_the_holder_of_a_claim_is_named_as_who_it_is(
    source: PostgresDatabase, target: PostgresDatabase, owner: Owner, words: str, remedy: str
) -> None:
    target.execute("CREATE TABLE item (id int)")
    control = provider("postgresql").target_control
    assert control is not None
    control.claim(target.endpoint(), owner, [TableName("public", "item")])
    with pytest.raises(DiagnosticError) as caught:
        facts(task(ALL), source, target.endpoint())
    found = caught.value.diagnostics[0]
    assert found.code == "DMS460"
    assert words in found.detail
    assert remedy in found.remedy


def test_the_claim_of_a_task_that_goes_is_no_obstacle(source: PostgresDatabase, target: PostgresDatabase) -> None:
    target.execute("CREATE TABLE item (id int)")
    control = provider("postgresql").target_control
    assert control is not None
    control.claim(target.endpoint(), Owner("lineage", "old", "u@h:/here"), [TableName("public", "item")])
    with pytest.raises(DiagnosticError):
        facts(task(ALL), source, target.endpoint())
    assert facts(task(ALL), source, target.endpoint(), departing=("old",))["item"].exists


def test_engines_that_fit() -> None:
    postgresql, sqlite = provider("postgresql"), provider("sqlite")
    assert [unfit_pair(*pair) for pair in product((postgresql, sqlite), repeat=2)] == [None] * 4
    refused = unfit_pair(postgresql, replace(sqlite, row_text_writer=None))
    assert refused is not None
    assert "No rows can move from PostgreSQL to SQLite" in refused.detail
