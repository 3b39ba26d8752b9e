"""Terraform's flags: `-out=FILE`, `-out FILE`, `--out=FILE`, `-json`, `-json=false`, all brought into one form.

click knows long options with one dash, but neither their other spellings nor the order among several options, which
decides between `-var` and `-var-file`. So a command's arguments pass through `normalise` first, which is pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

TRUE_WORDS = frozenset({"true", "1", "t"})
FALSE_WORDS = frozenset({"false", "0", "f"})


class FlagKind(StrEnum):
    """What may follow a flag: nothing (`-json`), true or false (`-input=false`), or a value (`-out=FILE`)."""

    PLAIN = "plain"
    SWITCH = "switch"
    VALUED = "valued"


class FlagError(Exception):
    """A flag that cannot be read. name -- without dashes; suggestion -- a known flag that is close, or None."""

    def __init__(self, name: str, problem: str, *, unknown: bool = False, suggestion: str | None = None) -> None:
        self.name, self.problem, self.unknown, self.suggestion = name, problem, unknown, suggestion
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags a command knows, by name without dashes. interspersed -- flags may follow arguments."""

    kinds: dict[str, FlagKind]
    interspersed: bool = True

    def normalise(self, arguments: Sequence[str]) -> list[str]:
        """The arguments with every flag as `-name` or `-name=value`. Raises FlagError."""
        result: list[str] = []
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            if word == "--" or (not _is_flag(word) and not self.interspersed):
                return [*result, word, *rest]
            result.extend(self._read(word, rest) if _is_flag(word) else [word])
        return result

    def _read(self, word: str, rest: list[str]) -> list[str]:
        name, equals, value = word.lstrip("-").partition("=")
        match self.kinds.get(name):
            case None:
                raise FlagError(name, f"There is no flag -{name} here.", unknown=True, suggestion=self._close_to(name))
            case FlagKind.VALUED:
                if not equals and not rest:
                    raise FlagError(name, f"The flag -{name} needs a value.")
                return [f"-{name}={value if equals else rest.pop(0)}"]
            case FlagKind.SWITCH:
                return [f"-{name}={str(_truth(name, value, absent=not equals)).lower()}"]
            case FlagKind.PLAIN:
                return [f"-{name}"] if _truth(name, value, absent=not equals) else []

    def _close_to(self, name: str) -> str | None:
        return next(iter(difflib.get_close_matches(name, sorted(self.kinds), n=1)), None)


def _is_flag(word: str) -> bool:
    return word.startswith("-") and word.strip("-") != ""


def _truth(name: str, value: str, *, absent: bool) -> bool:
    said = value.lower()
    if absent or said in TRUE_WORDS:
        return True
    if said in FALSE_WORDS:
        return False
    raise FlagError(name, f"The flag -{name} takes true or false, not {value!r}.")
