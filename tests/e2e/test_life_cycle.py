"""Declare, plan, apply, change, remove: what a team does with one task, from SQLite to SQLite."""

from __future__ import annotations

import sqlite3

from tests.e2e.configurations import INSTANCE, SQLITE_ENDPOINTS, SQLITE_TO_SQLITE
from tests.e2e.databases import SHOP_TABLES, make_shop, same_shop, sqlite_rows
from tests.e2e.project import Project


def test_apply_moves_every_row_and_the_next_plan_is_empty(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    planned = project.run("plan", "-detailed-exitcode")
    assert planned.exit_code == 2, planned.output
    for table in SHOP_TABLES:
        assert f"main.{table}" in planned.stdout
    project.apply()
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    assert "No changes" in project.plan_is_empty().stdout
    again = project.apply()
    assert "No changes" in again.stdout


def test_a_saved_plan_is_applied_without_a_question(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    project.ok("plan", "-out", "first.plan")
    shown = project.ok("show", "first.plan").stdout
    assert "task.shop" in shown
    project.ok("apply", "first.plan")
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    stale = project.run("apply", "first.plan")
    assert stale.exit_code == 7, stale.output
    assert "stale" in stale.stderr


def test_removing_the_task_leaves_the_target_alone(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    project.apply()
    project.write(INSTANCE + SQLITE_ENDPOINTS)
    planned = project.run("plan", "-detailed-exitcode")
    assert planned.exit_code == 2, planned.output
    assert "task.shop will be destroyed" in planned.stdout
    project.apply()
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    assert project.json("state", "list", "-json") is not None
    assert "task.shop" not in project.ok("state", "list").stdout
    project.plan_is_empty()


def test_a_new_table_is_planned_and_loaded_alone(project: Project) -> None:
    source = project.directory / "shop.db"
    make_shop(source)
    project.write(SQLITE_TO_SQLITE)
    project.apply()
    with sqlite3.connect(source) as connection:
        connection.execute("CREATE TABLE late (id INTEGER PRIMARY KEY, word TEXT)")
        connection.execute("INSERT INTO late VALUES (1, 'one')")
        connection.execute("INSERT INTO note VALUES ('after the load')")
    connection.close()
    planned = project.run("plan", "-detailed-exitcode")
    assert planned.exit_code == 2, planned.output
    assert "main.late" in planned.stdout
    project.apply()
    assert sqlite_rows(project.directory / "copy.db", "late") == sqlite_rows(source, "late")
    assert len(sqlite_rows(project.directory / "copy.db", "note")) == 4, "a loaded table was loaded again"
    project.plan_is_empty()


def test_destroy_stops_the_server_and_leaves_the_data(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    project.apply()
    project.ok("destroy", "-auto-approve")
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    assert project.ok("state", "list").stdout.strip() == ""
    status = project.run("server", "status")
    assert "running" not in status.stdout or "not running" in status.stdout


def test_reload_loads_again_what_the_task_loaded(project: Project) -> None:
    source, copy = project.directory / "shop.db", project.directory / "copy.db"
    make_shop(source)
    project.write(SQLITE_TO_SQLITE)
    project.apply()
    with sqlite3.connect(copy) as connection:
        connection.execute("DELETE FROM customer")
    connection.close()
    project.ok("task", "reload", "shop", "-auto-approve", "-wait")
    same_shop(source, copy)
    project.plan_is_empty()
