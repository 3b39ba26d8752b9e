"""Bad input: a clear diagnostic with a remedy, the right exit code, and nothing lost or left behind."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import pytest

from tests.e2e.configurations import INSTANCE, SQLITE_ENDPOINTS, SQLITE_TASK, SQLITE_TO_SQLITE
from tests.e2e.databases import make_shop, sqlite_rows
from tests.e2e.project import Project


@dataclass(frozen=True)
class Bad:
    """A configuration that must be refused: with which exit code, and what its reader must find in the message."""

    text: str
    exit_code: int
    says: tuple[str, ...]


BAD = {
    "syntax error": Bad('endpoint "shop" {\n  engine = \n}\n', 3, ("main.dms.hcl line 2", "engine")),
    "unknown block": Bad('endpont "shop" {\n}\n', 3, ('Did you mean "endpoint"?', "line 1")),
    "unknown attribute": Bad(
        SQLITE_TO_SQLITE.replace("migration_type ", "migraton_type "), 3, ('Did you mean "migration_type"?',)
    ),
    "unknown setting of an engine": Bad(
        SQLITE_TO_SQLITE.replace('path   = "shop.db"', 'pth = "shop.db"'), 3, ("pth", 'Did you mean "path"?')
    ),
    "unknown engine": Bad(SQLITE_TO_SQLITE.replace('"sqlite"', '"sqlit"', 1), 3, ('Did you mean "sqlite"?',)),
    "missing variable": Bad(
        SQLITE_TO_SQLITE.replace('"shop.db"', "var.file") + 'variable "file" {\n  type = string\n}\n',
        3,
        ("file", "-var"),
    ),
    "undeclared variable": Bad(SQLITE_TO_SQLITE.replace('"shop.db"', "var.file"), 3, ("file", 'variable "file"')),
    "dependency cycle": Bad(
        "locals {\n  a = local.b\n  b = local.a\n}\n" + SQLITE_TO_SQLITE, 3, ("local.a", "local.b", "main.dms.hcl")
    ),
    "missing file": Bad(SQLITE_TO_SQLITE.replace("shop.db", "nowhere.db"), 3, ("nowhere.db",)),
    "mapping matches no table": Bad(
        SQLITE_TO_SQLITE.replace('table  = "%"', 'table  = "custmer"'), 3, ("custmer", "task.shop")
    ),
    "not built yet": Bad(SQLITE_TO_SQLITE.replace('"full-load"', '"cdc"'), 3, ("cdc", "not built")),
    "block that is not built yet": Bad(SQLITE_TO_SQLITE + 'module "x" {\n}\n', 3, ("module",)),
}


@pytest.mark.parametrize("name", BAD)
def test_configuration_is_refused(project: Project, name: str) -> None:
    bad = BAD[name]
    make_shop(project.directory / "shop.db", customers=3)
    project.write(bad.text)
    for command in (("plan",), ("apply", "-auto-approve")):
        ran = project.run(*command)
        assert ran.exit_code == bad.exit_code, ran.output
        for words in bad.says:
            assert words in ran.stderr, ran.output
        assert "Traceback" not in ran.output
    assert not (project.directory / "copy.db").exists()


def test_several_errors_are_told_at_once(project: Project) -> None:
    project.write(SQLITE_TO_SQLITE.replace("migration_type ", "migraton_type ").replace("engine ", "engin "))
    ran = project.run("validate")
    assert ran.exit_code == 3
    assert "migraton_type" in ran.output
    assert "engin" in ran.output


def test_a_target_table_that_holds_rows_is_not_touched(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    make_shop(project.directory / "copy.db", customers=2)
    project.write(SQLITE_TO_SQLITE)
    for command in (("plan",), ("apply", "-auto-approve")):
        ran = project.run(*command)
        assert ran.exit_code == 8, ran.output
        assert "main.customer" in ran.stderr
        assert "target_table_prep_mode" in ran.stderr
    assert len(sqlite_rows(project.directory / "copy.db", "customer")) == 2


def test_drop_and_create_names_what_it_destroys(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    make_shop(project.directory / "copy.db", customers=2)
    task = (
        SQLITE_TASK.rstrip().removesuffix("}")
        + '  full_load {\n    target_table_prep_mode = "drop-and-create"\n  }\n}\n'
    )
    project.write(INSTANCE + SQLITE_ENDPOINTS + task)
    planned = project.run("plan", "-detailed-exitcode")
    assert planned.exit_code == 2
    assert "main.customer" in planned.stdout
    assert "DROP TABLE" in planned.stdout
    project.apply()
    assert len(sqlite_rows(project.directory / "copy.db", "customer")) == 200


def test_rows_that_appear_after_the_plan_are_not_destroyed(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    project.ok("plan", "-out", "saved.plan")
    make_shop(project.directory / "copy.db", customers=2)
    ran = project.run("apply", "saved.plan")
    assert ran.exit_code in (7, 8), ran.output
    assert "main.customer" in ran.stderr
    assert len(sqlite_rows(project.directory / "copy.db", "customer")) == 2


def test_a_source_file_that_is_no_database(project: Project) -> None:
    (project.directory / "shop.db").write_text("this is a text file, and it is long enough to have a header" * 10)
    project.write(SQLITE_TO_SQLITE)
    ran = project.run("plan")
    assert ran.exit_code == 3, ran.output
    assert "shop.db" in ran.stderr


def test_without_a_terminal_apply_asks_for_auto_approve(project: Project) -> None:
    make_shop(project.directory / "shop.db", customers=3)
    project.write(SQLITE_TO_SQLITE)
    ran = project.run("apply")
    assert ran.exit_code != 0
    assert "-auto-approve" in ran.stderr
    assert not (project.directory / "copy.db").exists()


def test_a_table_changed_between_plan_and_apply_is_stale(project: Project) -> None:
    source = project.directory / "shop.db"
    make_shop(source)
    project.write(SQLITE_TO_SQLITE)
    project.ok("plan", "-out", "saved.plan")
    with sqlite3.connect(source) as connection:
        connection.execute("ALTER TABLE note ADD COLUMN extra TEXT")
    connection.close()
    ran = project.run("apply", "saved.plan")
    assert ran.exit_code == 7, ran.output
    assert "main.note" in ran.stderr
