"""Decides what happens to outputs. Pure; a sensitive output is compared by its fingerprint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dmsform.addresses import Address
from dmsform.language.config import Output
from dmsform.plan.differences import contains_unknown
from dmsform.plan.model import Action, OutputChange
from dmsform.state.fingerprints import fingerprint, matches
from dmsform.state.snapshot import OutputRecord


def plain(value: Any) -> Any:
    """A value as JSON values; a resource that is meant as a whole becomes its address."""
    match value:
        case Address():
            return str(value)
        case dict():
            return {str(name): plain(each) for name, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value


def decide_outputs(declared: Sequence[Output], recorded: Sequence[OutputRecord]) -> tuple[OutputChange, ...]:
    """The outputs' changes, by name."""
    known = {o.name: o for o in recorded}
    changes = [_decide(output, known.get(output.name)) for output in declared]
    names = {o.name for o in declared}
    changes += [_removal(record) for record in recorded if record.name not in names]
    return tuple(sorted(changes, key=lambda c: c.name))


def record_output(output: Output, salt: str) -> OutputRecord:
    """An output as the state keeps it; one that is still unknown is kept as null."""
    value = None if contains_unknown(output.value) else plain(output.value)
    if output.sensitive:
        return OutputRecord(output.name, None, True, fingerprint(_text(value), salt))
    return OutputRecord(output.name, value)


def _decide(output: Output, record: OutputRecord | None) -> OutputChange:
    unknown = contains_unknown(output.value)
    after = None if unknown else plain(output.value)
    before = None if record is None else record.value
    if record is None:
        action = Action.CREATE
    elif not unknown and _same(output, after, record):
        action = Action.NO_OP
    else:
        action = Action.UPDATE
    if output.sensitive or (record is not None and record.sensitive):
        return OutputChange(output.name, action, unknown=unknown, sensitive=True)
    return OutputChange(output.name, action, before, after, unknown)


def _same(output: Output, after: Any, record: OutputRecord) -> bool:
    if output.sensitive != record.sensitive:
        return False
    if output.sensitive:
        return matches(_text(after), record.fingerprint)
    return _text(after) == _text(record.value)


def _removal(record: OutputRecord) -> OutputChange:
    return OutputChange(record.name, Action.DELETE, record.value, None, sensitive=record.sensitive)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
