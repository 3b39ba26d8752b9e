"""The `dmsform` block: where the state is, and which versions of dmsform may be used."""

from __future__ import annotations

import re

from dmsform import __version__
from dmsform.diagnostics import Diagnostic
from dmsform.language import codes
from dmsform.language.config import Attribute, Block

_CONSTRAINT = re.compile(r"(>=|<=|!=|~>|=|>|<)?\s*(\d+(?:\.\d+){0,3})\Z")


def state_url_of(block: Block | None, default: str) -> str:
    """The state's address as configured."""
    state = next(block.nested("state"), None) if block else None
    url = state.attributes.get("url") if state else None
    return url.value if url and isinstance(url.value, str) else default


def check_version(block: Block | None, version: str = __version__) -> list[Diagnostic]:
    """Errors when `required_version` is unreadable or excludes this version."""
    required = block.attributes.get("required_version") if block else None
    if required is None or not isinstance(required.value, str):
        return []
    unreadable = [part for part in _parts(required) if not _CONSTRAINT.match(part)]
    if unreadable:
        return [
            codes.UNSUITABLE_VALUE.error(
                f'required_version is "{required.value}": {unreadable[0]!r} is no condition on a version.',
                'Write conditions such as ">= 0.1, < 2" or "~> 0.1".',
                subject=required.subject,
            )
        ]
    if all(_holds(part, version) for part in _parts(required)):
        return []
    return [
        codes.VERSION_MISMATCH.error(
            f'This is dmsform {version}, but the configuration requires "{required.value}".',
            "Use a version of dmsform that fits, or change required_version.",
            subject=required.subject,
        )
    ]


def _parts(required: Attribute) -> list[str]:
    return [part.strip() for part in str(required.value).split(",")]


def _numbers(version: str) -> tuple[int, ...]:
    """A version's numbers, four of them; what follows the numbers (`.dev0`) does not count."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    return tuple([*numbers, 0, 0, 0, 0][:4])


def _holds(condition: str, version: str) -> bool:
    found = _CONSTRAINT.match(condition)
    assert found is not None
    operator, wanted = found[1] or "=", _numbers(found[2])
    have = _numbers(version)
    match operator:
        case ">=":
            return have >= wanted
        case "<=":
            return have <= wanted
        case ">":
            return have > wanted
        case "<":
            return have < wanted
        case "!=":
            return have != wanted
        case "~>":
            fixed = max(1, found[2].count("."))
            return have >= wanted and have[:fixed] == wanted[:fixed]
        case _:
            return have == wanted
