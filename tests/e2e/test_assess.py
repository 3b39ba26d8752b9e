"""`dmsform assess`: a report of a source's schema, in every form, from the source alone."""

from __future__ import annotations

import json

from tests.e2e.configurations import SQLITE_TO_SQLITE
from tests.e2e.databases import make_shop
from tests.e2e.project import Project


def test_a_task_is_assessed_without_its_target(project: Project) -> None:
    project.write(SQLITE_TO_SQLITE.replace('path   = "copy.db"', 'path   = "nowhere/copy.db"'))
    make_shop(project.directory / "shop.db")
    text = project.ok("assess", "shop").stdout
    assert text.startswith("task.shop: SQLite to SQLite, level ")
    document = json.loads(project.ok("assess", "task.shop", "-json").stdout)
    assert (document["task"], bool(document["tables"])) == ("shop", True)
    assert project.ok("assess", "shop", "-format=csv").stdout.startswith("Category,Schema,Table,Object,Status,")
    assert not (project.directory / "dmsform.state.db").exists(), "nothing is changed"


def test_a_report_is_written_to_a_file_or_not_at_all(project: Project) -> None:
    project.write(SQLITE_TO_SQLITE)
    make_shop(project.directory / "shop.db")
    page = project.directory / "report.html"
    assert project.ok("assess", "shop", "-format=html", "-out=report.html").stdout == ""
    assert page.read_text().startswith("<!doctype html>")
    refused = project.run("assess", "shop", "-format=html", "-out=nowhere/report.html")
    assert (refused.exit_code, "DMS867" in refused.output) == (1, True)


def test_what_cannot_be_assessed_is_refused(project: Project) -> None:
    project.write(SQLITE_TO_SQLITE)
    unknown = project.run("assess", "shp")
    assert (unknown.exit_code, 'Did you mean "shop"?' in unknown.output) == (3, True)
    missing = project.run("assess", "shop")
    assert "shop.db, which does not exist" in " ".join(missing.output.split())
    assert "endpoint shop" in missing.output
