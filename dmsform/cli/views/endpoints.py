"""Tests of endpoints: what answers, and how each check of each task ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from dmsform.apply.endpoint_checks import EndpointReport, Outcome, RoleReport
from dmsform.cli.views.diagnostics import diagnostic_record
from dmsform.cli.views.documents import document
from dmsform.cli.views.style import Style
from dmsform.cli.views.units import counted
from dmsform.diagnostics import has_errors


def endpoints_text(reports: Sequence[EndpointReport], style: Style) -> str:
    """One paragraph an endpoint. What was found is not repeated: the diagnostics tell it."""
    if not reports:
        return "The configuration declares no endpoint."
    return "\n\n".join("\n".join(_endpoint(report, style)) for report in reports)


def _endpoint(report: EndpointReport, style: Style) -> Iterator[str]:
    name = style.bold(str(report.address))
    if report.server is None:
        yield f"{name}: {style.red('no connection') if report.findings else f'not tested, {report.untested}'}"
        return
    encrypted = f"encrypted by {report.server.encryption}" if report.server.encryption else "not encrypted"
    yield f"{name}: {report.server.label}, {encrypted}"
    if not report.roles:
        yield "  no task uses it"
    for role in report.roles:
        yield from _role(role, style)


def _role(report: RoleReport, style: Style) -> Iterator[str]:
    tables = f", {counted(report.tables, 'table')}" if report.tables else ""
    yield f"  {report.role.value} of {report.task}{tables}"
    for check in report.checks:
        outcome = report.outcome(check)
        yield f"    {_painted(outcome, style)}{' ' * (8 - len(outcome.value))} {check}"
    if report.untested:
        yield (
            f"    other checks were not made: {report.untested}"
            if report.checks
            else f"    not tested: {report.untested}"
        )


def _painted(outcome: Outcome, style: Style) -> str:
    match outcome:
        case Outcome.PASSED:
            return style.green(outcome.value)
        case Outcome.WARNING:
            return style.yellow(outcome.value)
        case Outcome.FAILED:
            return style.red(outcome.value)
        case _:
            assert_never(outcome)


def endpoints_document(reports: Sequence[EndpointReport]) -> dict[str, Any]:
    """All endpoints as JSON values."""
    errored = any(has_errors(report.diagnostics) for report in reports)
    return document(errored=errored, endpoints=[_endpoint_record(report) for report in reports])


def _endpoint_record(report: EndpointReport) -> dict[str, Any]:
    server = report.server
    shown = (
        {"label": server.label, "version": list(server.version), "encryption": server.encryption} if server else None
    )
    return {
        "address": str(report.address),
        "engine": report.engine,
        "server": shown,
        "untested": report.untested,
        "diagnostics": [diagnostic_record(d) for d in report.findings],
        "tasks": [_role_record(role) for role in report.roles],
    }


def _role_record(report: RoleReport) -> dict[str, Any]:
    return {
        "task": str(report.task),
        "role": report.role.value,
        "tables": report.tables,
        "untested": report.untested,
        "checks": [{"name": check, "status": report.outcome(check).value} for check in report.checks],
        "diagnostics": [diagnostic_record(d) for d in report.findings],
    }
