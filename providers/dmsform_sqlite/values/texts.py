"""Text, JSON, UUIDs and bytes as canonical text. Escaping for the row is not done here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from dmsform.catalog.types import Binary, Text
from dmsform_sqlite.values.numbers import render_float
from dmsform_sqlite.values.refused import RefusedError, Value, malformed, storage_class, too_large, wrong_class

_UUID = re.compile(r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})")
_HYPHENS = (0, 4)


def text(logical: Text, *, lenient: bool) -> Callable[[Value], str]:
    """Text; where a rule asks for the type, numbers too, by the shortest text that denotes them."""

    def convert(value: Value) -> str:
        found = value if isinstance(value, str) else _as_text(value, lenient)
        if "\0" in found:
            raise nul_refused()
        if logical.length is not None and len(found) > logical.length:
            raise too_large(f"text of {logical.length} characters")
        if logical.padded and found.endswith(" "):
            raise too_large("blank-padded text, which loses blanks at its end")
        return found

    return convert


def _as_text(value: Value, lenient: bool) -> str:
    match value:
        case int() if lenient:
            return str(value)
        case float() if lenient:
            return render_float(value)
        case _:
            raise wrong_class(value, "text", "blob" if isinstance(value, bytes) else "string")


def nul_refused() -> RefusedError:
    """The refusal of text with the character U+0000."""
    return RefusedError(
        "contains the character U+0000, which row text and PostgreSQL cannot hold",
        "Remove the character in the source, as by UPDATE ... SET column = replace(column, char(0), ''), or give the "
        'column the type "blob" by a transformation rule (change-data-type).',
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


# Numbers stay text: their digits do not matter here, and Python limits how many it converts.
_JSON = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)


def json_document() -> Callable[[Value], str]:
    """JSON by RFC 8259, verbatim; numbers too, which the affinity of a column declared JSON makes of their texts."""

    def convert(value: Value) -> str:
        match value:
            case int():
                return str(value)
            case float() if render_float(value)[-1:].isdigit():
                return render_float(value)
            case str():
                _check_json(value)
                return value
            case bytes():
                raise RefusedError(
                    "is stored as BLOB, perhaps in SQLite's own binary form of JSON",
                    "Convert it to text in the source (UPDATE ... SET column = json(column)), or give the column the "
                    'type "blob" by a transformation rule (change-data-type).',
                )
            case _:
                raise malformed("JSON document")

    return convert


def _check_json(value: str) -> None:
    if "\0" in value:
        raise nul_refused()
    try:
        _, end = _JSON.raw_decode(value, len(value) - len(value.lstrip(" \t\n\r")))
    except ValueError:
        raise malformed("JSON document (RFC 8259)") from None
    except RecursionError:
        raise RefusedError(
            "is JSON that is nested too deeply to be checked",
            'Give the column the type "string" by a transformation rule (change-data-type).',
        ) from None
    if value[end:].strip(" \t\n\r"):
        raise malformed("JSON document (RFC 8259)")


def uuid() -> Callable[[Value], str]:
    """UUIDs as text, hyphens all there or all missing, in any case."""

    def convert(value: Value) -> str:
        if not isinstance(value, str):
            raise RefusedError(
                f"is stored as {storage_class(value)}: the order of a UUID's bytes is not known",
                'Give the column the type "blob" by a transformation rule (change-data-type), or correct the value.'
                if isinstance(value, bytes)
                else "Correct the value in the source: it lost its text form to the column's numeric affinity.",
            )
        found = _UUID.fullmatch(value.lower())
        if found is None or value.count("-") not in _HYPHENS:
            raise malformed("UUID")
        return "-".join(found.groups())

    return convert


def binary(logical: Binary, *, lenient: bool) -> Callable[[Value], str]:
    r"""Bytes as `\x` and hexadecimal; where a rule asks for the type, text by its UTF-8."""

    def convert(value: Value) -> str:
        match value:
            case bytes():
                data = value
            case str() if lenient:
                data = value.encode()
            case _:
                raise wrong_class(value, "bytes")
        if logical.length is not None and len(data) > logical.length:
            raise too_large(f"{logical.length} bytes")
        return f"\\x{data.hex()}"

    return convert
