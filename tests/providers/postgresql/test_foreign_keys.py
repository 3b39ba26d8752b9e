"""Foreign keys on a real target: put on behind the rows, left alone where they stand, told where they do not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dmsform.catalog.changes import ForeignKeyDesign, TableDesign
from dmsform.catalog.model import TableName
from dmsform.catalog.objects import ReferentialAction
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.registry import provider
from dmsform.provider.values import Epoch
from tests.providers.pump import OWNER
from tests.servers import PostgresDatabase

PARENT, CHILD = TableName("public", "parent"), TableName("public", "child")
KEY = ForeignKeyDesign("to_parent", ("p",), PARENT, ("id",), on_delete=ReferentialAction.CASCADE)
DESIGN = TableDesign(CHILD, (), foreign_keys=(KEY,))


@pytest.fixture
def target(make_postgres_database: Callable[[], PostgresDatabase]) -> PostgresDatabase:
    database = make_postgres_database()
    database.execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (id int PRIMARY KEY, p int)",
        "INSERT INTO parent VALUES (1), (2)",
        "INSERT INTO child VALUES (1, 1), (2, NULL)",
    )
    return database


def claim(target: PostgresDatabase) -> Epoch:
    control = provider("postgresql").target_control
    assert control is not None
    return control.claim(target.endpoint(), OWNER, [PARENT, CHILD])


def add(target: PostgresDatabase, design: TableDesign = DESIGN, epoch: Epoch | None = None) -> list[Diagnostic]:
    face = provider("postgresql").foreign_keys
    assert face is not None
    return list(face.add_foreign_keys(target.endpoint(), OWNER, epoch or claim(target), design))


def drop(target: PostgresDatabase, design: TableDesign = DESIGN) -> list[str]:
    face = provider("postgresql").foreign_keys
    assert face is not None
    return list(face.drop_foreign_keys(target.endpoint(), OWNER, claim(target), [design]))


def keys(target: PostgresDatabase) -> list[tuple[str, bool]]:
    query = "SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' AND conrelid = 'child'::regclass"
    return [(name, validated) for name, validated in target.rows(query)]


def test_a_key_is_added_proved_and_then_left_alone(target: PostgresDatabase) -> None:
    assert add(target) == []
    assert keys(target) == [("to_parent", True)]
    assert add(target) == []
    assert keys(target) == [("to_parent", True)]
    assert drop(target) == ["foreign key to_parent of public.child"]
    assert (keys(target), drop(target)) == ([], [])


def test_an_attempt_that_was_killed_before_the_proof_is_gone_on_with(target: PostgresDatabase) -> None:
    target.execute("ALTER TABLE child ADD CONSTRAINT to_parent FOREIGN KEY (p) REFERENCES parent NOT VALID")
    assert add(target) == []
    assert keys(target) == [("to_parent", True)]


def test_a_key_that_the_source_has_not_proved_is_not_proved_here(target: PostgresDatabase) -> None:
    target.execute("INSERT INTO child VALUES (9, 9)")
    assert add(target, replace(DESIGN, foreign_keys=(replace(KEY, validated=False),))) == []
    assert keys(target) == [("to_parent", False)]


def test_orphans_are_told_by_an_example_and_the_other_keys_are_added(target: PostgresDatabase) -> None:
    target.execute("INSERT INTO child VALUES (9, 7)")
    itself = ForeignKeyDesign("to_itself", ("p",), CHILD, ("id",))
    target.execute("INSERT INTO child VALUES (7, NULL)")
    (told,) = add(target, replace(DESIGN, foreign_keys=(KEY, itself)))
    assert (told.code, told.place and told.place.table) == (codes.ORPHANS.id, "public.child")
    assert "(p)=(7)" in told.detail
    assert keys(target) == [("to_itself", True)]
    query = told.remedy.partition("To see them all: ")[2]
    assert target.rows(query) == [(9, 7)]
    target.execute("DELETE FROM child WHERE id = 9")
    assert add(target, replace(DESIGN, foreign_keys=(KEY, itself))) == []


def test_what_cannot_be_referred_to_is_told(target: PostgresDatabase) -> None:
    target.execute("ALTER TABLE parent DROP CONSTRAINT parent_pkey")
    (told,) = add(target)
    assert told.code == codes.FOREIGN_KEY_REFUSED.id
    assert '"public"."parent" ("id")' in told.remedy


def test_a_name_that_is_taken_is_left_to_its_owner(target: PostgresDatabase) -> None:
    target.execute("ALTER TABLE child ADD CONSTRAINT to_parent CHECK (id > 0)")
    assert add(target) == []
    assert [validated for _, validated in keys(target)] == [True]
    assert drop(target) == ["foreign key child_p_fkey of public.child"]


def test_a_key_of_another_make_is_not_ours_to_drop(target: PostgresDatabase) -> None:
    target.execute("ALTER TABLE child ADD CONSTRAINT mine FOREIGN KEY (p) REFERENCES parent ON DELETE RESTRICT")
    assert drop(target) == []
    assert add(target) == []
    assert keys(target) == [("mine", True)]


def test_nothing_is_added_under_an_old_epoch(target: PostgresDatabase) -> None:
    old = claim(target)
    claim(target)
    with pytest.raises(DiagnosticError) as caught:
        add(target, epoch=old)
    assert [d.code for d in caught.value.diagnostics] == [codes.NOT_OWNER.id]
    assert keys(target) == []
