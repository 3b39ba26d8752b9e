"""The variables that a plan was made with: plain values as they are, sensitive ones by fingerprint alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dmsform.language.config import VariableValue
from dmsform.state.fingerprints import fingerprint, matches


def record_variables(values: Sequence[VariableValue], salt: str) -> dict[str, Any]:
    """`{name: {"sensitive": bool, "value" or "fingerprint": ...}}`."""
    return {v.name: _record(v, salt) for v in values}


def changed_variables(recorded: Mapping[str, Any], values: Sequence[VariableValue]) -> tuple[str, ...]:
    """Names of the variables that do not have the recorded value now, or exist on one side only."""
    now = {v.name: v for v in values}
    return tuple(sorted(n for n in recorded.keys() | now.keys() if not _same(recorded.get(n), now.get(n))))


def _record(variable: VariableValue, salt: str) -> dict[str, Any]:
    if variable.sensitive:
        return {"sensitive": True, "fingerprint": fingerprint(_text(variable.value), salt)}
    return {"sensitive": False, "value": variable.value}


def _same(recorded: Mapping[str, Any] | None, variable: VariableValue | None) -> bool:
    if recorded is None or variable is None or bool(recorded["sensitive"]) != variable.sensitive:
        return False
    if variable.sensitive:
        return matches(_text(variable.value), recorded["fingerprint"])
    return json.dumps(recorded["value"], sort_keys=True) == json.dumps(variable.value, sort_keys=True)


def _text(value: Any) -> str:
    # A text as it is, so that a password has one fingerprint as a variable and as an argument.
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
