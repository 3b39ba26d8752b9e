"""Functions that read files and handle paths. Relative paths start from the directory of the configuration."""

from __future__ import annotations

import base64
import hashlib
import os.path
from collections.abc import Sequence
from pathlib import Path

from dmsform.language.functions.spec import Function, FunctionError, Surroundings, parameters, scalar
from dmsform.language.types import ANY, BOOL, STRING, SetType
from dmsform.language.values import Value, boolean, make_set, text


def resolved(around: Surroundings, path: str) -> Path:
    """Where a path leads: `~` is the home directory."""
    try:
        return around.directory / Path(path).expanduser()
    except RuntimeError:
        raise FunctionError(f"no home directory is known for {path!r}") from None


def read_bytes(around: Surroundings, path: str) -> bytes:
    """A file's content, noted as part of the configuration. Raises FunctionError."""
    place = resolved(around, path)
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise FunctionError(f"no file exists at {str(place)!r}; files that apply makes cannot be read here") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FunctionError(f"the file {str(place)!r} cannot be read: {reason}") from None
    around.files_read[path] = content
    return content


def read_text(around: Surroundings, path: str) -> str:
    """A file's text. Raises FunctionError when it is not UTF-8."""
    try:
        return read_bytes(around, path).decode("utf-8")
    except UnicodeDecodeError:
        raise FunctionError(f"the file {path!r} is not text in UTF-8; filebase64 reads any file") from None


def _file(around: Surroundings, values: Sequence[Value]) -> Value:
    return text(read_text(around, values[0].data))


def _fileexists(around: Surroundings, values: Sequence[Value]) -> Value:
    place = resolved(around, values[0].data)
    if place.is_dir():
        raise FunctionError(f"{str(place)!r} is a directory, not a file")
    return boolean(place.is_file())


def _fileset(around: Surroundings, values: Sequence[Value]) -> Value:
    base, pattern = resolved(around, values[0].data), values[1].data
    try:
        found = [path for path in base.glob(pattern) if path.is_file()]
    except (ValueError, NotImplementedError) as error:
        raise FunctionError(f"invalid pattern: {error}", 1) from None
    return make_set((text(path.relative_to(base).as_posix()) for path in found), STRING)


def _filebase64(around: Surroundings, values: Sequence[Value]) -> Value:
    return text(base64.b64encode(read_bytes(around, values[0].data)).decode())


def _filesha256(around: Surroundings, values: Sequence[Value]) -> Value:
    return text(hashlib.sha256(read_bytes(around, values[0].data)).hexdigest())


def _templatefile(around: Surroundings, values: Sequence[Value]) -> Value:
    path, variables = values
    if not isinstance(variables.data, dict):
        raise FunctionError("a map or object of the template's variables is required", 1)
    return around.render(path.data, read_text(around, path.data), variables.data)


def _abspath(around: Surroundings, values: Sequence[Value]) -> Value:
    return text(os.path.normpath(Path.cwd() / resolved(around, values[0].data)))


_PATH = {"path": STRING}

FILES = (
    Function("file", parameters(_PATH), STRING, _file, "The text of a file."),
    Function("fileexists", parameters(_PATH), BOOL, _fileexists, "Whether a file exists."),
    Function(
        "fileset", parameters({"path": STRING, "pattern": STRING}), SetType(STRING), _fileset,
        "The files below a directory whose paths match a pattern.",
    ),
    Function("filebase64", parameters(_PATH), STRING, _filebase64, "The content of a file in base64."),
    Function("filesha256", parameters(_PATH), STRING, _filesha256, "The SHA-256 digest of a file."),
    Function(
        "templatefile", parameters({"path": STRING, "vars": ANY}), ANY, _templatefile,
        "The text that a template file makes with these variables.", structural=True,
    ),
    Function("abspath", parameters(_PATH), STRING, _abspath, "The absolute path."),
    scalar("basename", _PATH, STRING, os.path.basename, "The last part of a path."),
    scalar("dirname", _PATH, STRING, lambda path: str(Path(path).parent), "A path without its last part."),
    scalar("pathexpand", _PATH, STRING, os.path.expanduser, "A path with the home directory in place of ~."),
)  # fmt: skip
