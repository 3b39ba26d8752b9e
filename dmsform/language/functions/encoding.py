"""JSON, CSV, base64, URLs and digests."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings, parameters, scalar
from dmsform.language.types import ANY, STRING, ListType, MapType
from dmsform.language.values import Value, from_plain, make_list, make_map, number_text, text

# Go's encoder escapes these so that JSON may stand in HTML; Terraform's output has them so.
_ESCAPED = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def json_text(value: Value) -> str:
    """A value as compact JSON, keys sorted, as Terraform writes it. Raises FunctionError for whole resources."""
    data = value.data
    match data:
        case None:
            return "null"
        case bool():
            return "true" if data else "false"
        case Decimal():
            return number_text(data)
        case str():
            return json.dumps(data, ensure_ascii=False).translate(_ESCAPED)
        case tuple():
            return f"[{','.join(map(json_text, data))}]"
        case dict():
            return "{" + ",".join(f"{json_text(text(name))}:{json_text(part)}" for name, part in data.items()) + "}"
        case _:
            raise FunctionError(f"{data} is a whole resource; name one of its attributes")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _jsondecode(_: Surroundings, values: Sequence[Value]) -> Value:
    try:
        plain = json.loads(values[0].data, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FunctionError(f"invalid JSON: {error}") from None
    return from_plain(plain)


def _csvdecode(_: Surroundings, values: Sequence[Value]) -> Value:
    rows = list(csv.reader(io.StringIO(values[0].data, newline=""), strict=True))
    if not rows:
        raise FunctionError("missing header line")
    header, made = rows[0], []
    if len(set(header)) != len(header):
        raise FunctionError("the header line names a column twice")
    for row in rows[1:]:
        if row and len(row) != len(header):
            raise FunctionError(f"a row has {len(row)} fields where the header has {len(header)}")
        if row:
            made.append(make_map(dict(zip(header, map(text, row), strict=True)), STRING))
    return make_list(made, MapType(STRING))


def _base64decode(string: str) -> str:
    try:
        return base64.b64decode(string, validate=True).decode("utf-8")
    except binascii.Error:
        raise FunctionError("the text is not base64") from None
    except UnicodeDecodeError:
        raise FunctionError("what is encoded is not text in UTF-8") from None


def digest(algorithm: str) -> Callable[[str], str]:
    """A function from text to its digest in hexadecimal digits."""
    return lambda string: hashlib.new(algorithm, string.encode(), usedforsecurity=False).hexdigest()


_ONE = {"string": STRING}

ENCODING = (
    Function(
        "jsonencode", (Parameter("value", ANY, nullable=True),), STRING, lambda _, values: text(json_text(values[0])),
        "A value as JSON.",
    ),
    Function("jsondecode", parameters(_ONE), ANY, _jsondecode, "The value that a JSON text describes."),
    Function("csvdecode", parameters(_ONE), ListType(MapType(STRING)), _csvdecode, "The rows of a CSV text as maps."),
    scalar(
        "base64encode", _ONE, STRING, lambda string: base64.b64encode(string.encode()).decode(), "The text in base64."
    ),
    scalar("base64decode", _ONE, STRING, _base64decode, "The text that a base64 text encodes."),
    scalar("urlencode", _ONE, STRING, lambda string: quote_plus(string, safe=""), "The text escaped for a URL."),
    scalar("md5", _ONE, STRING, digest("md5"), "The text's MD5 digest, in hexadecimal digits."),
    scalar("sha1", _ONE, STRING, digest("sha1"), "The text's SHA-1 digest, in hexadecimal digits."),
    scalar("sha256", _ONE, STRING, digest("sha256"), "The text's SHA-256 digest, in hexadecimal digits."),
    scalar("sha512", _ONE, STRING, digest("sha512"), "The text's SHA-512 digest, in hexadecimal digits."),
)  # fmt: skip
