"""Splits the scripts of sample databases into statements, as the engines' own clients do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*(?!!).*?\*/|;""", re.S
)
_COPY = re.compile(r"^COPY .*? FROM stdin;\n(?P<rows>.*?)^\\\.\n", re.S | re.M)


@dataclass(frozen=True)
class Statement:
    """A statement; rows -- the lines that follow a `COPY ... FROM stdin`."""

    sql: str
    rows: str | None = None


def mysql_statements(script: str) -> Iterator[str]:
    """The statements of a script for the client `mysql`; stored programs between DELIMITER lines stay whole."""
    parts = re.split(r"^DELIMITER +(\S+) *$", script, flags=re.M)
    delimiters = (";", *parts[1::2])
    for delimiter, part in zip(delimiters, parts[0::2], strict=True):
        statements = _split(part) if delimiter == ";" else part.split(delimiter)
        yield from (s.strip() for s in statements if s.strip())


def postgres_statements(script: str) -> Iterator[Statement]:
    """The statements of a script for `psql`; lines of its own (`\\c ...`) are left out."""
    place = 0
    for found in _COPY.finditer(script):
        yield from map(Statement, _plain(script[place : found.start()]))
        head = found[0].partition(";\n")[0]
        yield Statement(head, found["rows"])
        place = found.end()
    yield from map(Statement, _plain(script[place:]))


def _plain(script: str) -> Iterator[str]:
    without = re.sub(r"^\\.*$", "", script, flags=re.M)
    return (s.strip() for s in _split(without) if s.strip())


def _split(script: str) -> Iterator[str]:
    start = 0
    kept: list[str] = []
    for token in _TOKENS.finditer(script):
        text = token[0]
        if text == ";":
            kept.append(script[start : token.start()])
            yield "".join(kept)
            kept, start = [], token.end()
        elif text.startswith(("--", "/*")):
            kept.append(script[start : token.start()])
            start = token.end()
    kept.append(script[start:])
    yield "".join(kept)
