"""The semantic difference between what is declared and what is recorded.

Both sides are compared with every default filled in, so that what a newer version adds to a block, or what a server
enriches, is never a change by itself (G8).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dmsform.language.config import UNKNOWN
from dmsform.plan.model import AttributeChange
from dmsform.plan.values import COMPUTED, Desired
from dmsform.state.fingerprints import matches
from dmsform.state.snapshot import ResourceRecord

LIFECYCLE = "lifecycle.prevent_destroy"


def differences(
    desired: Desired, record: ResourceRecord | None, replacing: frozenset[str] = frozenset()
) -> tuple[AttributeChange, ...]:
    """The arguments that differ, sorted by path; those in `replacing` force replacement.

    Against no record, everything that is set is a change.
    """
    after = dict(_leaves(desired.attributes))
    before = {} if record is None else {**dict(_leaves(desired.defaults)), **dict(_leaves(_declared(record)))}
    if record is not None:
        before[LIFECYCLE], after[LIFECYCLE] = record.prevent_destroy, desired.prevent_destroy
    found = [
        _change(path, before.get(path), after.get(path), record is not None and path in replacing)
        for path in before.keys() | after.keys()
        if not _same(before.get(path), after.get(path))
    ]
    found += _secret_changes(desired, record)
    return tuple(sorted(found, key=lambda c: c.path))


def removal(record: ResourceRecord) -> tuple[AttributeChange, ...]:
    """Everything recorded of a resource, going."""
    plain = [AttributeChange(path, before=value) for path, value in _leaves(_declared(record)) if value is not None]
    secret = [AttributeChange(path, sensitive=True) for path in record.secrets]
    return tuple(sorted((*plain, *secret), key=lambda c: c.path))


def _declared(record: ResourceRecord) -> dict[str, Any]:
    return {name: value for name, value in record.attributes.items() if name != COMPUTED}


def _leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def contains_unknown(value: Any) -> bool:
    """Whether a value, or anything inside it, is known only after apply."""
    match value:
        case dict():
            return any(contains_unknown(v) for v in value.values())
        case list() | tuple():
            return any(contains_unknown(v) for v in value)
        case _:
            return value is UNKNOWN


def _same(before: Any, after: Any) -> bool:
    if contains_unknown(after):
        return False
    # As JSON, because Python holds 1, 1.0 and True for equal.
    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)


def _change(path: str, before: Any, after: Any, replaces: bool) -> AttributeChange:
    unknown = contains_unknown(after)
    return AttributeChange(path, before, None if unknown else after, unknown, forces_replacement=replaces)


def _secret_changes(desired: Desired, record: ResourceRecord | None) -> list[AttributeChange]:
    known = {} if record is None else record.secrets
    paths = desired.secrets.keys() | known.keys()
    return [AttributeChange(p, sensitive=True) for p in paths if not _same_secret(desired.secrets.get(p), known.get(p))]


def _same_secret(secret: str | None, known: str | None) -> bool:
    if secret is None or known is None:
        return secret is None and known is None
    return matches(secret, known)
