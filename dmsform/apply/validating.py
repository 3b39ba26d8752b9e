"""Checks a configuration by itself: every file, every name, every argument; nothing outside the directory is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dmsform.apply.survey import decode
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language.codes import VALUE_NOT_KNOWN
from dmsform.plan.build import in_order
from dmsform.provider.registry import provider
from dmsform.resources.pair import unfit_pair


def validate(directory: Path) -> tuple[Diagnostic, ...]:
    """All errors and warnings. Raises DiagnosticError where the files do not even parse or evaluate."""
    from dmsform.language.evaluate import evaluate
    from dmsform.language.load import parse_directory

    config = evaluate(parse_directory(directory), (), {}, {}, offline=True)
    declared, findings = decode(config)
    # What depends on a variable without a value is not known here, and may be right.
    found = [*config.warnings, *(f for f in findings if f.code != VALUE_NOT_KNOWN.id)]
    for task in declared.tasks.values():
        source, target = declared.endpoints.get(task.source), declared.endpoints.get(task.target)
        if source and target and (wrong := unfit_pair(provider(source.engine), provider(target.engine))):
            found.append(replace(wrong, subject=task.desired.subject, address=str(task.desired.address)))
    try:
        in_order(declared.desired)
    except DiagnosticError as error:
        found += error.diagnostics
    return tuple(found)
