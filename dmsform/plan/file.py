"""The saved plan: a JSON file, readable by its owner alone, with a digest over its content. It holds no secret."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import dmsform
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.plan import codes
from dmsform.plan.codec import plan_from_json, plan_to_json
from dmsform.plan.model import Plan

_MAGIC = "dmsform plan"


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan (mode 0600, complete or not at all). Raises DiagnosticError."""
    body = plan_to_json(plan)
    text = json.dumps({"kind": _MAGIC, "version": plan.version, "digest": _digest(body), "plan": body}, indent=1)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DiagnosticError(
            codes.PLAN_FILE.error(
                f"The plan cannot be written to {path}: {error.strerror}.",
                "Give -out a path in a folder that exists and has room.",
            )
        ) from error


def read_plan(path: Path) -> Plan:
    """Read a saved plan. Raises DiagnosticError: missing, no plan, changed, of another version."""
    try:
        found: Any = json.loads(path.read_bytes())
        kind, version, digest, body = found["kind"], found["version"], found["digest"], found["plan"]
    except OSError as error:
        raise DiagnosticError(_not_a_plan(path, f"it cannot be read: {error.strerror}")) from error
    except (ValueError, TypeError, KeyError) as error:
        raise DiagnosticError(_not_a_plan(path, "it is no saved plan")) from error
    if kind != _MAGIC or digest != _digest(body):
        raise DiagnosticError(_not_a_plan(path, "its content was changed after it was written"))
    if version != dmsform.__version__:
        raise DiagnosticError(
            codes.PLAN_VERSION.error(
                f"{path} was made by dmsform {version}; this is {dmsform.__version__}.",
                "Make the plan again with this version, or apply it with the other.",
            )
        )
    try:
        return plan_from_json(body)
    except (ValueError, TypeError, KeyError) as error:
        raise DiagnosticError(_not_a_plan(path, f"a part of it is missing: {error}")) from error


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _not_a_plan(path: Path, why: str) -> Diagnostic:
    return codes.PLAN_FILE.error(f"{path} cannot be applied or shown: {why}.", "Make one: dmsform plan -out FILE")
