"""Assesses a declared task: reads its source's catalogue, and nothing else. Changes nothing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace

from dmsform.addresses import Address
from dmsform.apply import codes
from dmsform.apply.request import Reporter, Request
from dmsform.apply.survey import decode, evaluate_config, known_attributes
from dmsform.catalog.assessment import Assessment
from dmsform.diagnostics import DiagnosticError, has_errors
from dmsform.language.load import Module
from dmsform.resources.assessment import assess
from dmsform.resources.endpoint import Endpoint, connection, observe_endpoint
from dmsform.resources.source_view import read_catalog
from dmsform.resources.task_block import Task
from dmsform.state.snapshot import Snapshot


def assess_task(request: Request, module: Module, snapshot: Snapshot, name: str, reporter: Reporter) -> Assessment:
    """The assessment of the task of that name. Raises DiagnosticError."""
    config = evaluate_config(request, module, known_attributes(snapshot))
    declared, findings = decode(config)
    if has_errors(findings):
        raise DiagnosticError([*findings, *config.warnings])
    task = _task(declared.tasks, name)
    source, target = declared.endpoints[task.source], declared.endpoints[task.target]
    reporter.planning_started(task.desired.address)
    try:
        return _assess(task, source, target)
    except DiagnosticError as error:
        subject, address = source.desired.subject, str(source.desired.address)
        placed = (replace(d, subject=d.subject or subject, address=d.address or address) for d in error.diagnostics)
        raise DiagnosticError(list(placed)) from error


def _assess(task: Task, source: Endpoint, target: Endpoint) -> Assessment:
    _, live = observe_endpoint(source)
    found = connection(source, live)
    if found.definition is None:
        raise DiagnosticError(
            codes.SOURCE_UNKNOWN.error(
                f"{source.desired.address} cannot be read: {found.unknown}.",
                "Apply once with `start = false` in the task, so that its server is started; then assess again.",
            )
        )
    return assess(task, read_catalog(found.definition), target.engine)


def _task(declared: Mapping[Address, Task], name: str) -> Task:
    by_name = {address.name: task for address, task in declared.items()}
    wanted = name.removeprefix("task.")
    if wanted in by_name:
        return by_name[wanted]
    close = difflib.get_close_matches(wanted, by_name, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    raise DiagnosticError(
        codes.UNKNOWN_TASK.error(
            f"The configuration declares no task.{wanted}.{hint}",
            f"Name one of: {', '.join(sorted(by_name)) or 'none is declared'}.",
        )
    )
