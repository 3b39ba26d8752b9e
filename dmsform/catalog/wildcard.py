"""AWS DMS's name patterns: `%` any run, `_` one character, `[_]` a literal, `[ab]` a set, `[a-d]` a range.

Case-sensitive. Source: AWS DMS user guide, "Wildcards in table mapping".
"""

from __future__ import annotations

import re
from functools import lru_cache


class PatternError(ValueError):
    """A pattern is not well formed; the message says where."""


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression to `fullmatch` with. Raises PatternError."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "[":
            text, at = _set_at(pattern, at)
            parts.append(text)
            continue
        if character == "%":
            if not parts or parts[-1] != ".*":  # a run of % is one %: keeps matching linear in their number
                parts.append(".*")
        else:
            parts.append("." if character == "_" else re.escape(character))
        at += 1
    return re.compile("".join(parts), re.DOTALL)


def matches(pattern: str, name: str) -> bool:
    """Whether the whole name matches the pattern. Raises PatternError."""
    return compiled(pattern).fullmatch(name) is not None


def name_matches(pattern: str, name: str, *, exact: bool) -> bool:
    """Whether a name matches a pattern, or is it where the pattern is an exact name."""
    return pattern == name if exact else matches(pattern, name)


def exact_name(pattern: str) -> str | None:
    """The one name that a pattern stands for where AWS DMS demands an exact name, or None when it has a wildcard.

    There `_` stands for itself, as in AWS DMS's own examples (`sporting_event`), and `[_]` and `[%]` are unwrapped.
    Raises PatternError.
    """
    name: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "%":
            return None
        if pattern[at] == "[":
            end = _set_end(pattern, at)
            if end - at != 2:  # a set of one character is that character
                return None
            name.append(pattern[at + 1])
            at = end + 1
            continue
        name.append(pattern[at])
        at += 1
    return "".join(name)


def _set_end(pattern: str, start: int) -> int:
    end = pattern.find("]", start + 1)
    if end < 0:
        raise PatternError(f'"[" at character {start + 1} has no "]"')
    if end == start + 1:
        raise PatternError(f'"[]" at character {start + 1} holds no character')
    return end


def _set_at(pattern: str, start: int) -> tuple[str, int]:
    end = _set_end(pattern, start)
    members = pattern[start + 1 : end]
    parts: list[str] = []
    at = 0
    while at < len(members):
        if at + 2 < len(members) and members[at + 1] == "-":
            first, last = members[at], members[at + 2]
            if first > last:
                raise PatternError(f'range "{first}-{last}" at character {start + at + 2} runs backwards')
            parts.append(f"{re.escape(first)}-{re.escape(last)}")
            at += 3
        else:
            parts.append(re.escape(members[at]))
            at += 1
    return f"[{''.join(parts)}]", end + 1
