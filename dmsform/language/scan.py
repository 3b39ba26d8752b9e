"""A small scanner that knows strings, comments, heredocs and brackets, and nothing else.

It finds where an interpolation in a heredoc ends, and where a file's top-level items begin when the parser gave up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
      | (?P<heredoc><<-?(?P<mark>[^\W\d][\w-]*)\r?\n)
      | (?P<string>")
      | (?P<open>[{(\[])
      | (?P<close>[})\]])
      | (?P<newline>\n)""",
    re.VERBOSE | re.DOTALL,
)
_IN_STRING = re.compile(r"""\\.|\$\$\{|%%\{|(?P<open>[$%]\{)|(?P<end>["\n])""", re.DOTALL)
_ITEM = re.compile(r"""[^\W\d][\w-]*(?:[ \t]+(?:"[^"\n]*"|[^\W\d][\w-]*))*[ \t]*(?:\{|=(?!=))""")


def end_of_interpolation(text: str, start: int, limit: int) -> int:
    """The position of the `}` that closes what was opened just before `start`; -1 when there is none."""
    depth, position = 0, start
    while found := _TOKEN.search(text, position, limit):
        position = found.end()
        if found["string"]:
            position = end_of_string(text, position, limit)
        elif found["open"]:
            depth += 1
        elif found["close"]:
            if depth == 0:
                return found.start() if found["close"] == "}" else -1
            depth -= 1
    return -1


def end_of_string(text: str, start: int, limit: int) -> int:
    """The position behind the quote that ends the string begun before `start`; a string ends with its line at last."""
    position = start
    while found := _IN_STRING.search(text, position, limit):
        position = found.end()
        if found["end"]:
            return position if found["end"] == '"' else found.start()
        if found["open"]:
            end = end_of_interpolation(text, position, limit)
            if end < 0:
                return limit
            position = end + 1
    return limit


def top_level_items(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a file from one top-level item's line to the next one's.

    Inside brackets a line counts as a new item when it begins in the first column with what looks like a block's header
    or an argument: so an unclosed brace spoils one item and not the rest of the file.
    """
    starts = [0]
    depth, position = 0, 0
    while found := _TOKEN.search(text, position):
        position = found.end()
        if found["string"]:
            position = end_of_string(text, position, len(text))
        elif found["heredoc"]:
            position = _end_of_heredoc(text, position, found["mark"])
        elif found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(0, depth - 1)
        elif found["newline"] and (item := _ITEM.match(text, position)) and (depth == 0 or item[0].endswith("{")):
            depth = 0
            starts.append(position)
    yield from zip(starts, [*starts[1:], len(text)], strict=True)


def _end_of_heredoc(text: str, start: int, mark: str) -> int:
    end = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t]*\r?$", re.MULTILINE).search(text, start)
    return end.end() if end else len(text)
