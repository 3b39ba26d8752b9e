"""One owner (G11): a second checkout, and a second apply at the same time, are refused with the holder's name."""

from __future__ import annotations

import getpass
import shutil
import socket
import sqlite3

from tests.e2e.configurations import SQLITE_TO_SQLITE
from tests.e2e.databases import make_shop, same_shop
from tests.e2e.faults import halted_apply
from tests.e2e.project import Project

HOLDER = f"{getpass.getuser()}@{socket.gethostname()}"


def test_a_second_checkout_without_the_state_is_refused(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    project.apply()
    second = Project(project.directory / "elsewhere")
    second.directory.mkdir()
    for name in ("shop.db", "copy.db"):
        (second.directory / name).symlink_to(project.directory / name)
    second.write(SQLITE_TO_SQLITE)
    ran = second.run("plan")
    assert ran.exit_code == 6, ran.output
    assert HOLDER in ran.stderr
    assert str(project.directory) in ran.stderr
    same_shop(project.directory / "shop.db", project.directory / "copy.db")


def test_a_copied_state_that_lags_behind_is_refused(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    project.apply()
    state = project.directory / "dmsform.state.db"
    old = project.directory / "old.state.db"
    shutil.copy(state, old)
    with sqlite3.connect(project.directory / "shop.db") as connection:
        connection.execute("CREATE TABLE late (id INTEGER PRIMARY KEY)")
    connection.close()
    project.apply()
    shutil.copy(old, state)
    ran = project.run("apply", "-auto-approve")
    assert ran.exit_code in (6, 7), ran.output
    assert HOLDER in ran.stderr


def test_a_second_apply_at_the_same_time_names_the_holder(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    with halted_apply(project, "apply.LockTaken"):
        ran = project.run("apply", "-auto-approve")
        assert ran.exit_code == 6, ran.output
        assert HOLDER in ran.stderr
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    project.plan_is_empty()
