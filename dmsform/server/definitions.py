"""Task definitions as the store keeps them: encrypted, with a keyed digest of what they declare."""

from __future__ import annotations

import json

from dmsform.server.events import TaskKey
from dmsform.server.secrets import SecretBox
from dmsform.task.definition import TaskDefinition

_NOT_DECLARED = ("run", "planned", "holder")
"""Who applied it, what the plan saw and how often it was reloaded do not make it another task."""


def key_of(definition: TaskDefinition) -> TaskKey:
    """The task's key."""
    return TaskKey(definition.lineage, definition.name)


def seal(definition: TaskDefinition, box: SecretBox) -> bytes:
    """The definition, encrypted for its own row."""
    return box.seal(definition.model_dump_json().encode(), str(key_of(definition)))


def unseal(sealed: bytes, key: TaskKey, run: int, box: SecretBox) -> TaskDefinition:
    """The definition of a row, with the row's own run. Raises DiagnosticError when the key does not fit."""
    return TaskDefinition.model_validate_json(box.open(sealed, str(key))).model_copy(update={"run": run})


def digest(definition: TaskDefinition, box: SecretBox) -> str:
    """Tells whether two definitions declare the same, secrets included, without telling anything about them."""
    record = definition.model_dump(mode="json")
    declared = {name: value for name, value in record.items() if name not in _NOT_DECLARED}
    return box.fingerprint(json.dumps(declared, sort_keys=True).encode())
