"""SQLite's functions of text, and AWS DMS's replaceChars, as SQL of MySQL and MariaDB.

Sources: https://sqlite.org/lang_corefunc.html, AWS DMS user guide, "Using SQLite functions to build expressions".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dmsform_mysql.expression_conversions import as_integer, as_text
from dmsform_mysql.expression_values import Kind, Value, any_absent, grown, refuse, text_of, unrepeated
from dmsform_mysql.quoting import literal

_DIGITS_OF_INT = 10
_BEYOND_INT = 2**63 - 2**31


def argument(values: Sequence[Value], at: int, function: str) -> Value:
    """An argument as text."""
    return as_text(values[at], f"argument {at + 1} of {function}")


def cased(fold: Callable[[Value], Value], name: str) -> Callable[[Sequence[Value]], Value]:
    """lower and upper."""
    return lambda values: fold(argument(values, 0, name))


def trimmed(name: str) -> Callable[[Sequence[Value]], Value]:
    """trim, ltrim and rtrim, of a set of characters."""

    def render(values: Sequence[Value]) -> Value:
        text = argument(values, 0, name)
        if len(values) > 1 and values[1].kind is Kind.NULL:
            return as_text(values[1], name)
        characters = argument(values, 1, name).text if len(values) > 1 else " "
        if characters is None:
            refuse(
                f"{name} takes its characters from a value, not from a string written in the expression",
                f"Write argument 2 of {name} as a string.",
            )
        return text_of(_trimmed(text.sql, "".join(dict.fromkeys(characters)), name), text.absent)

    return render


def _trimmed(text: str, characters: str, name: str) -> str:
    match len(characters):
        case 0:
            return text
        case 1:
            side = {"ltrim": "LEADING", "rtrim": "TRAILING"}.get(name, "BOTH")
            return f"TRIM({side} {literal(characters)} FROM {text})"
    escapes = "".join(f"\\x{{{ord(character):x}}}" for character in characters)
    pattern = literal(rf"\A[{escapes}]+")
    if name != "rtrim":
        text = f"REGEXP_REPLACE({text}, {pattern}, '')"
    # From behind by the reversed text: a pattern that looks for the end tries each place of the text.
    return text if name == "ltrim" else f"REVERSE(REGEXP_REPLACE(REVERSE({text}), {pattern}, ''))"


def replaced(values: Sequence[Value]) -> Value:
    """replace: with nothing to look for, SQLite does not look at the replacement, not even whether it is NULL."""
    text, old, new = (argument(values, at, "replace") for at in range(3))
    if old.text == "":
        return text
    missing = any_absent((text, old, new))
    if old.text is not None:
        return text_of(_replaced(text, old, new, missing), missing)
    unrepeated("replace", text.sql, old.sql)
    sql = f"(CASE WHEN LENGTH({old.sql}) = 0 THEN {text.sql} ELSE {_replaced(text, old, new, missing)} END)"
    return text_of(sql, None if missing else "")


def _replaced(text: Value, old: Value, new: Value, missing: str) -> str:
    sql = f"REPLACE({text.sql}, {old.sql}, {new.sql})"
    if old.text is None or new.text is None or len(new.text.encode()) > len(old.text.encode()):
        sql = grown(sql, missing)
    if new.absent:
        # MariaDB does not look at the replacement where it finds nothing to replace.
        unrepeated("replace", new.absent)
        sql = f"IF({new.absent}, NULL, {sql})"
    return sql


def substr(values: Sequence[Value]) -> Value:
    """substr: a negative start counts from the end; a negative length means the characters before the start.

    What counts from the end is cut out of the reversed text, so that the text's length need not be known.
    """
    text = argument(values, 0, "substr")
    numbers = [_place(as_integer(values[at], f"argument {at + 1} of substr")) for at in range(1, len(values))]
    start, length = numbers[0], (numbers[1] if len(numbers) > 1 else None)
    cut = _rest if length is None else _window(length)
    if start.number is not None:
        sql = cut(text.sql, start.sql, start.number < 0)
    else:
        unrepeated("substr", text.sql, *(number.sql for number in numbers))
        sql = f"IF({start.sql} < 0, {cut(text.sql, start.sql, True)}, {cut(text.sql, start.sql, False)})"
    return text_of(sql, any_absent((text, *numbers)))


def _place(number: Value) -> Value:
    """A number of 32 bits: of larger ones, SQLite takes the last bits. The server's sums of them are an error."""
    if number.digits.whole < _DIGITS_OF_INT:
        return number
    if number.number is not None:
        refuse("substr is given a number of more than 32 bits", "Leave the number out, or give a smaller one.")
    return replace(number, sql=f"({number.sql} + {_BEYOND_INT} - {_BEYOND_INT} - {_BEYOND_INT} + {_BEYOND_INT})")


def _rest(text: str, start: str, from_end: bool) -> str:
    return f"RIGHT({text}, 0 - {start})" if from_end else f"SUBSTR({text}, GREATEST({start}, 1))"


def _window(length: Value) -> Callable[[str, str, bool], str]:
    def cut(text: str, start: str, from_end: bool) -> str:
        after, before = f"GREATEST({length.sql}, 0)", f"LEAST({length.sql}, 0)"
        if from_end:
            return f"REVERSE({_between(f'REVERSE({text})', f'1 - {start} - {after}', f'0 - {start} - {before}')})"
        return _between(text, f"{start} + {before}", f"{start} + {after} - 1")

    if length.number is None:
        unrepeated("substr", length.sql)
    return cut


def _between(text: str, first: str, last: str) -> str:
    """The characters from one place to another, counted from 1; a length below 1 is none."""
    begin = f"GREATEST({first}, 1)"
    return f"SUBSTR({text}, {begin}, {last} - {begin} + 1)"
