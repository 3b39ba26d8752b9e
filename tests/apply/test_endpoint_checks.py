"""Endpoints are tested as their tasks use them: every check told, every failure in its place, nothing changed."""

from __future__ import annotations

import pytest

from dmsform.apply import operations
from dmsform.apply.endpoint_checks import EndpointReport, Outcome
from dmsform.apply.operations import Silent
from dmsform.cli.views.endpoints import endpoints_document, endpoints_text
from dmsform.cli.views.style import Style
from dmsform.diagnostics import DiagnosticError, ExitCode, exit_code_of
from dmsform.provider.registry import provider
from dmsform.provider.values import Role
from tests.apply.conftest import Move
from tests.apply.module import INSTANCE, OUTPUT, VARIABLE, endpoint, task

pytestmark = pytest.mark.server


def reports_of(move: Move, *names: str) -> dict[str, EndpointReport]:
    reports = operations.check_endpoints(move.module.request("endpoint test"), names, Silent())
    return {report.address.name: report for report in reports}


def test_all_checks_pass_and_nothing_is_changed(move: Move) -> None:
    reports = reports_of(move)
    assert list(reports) == ["here", "there"]
    for name, role in (("here", Role.SOURCE), ("there", Role.TARGET)):
        report = reports[name]
        assert report.server is not None
        assert report.server.label.startswith("PostgreSQL 18")
        (uses,) = report.roles
        assert (str(uses.task), uses.role, uses.tables) == ("task.move", role, 2)
        assert uses.checks == tuple(provider("postgresql").probe.checks(role))
        assert {uses.outcome(check) for check in uses.checks} == {Outcome.PASSED}
        assert report.diagnostics == ()
    assert move.target.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'dmsform_control'") == 0
    assert not (move.module.directory / "dmsform.state.db").exists()


def test_each_failure_is_told_with_what_mends_it(move: Move) -> None:
    name, password = move.target.server.create_role()
    move.source.execute("CREATE MATERIALIZED VIEW extra AS SELECT 1 n")
    move.target.execute("CREATE TABLE note (body text)")
    try:
        settings = {**move.target.settings(), "username": name}
        place = f"postgresql://{name}:{password}@{settings['host']}:{settings['port']}/{settings['database']}"
        there = f'endpoint "there" {{\n  engine = "postgresql"\n  url = "{place}"\n}}\n'
        move.module.write(VARIABLE, INSTANCE, endpoint("here", move.source), there, task(""), OUTPUT)
        reports = reports_of(move)
        (here,), (target,) = reports["here"].roles, reports["there"].roles
        assert here.outcome("postgres-check-materialized-views") is Outcome.WARNING
        assert target.outcome("postgres-check-target-privileges") is Outcome.FAILED
        assert target.outcome("postgres-check-dbversion") is Outcome.PASSED
        found = reports["there"].diagnostics
        assert exit_code_of(found) is ExitCode.AUTHENTICATION
        assert {d.address for d in found} == {"endpoint.there"}
        assert all(d.subject and d.subject.filename.endswith("main.dms.hcl") for d in found)
        assert any("GRANT CREATE ON DATABASE" in d.remedy for d in found)
        text = endpoints_text(tuple(reports.values()), Style())
        assert "    failed   postgres-check-target-privileges\n" in text
        assert "    warning  postgres-check-materialized-views\n" in text
        document = endpoints_document(tuple(reports.values()))
        assert document["errored"] is True
        checks = document["endpoints"][1]["tasks"][0]["checks"]
        assert {"name": "postgres-check-target-privileges", "status": "failed"} in checks
        assert password not in f"{text}{document}"
    finally:
        move.target.execute(f"DROP ROLE {name}")


def test_what_depends_on_a_source_that_does_not_answer_is_not_called_passed(move: Move) -> None:
    broken = endpoint("here", move.source).replace(move.source.name, "no_such_database")
    move.module.write(VARIABLE, INSTANCE, broken, endpoint("there", move.target), task(""), OUTPUT)
    reports = reports_of(move)
    assert reports["here"].server is None
    assert exit_code_of(reports["here"].diagnostics) is ExitCode.CONFIGURATION
    (target,) = reports["there"].roles
    assert target.checks == ()
    assert target.untested == "endpoint.here cannot be read: Database does not exist"
    assert "endpoint.here: no connection" in endpoints_text(tuple(reports.values()), Style())


def test_a_type_that_cannot_be_carried_fails_its_check(move: Move) -> None:
    move.source.execute("ALTER TABLE note ADD kind regclass")
    reports = reports_of(move)
    (source,), (target,) = reports["here"].roles, reports["there"].roles
    assert source.checks == ("unsupported-data-types-in-source",)
    assert source.outcome("unsupported-data-types-in-source") is Outcome.FAILED
    assert (target.checks, target.findings) == ((), ())
    assert "see endpoint.here" in str(target.untested)


def test_only_the_named_ones(move: Move) -> None:
    assert list(reports_of(move, "there", "endpoint.there")) == ["there"]
    with pytest.raises(DiagnosticError, match="DMS806"):
        reports_of(move, "their")
