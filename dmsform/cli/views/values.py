"""Values as they would be written in a configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

KNOWN_AFTER_APPLY = "(known after apply)"
SENSITIVE = "(sensitive value)"
_SHORT = 60


def written(value: Any, indent: int = 0) -> str:
    """The value as an HCL expression; lists and maps too long for a line go over several, `indent` blanks deep."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Mapping():
            return _collection("{", "}", _pairs(value, indent), indent)
        case Sequence():
            return _collection("[", "]", [written(v, indent + 2) for v in value], indent)
        case _:
            return str(value)


def _pairs(value: Mapping[Any, Any], indent: int) -> list[str]:
    flat = [f"{_key(k)} = {written(v, indent + 2)}" for k, v in value.items()]
    if _fits(flat):
        return flat
    width = max(len(_key(k)) for k in value)
    return [f"{_key(k).ljust(width)} = {written(v, indent + 2)}" for k, v in value.items()]


def _fits(items: list[str]) -> bool:
    flat = ", ".join(items)
    return len(flat) <= _SHORT and "\n" not in flat


def _key(key: Any) -> str:
    text = str(key)
    return text if text.replace("-", "_").isidentifier() else json.dumps(text, ensure_ascii=False)


def _collection(opening: str, closing: str, items: list[str], indent: int) -> str:
    if not items:
        return opening + closing
    if _fits(items):
        flat = ", ".join(items)
        return f"[{flat}]" if opening == "[" else f"{{ {flat} }}"
    comma = "," if opening == "[" else ""
    inner = "".join(f"\n{' ' * (indent + 2)}{item}{comma}" for item in items)
    return f"{opening}{inner}\n{' ' * indent}{closing}"
