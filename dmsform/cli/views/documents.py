"""JSON forms. Every document says its version; fields are only ever added within one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from dmsform.cli.views.diagnostics import Sources, diagnostic_record, no_sources
from dmsform.diagnostics import Diagnostic, Severity

FORMAT_VERSION = "1.0"


def document(**fields: Any) -> dict[str, Any]:
    """A document with its version in front."""
    return {"format_version": FORMAT_VERSION, **fields}


def failure(diagnostics: Iterable[Diagnostic], sources: Sources = no_sources) -> dict[str, Any]:
    """What stands in place of a result when there is none."""
    return document(errored=True, diagnostics=[diagnostic_record(d, sources) for d in diagnostics])


def validation(diagnostics: Sequence[Diagnostic], sources: Sources = no_sources) -> dict[str, Any]:
    """Terraform's form of `validate -json`."""
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    return document(
        valid=errors == 0,
        error_count=errors,
        warning_count=len(diagnostics) - errors,
        diagnostics=[diagnostic_record(d, sources) for d in diagnostics],
    )


def event(kind: str, message: str, at: float, **fields: Any) -> dict[str, Any]:
    """One line of a stream of events, in the form of Terraform's streaming interface. at -- since the epoch."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    level = {"diagnostic": fields.get("diagnostic", {}).get("severity", "info")}.get(kind, "info")
    return {
        "@level": "warn" if level == "warning" else level,
        "@message": message,
        "@module": "dmsform.ui",
        "@timestamp": moment,
        "type": kind,
        **fields,
    }
