"""Character columns as UTF-8: which need a conversion, and how a conversion shows that it lost nothing. Pure.

A server turns characters that it cannot convert into question marks, or into U+FFFD, without a word. So where a
character set has bytes that mean nothing (or that the server's tables do not know), the text is converted back and
must give the same bytes. Some sets (cp932, sjis, eucjpms, armscii8) spell one character in several ways, which come
back as another: for these it is enough that no question mark and no U+FFFD came in.
"""

from __future__ import annotations

from dataclasses import dataclass

UTF8 = frozenset({"utf8mb4", "utf8mb3"})
"""Their bytes are UTF-8 as they are; the reader sees whether they are valid."""

TOTAL = frozenset({
    "latin1", "latin2", "latin5", "latin7", "cp850", "cp852", "cp866", "keybcs2", "koi8r", "koi8u", "macce", "macroman",
})  # fmt: skip
"""Character sets of which each of the 256 bytes is a character (MySQL's latin1 is cp1252 with its holes filled)."""

_UNICODE = frozenset({"ucs2", "utf16", "utf16le", "utf32", "gb18030"})
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Converted:
    """text -- SQL of the column in UTF-8; valid -- SQL that says whether nothing was lost, None where nothing can be;
    searchable -- SQL of a text with the same ASCII characters, the cheapest to search in.
    """

    text: str
    valid: str | None = None
    searchable: str | None = None


def in_utf8(column: str, charset: str | None) -> Converted:
    """A character column in UTF-8. charset -- the column's, None where it is not known."""
    if charset in UTF8:
        return Converted(column)
    text = f"CONVERT({column} USING utf8mb4)"
    if charset in TOTAL:
        return Converted(text, searchable=column)
    raw = f"CAST({column} AS BINARY)"
    if charset is None or charset == "ascii":
        return Converted(text, f"CAST({text} AS BINARY) = {raw}")
    same = f"CAST(CONVERT({text} USING {charset}) AS BINARY) = {raw}"
    if charset in _UNICODE:
        return Converted(text, same)
    respelled = f"{_question_marks(text)} = {_question_marks(column)}"
    # big5 has U+FFFD both ways for a character that the server's tables lack.
    return Converted(text, f"LOCATE('{_REPLACEMENT}', {text}) = 0 AND ({same} OR {respelled})")


def _question_marks(text: str) -> str:
    return f"LENGTH({text}) - LENGTH(REPLACE({text}, '?', ''))"
