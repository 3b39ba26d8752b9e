"""AWS DMS's replaceChars, which changes each character once, by calls of REPLACE, which change what others put in.

So the calls are ordered: a character is replaced only after all of its own kind that the text had are gone. Where they
go round in a circle (a to b and b to a), one of them waits behind a mark that no other text can be taken for.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.expressions.functions import replacement_characters
from dmsform_mysql.expression_texts import argument
from dmsform_mysql.expression_values import Value, grown, refuse, text_of
from dmsform_mysql.quoting import literal

_MOST = 100
"""Characters: each is a call inside of a call, and servers' stacks are small."""


def replace_chars(values: Sequence[Value]) -> Value:
    """replaceChars(text, characters, replacements)."""
    text = argument(values, 0, "replaceChars")
    characters, replacements = (argument(values, at, "replaceChars").text for at in (1, 2))
    if characters is None or replacements is None:
        refuse(
            "replaceChars takes its characters from a value, not from a string written in the expression",
            "Write arguments 2 and 3 of replaceChars as strings.",
        )
    targets = replacement_characters(characters, replacements)
    changes: dict[str, str] = {}
    for at, character in enumerate(characters):
        changes.setdefault(character, targets[at] if at < len(targets) else "")
    steps = ordered({character: target for character, target in changes.items() if character != target})
    if len(steps) > _MOST:
        refuse(f"replaceChars has more than {_MOST} characters to replace", "Split it into several added columns.")
    sql = text.sql
    for old, new in steps:
        sql = f"REPLACE({sql}, {literal(old)}, {literal(new)})"
    longer = any(len(new.encode()) > len(old.encode()) for old, new in steps)
    return text_of(grown(sql, text.absent) if longer else sql, text.absent)


def ordered(changes: dict[str, str]) -> list[tuple[str, str]]:
    """Replacements that, done one after the other, change each character of a text once."""
    waiting: list[str] = []
    inner: list[str] = []
    for character in changes:
        _place(character, changes, inner, waiting)
    steps = [(character, changes[character]) for character in inner]
    if not waiting:
        return steps
    mark, *kinds = _unused(changes, 2 + len(waiting))
    marks = {character: mark + kind for character, kind in zip(waiting, kinds[1:], strict=True)}
    # A mark that the text itself has stands before the first kind, so that no other kind follows it.
    before = [(mark, mark + kinds[0]), *marks.items()]
    behind = [(marks[character], changes[character]) for character in waiting]
    return [*before, *steps, *behind, (mark + kinds[0], mark)]


def _place(character: str, changes: dict[str, str], inner: list[str], waiting: list[str]) -> None:
    """Put a character behind those that it leads to; the last of a circle waits."""
    path: list[str] = []
    while character in changes and character not in inner and character not in waiting and character not in path:
        path.append(character)
        character = changes[character]
    if character in path:
        waiting.append(path.pop())
    inner.extend(reversed(path))


def _unused(changes: dict[str, str], count: int) -> list[str]:
    """Characters that are neither replaced nor put in."""
    used = {*changes, *changes.values()}
    return [chr(code) for code in range(1, 0xD800) if chr(code) not in used][:count]
