"""The functions that AWS DMS's expressions may call, with how many arguments each takes.

Source: AWS DMS user guide, "Using transformation rule expressions to define column content". The two functions that
are AWS DMS's own, not SQLite's, are given here in Python, for SQLite to call and for tests to compare with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's name as AWS DMS writes it and how many arguments it takes; `most` None means no limit."""

    name: str
    least: int
    most: int | None

    def accepts(self, count: int) -> bool:
        """Whether the function can be called with that many arguments."""
        return self.least <= count and (self.most is None or count <= self.most)

    def arity(self) -> str:
        """The number of arguments in words."""
        if self.most is None:
            return f"{self.least} or more arguments"
        if self.least == self.most:
            return f"{self.least} argument{'' if self.least == 1 else 's'}"
        return f"{self.least} to {self.most} arguments"


_SIGNATURES = (
    Signature("lower", 1, 1),
    Signature("upper", 1, 1),
    Signature("ltrim", 1, 2),
    Signature("rtrim", 1, 2),
    Signature("trim", 1, 2),
    Signature("replace", 3, 3),
    Signature("substr", 2, 3),
    Signature("replaceChars", 3, 3),
    Signature("hex", 1, 1),
    Signature("randomblob", 1, 1),
    Signature("zeroblob", 1, 1),
    Signature("abs", 1, 1),
    Signature("random", 0, 0),
    Signature("round", 1, 2),
    Signature("max", 2, None),
    Signature("min", 2, None),
    Signature("coalesce", 2, None),
    Signature("ifnull", 2, 2),
    Signature("nullif", 2, 2),
    Signature("date", 0, None),
    Signature("time", 0, None),
    Signature("datetime", 0, None),
    Signature("julianday", 0, None),
    Signature("strftime", 1, None),
    Signature("hash_sha256", 1, 1),
    Signature("operation_indicator", 3, 3),
)

SIGNATURES = {signature.name.lower(): signature for signature in _SIGNATURES}
"""By name in lower case: SQLite's function names know no case."""


def replacement_characters(characters: str, replacements: str) -> str:
    """The replacements brought to the length of `characters`: what is missing is the first replacement.

    So `replaceChars('abcde', 'abcd', '123')` is `1231e`. Without any replacement the characters are removed.
    """
    if len(replacements) >= len(characters):
        return replacements[: len(characters)]
    return replacements + replacements[:1] * (len(characters) - len(replacements))


def replace_chars(text: str | None, characters: str | None, replacements: str | None) -> str | None:
    """AWS DMS's `replaceChars`: each character of `text` found in `characters` becomes its counterpart."""
    if text is None or characters is None or replacements is None:
        return None
    targets = replacement_characters(characters, replacements)
    table: dict[str, str] = {}
    for at, character in enumerate(characters):
        table.setdefault(character, targets[at] if at < len(targets) else "")
    return "".join(table.get(character, character) for character in text)


def hash_sha256(value: str | bytes | None) -> str | None:
    """AWS DMS's `hash_sha256`: SHA-256 of the text's UTF-8 bytes or of the bytes, in lower-case hexadecimal."""
    if value is None:
        return None
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
