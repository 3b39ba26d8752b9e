"""Option files (`my.cnf`): groups of options, read when a connection is made.

dmsform reads the one file and the one group that the endpoint names, never /etc/my.cnf nor ~/.my.cnf.
Source: MySQL manual, "Using Option Files".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dmsform_mysql.parameters import FILES, arguments_of

_ESCAPE = re.compile(r"\\([bntrs\\])")
_ESCAPED = {"b": "\b", "n": "\n", "t": "\t", "r": "\r", "s": " ", "\\": "\\"}
_PREFIX = re.compile(r"^(?:loose|maximum|enable)-")


class OptionFileError(ValueError):
    """An option file that cannot be read, lacks the group, or gives what cannot be taken."""


def read_option_file(file: str, group: str) -> dict[str, Any]:
    """The endpoint's arguments that a group of the file gives. Raises OptionFileError, which repeats no value."""
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise OptionFileError(f"the option file {path} cannot be read: {said}") from error
    parameters = _group(text, group, path)
    if parameters is None:
        raise OptionFileError(f"the option file {path} has no group [{group}]")
    try:
        given = arguments_of(parameters, strict=False)
    except ValueError as error:
        raise OptionFileError(f"group [{group}] of {path}: {error}") from error
    # Relative to the option file, wherever the process that connects may run.
    return {n: str(path.absolute().parent / v) if n in FILES else v for n, v in given.items()}


def _group(text: str, group: str, path: Path) -> dict[str, str] | None:
    """The options of all sections of that name; the last word on an option counts."""
    found: dict[str, str] | None = None
    inside = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("!"):
            raise OptionFileError(f"line {number} of the option file {path} includes others: name the file itself")
        if line.startswith("["):
            inside = line.partition("]")[0] == f"[{group}"
            found = {} if inside and found is None else found
        elif inside and found is not None:
            name, equals, value = line.partition("=")
            name = _PREFIX.sub("", name.strip().lower().replace("_", "-"))
            found[name] = _value(value) if equals else ""
    return found


def _value(text: str) -> str:
    """An option's value: quotes may surround it, a # outside of them begins a comment."""
    text = text.strip()
    if text[:1] in ("'", '"') and (end := text.find(text[0], 1)) > 0:
        text = text[1:end]
    else:
        text = re.sub(r"\s+#.*$", "", text)
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)
