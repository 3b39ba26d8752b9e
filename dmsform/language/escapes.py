"""Backslash escapes in quoted strings: HCL knows six, and refuses the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPE = re.compile(r"\\(?:u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})|(?P<one>.))")
_SINGLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _decoded(found: re.Match[str]) -> str | None:
    """What one escape stands for; None when it stands for nothing."""
    digits = found["four"] or found["eight"]
    if not digits:
        return _SINGLE.get(found["one"])
    code = int(digits, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def decode(text: str) -> str:
    """The text with its escapes decoded, as a plain str; unknown ones stay as they are, `unknown` finds them."""
    if "\\" not in text:
        return str(text)
    return _ESCAPE.sub(lambda found: found[0] if (plain := _decoded(found)) is None else plain, text)


def unknown(text: str) -> Iterator[tuple[int, str]]:
    """The escapes that HCL does not know: offset and text."""
    if "\\" in text:
        for found in _ESCAPE.finditer(text):
            if _decoded(found) is None:
                yield found.start(), found[0]
