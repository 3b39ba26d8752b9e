"""Tests the endpoints of a configuration: do they answer, and may each do what its tasks need. Changes nothing.

A replication instance of type local runs on this machine, as this user: what connects from here connects from there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dmsform.addresses import Address
from dmsform.apply import codes
from dmsform.apply.request import Reporter, Request
from dmsform.apply.survey import Declared, decode, evaluate_config, known_attributes
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Catalog
from dmsform.diagnostics import Diagnostic, DiagnosticError, Severity, SourceRange, has_errors
from dmsform.language.load import Module
from dmsform.provider.registry import provider
from dmsform.provider.values import Role, ServerInfo
from dmsform.resources.endpoint import Endpoint, connection, observe_endpoint
from dmsform.resources.source_view import read_catalog, view_source
from dmsform.resources.task_block import Task
from dmsform.state.snapshot import Snapshot
from dmsform.task.definition import EndpointDefinition


class Outcome(StrEnum):
    """How a check ended, in AWS DMS's words."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RoleReport:
    """What an endpoint's checks found for one of its tasks.

    tables -- how many tables the checks were made for; checks -- those that were made; untested -- why others were
    not; findings -- of no check stand there too.
    """

    task: Address
    role: Role
    tables: int = 0
    checks: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    untested: str | None = None

    def outcome(self, check: str) -> Outcome:
        """How the check ended."""
        found = {f.severity for f in self.findings if f.check == check}
        return Outcome.FAILED if Severity.ERROR in found else Outcome.WARNING if found else Outcome.PASSED


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """One endpoint. server -- what answered; untested -- why it could not be asked; findings -- why none answered."""

    address: Address
    engine: str
    server: ServerInfo | None = None
    untested: str | None = None
    findings: tuple[Diagnostic, ...] = ()
    roles: tuple[RoleReport, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was found."""
        return (*self.findings, *(f for role in self.roles for f in role.findings))


def check_endpoints(
    request: Request, module: Module, snapshot: Snapshot, names: Sequence[str], reporter: Reporter
) -> tuple[EndpointReport, ...]:
    """Test the endpoints of these names, or all. Raises DiagnosticError where the configuration is wrong."""
    config = evaluate_config(request, module, known_attributes(snapshot))
    declared, findings = decode(config)
    if has_errors(findings):
        raise DiagnosticError([*findings, *config.warnings])
    wanted = _wanted(declared.endpoints, names)
    tester = _Tester(declared)
    reports = []
    for address in wanted:
        reporter.planning_started(address)
        reports.append(tester.report(declared.endpoints[address]))
    return tuple(reports)


def _wanted(declared: Mapping[Address, Endpoint], names: Sequence[str]) -> list[Address]:
    if not names:
        return sorted(declared, key=str)
    by_name = {address.name: address for address in declared}
    unknown = [name for name in (n.removeprefix("endpoint.") for n in names) if name not in by_name]
    if unknown:
        close = difflib.get_close_matches(unknown[0], by_name, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise DiagnosticError(
            codes.UNKNOWN_ENDPOINT.error(
                f"The configuration declares no endpoint.{unknown[0]}.{hint}",
                f"Name some of: {', '.join(sorted(by_name)) or 'none is declared'}; or none, to test all.",
            )
        )
    return [by_name[name] for name in dict.fromkeys(n.removeprefix("endpoint.") for n in names)]


class _Tester:
    """Reads each source's catalogue once, however many tasks read from it."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._catalogs: dict[Address, Catalog] = {}
        self._reached: dict[Address, tuple[EndpointDefinition | None, str | None]] = {}

    def report(self, endpoint: Endpoint) -> EndpointReport:
        """Connect, and make the checks of every task that uses the endpoint."""
        address = endpoint.desired.address
        report = EndpointReport(address, endpoint.engine)
        definition, unknown = self._reach(address)
        if definition is None:
            return replace(report, untested=unknown)
        try:
            server = provider(definition.engine).probe.probe(definition)
        except DiagnosticError as error:
            return replace(report, findings=_placed(error.diagnostics, endpoint))
        roles = (self._role(endpoint, definition, task, role) for task, role in self._uses(address))
        return replace(report, server=server, roles=tuple(roles))

    def _reach(self, address: Address) -> tuple[EndpointDefinition | None, str | None]:
        if address not in self._reached:
            endpoint = self._declared.endpoints[address]
            _, live = observe_endpoint(endpoint)
            found = connection(endpoint, live)
            self._reached[address] = found.definition, found.unknown
        return self._reached[address]

    def _uses(self, address: Address) -> Iterable[tuple[Task, Role]]:
        for task in self._declared.tasks.values():
            for side, role in ((task.source, Role.SOURCE), (task.target, Role.TARGET)):
                if side == address:
                    yield task, role

    def _role(self, endpoint: Endpoint, definition: EndpointDefinition, task: Task, role: Role) -> RoleReport:
        probe = provider(definition.engine).probe
        report = RoleReport(task.desired.address, role, checks=tuple(probe.checks(role)))
        try:
            catalog = self._catalog(task)
        except _UntestedError as reason:
            return replace(report, checks=(), untested=str(reason))
        try:
            mapped = self._mapped(task, catalog)
        except DiagnosticError as error:
            # Told once: the tables are the source's.
            found = _in_place(error.diagnostics, task.desired.subject, task.desired.address)
            where = f"its tables cannot be mapped (see {task.source})"
            return _broken_off(report, found if role is Role.SOURCE else (), where)
        report = replace(report, tables=len(mapped))
        try:
            findings = tuple(probe.preflight(definition, role, mapped))
        except DiagnosticError as error:
            return _broken_off(
                report, _placed(error.diagnostics, endpoint), "they end at the first failure of this kind"
            )
        return replace(report, findings=_placed(findings, endpoint))

    def _catalog(self, task: Task) -> Catalog:
        if task.source not in self._catalogs:
            definition, unknown = self._reach(task.source)
            if definition is None:
                raise _UntestedError(unknown)
            try:
                self._catalogs[task.source] = read_catalog(definition)
            except DiagnosticError as error:
                raise _UntestedError(f"{task.source} cannot be read: {error.diagnostics[0].summary}") from error
        return self._catalogs[task.source]

    def _mapped(self, task: Task, catalog: Catalog) -> list[MappedTable]:
        seen = view_source(task, catalog, self._declared.endpoints[task.target].engine)
        return [each.mapped for each in seen.tables]


class _UntestedError(Exception):
    """The task's tables are not known."""


def _broken_off(report: RoleReport, findings: tuple[Diagnostic, ...], why: str) -> RoleReport:
    """Of the checks only those are told that found something: whether others were made is not known."""
    made = {f.check for f in findings}
    checks = tuple(check for check in report.checks if check in made)
    return replace(report, checks=checks, findings=findings, untested=why)


def _placed(found: Iterable[Diagnostic], endpoint: Endpoint) -> tuple[Diagnostic, ...]:
    return _in_place(found, endpoint.desired.subject, endpoint.desired.address)


def _in_place(found: Iterable[Diagnostic], subject: SourceRange, address: Address) -> tuple[Diagnostic, ...]:
    return tuple(replace(d, subject=d.subject or subject, address=d.address or str(address)) for d in found)
