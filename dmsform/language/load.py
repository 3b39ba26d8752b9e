"""A directory's `*.dms.hcl` files as one module: their trees, and their text for messages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language import codes
from dmsform.language.cache import TreeCache
from dmsform.language.parse import parse_body, read_text
from dmsform.language.source import Source
from dmsform.language.syntax import Body

CONFIGURATION = ".dms.hcl"
DEFAULT_VALUES = "dmsform.dmsvars.hcl"
AUTOMATIC_VALUES = ".auto.dmsvars.hcl"


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed directory.

    files -- the text of every file read, by the name that diagnostics use; bodies -- the trees of the `*.dms.hcl` files
    by the same names, in lexical order; values -- those of the values files that load by themselves, lowest first.
    """

    directory: Path
    files: Mapping[str, str]
    bodies: Mapping[str, Body]
    values: Mapping[str, Body]


def parse_directory(directory: Path) -> Module:
    """Read and parse all configuration files of a directory, and the values files that load by themselves.

    Raises DiagnosticError with the errors of all files, or when there is no configuration file.
    """
    names = _names(directory)
    configuration = [name for name in names if name.endswith(CONFIGURATION)]
    if not configuration:
        raise DiagnosticError(
            codes.NO_CONFIGURATION.error(
                f"The directory {directory} holds no file whose name ends in {CONFIGURATION}.",
                "Write a configuration to main.dms.hcl, or run dmsform where one is.",
            )
        )
    automatic = [DEFAULT_VALUES] if DEFAULT_VALUES in names else []
    automatic += [name for name in names if name.endswith(AUTOMATIC_VALUES)]
    cache = TreeCache(directory)
    files: dict[str, str] = {}
    bodies: dict[str, Body] = {}
    problems: list[Diagnostic] = []
    for name in [*configuration, *automatic]:
        shown = shown_name(directory, name)
        try:
            files[shown] = read_text(directory / name, shown)
            bodies[shown] = parse_text(shown, files[shown], cache)
        except DiagnosticError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SyntaxDiagnosticError(problems, files)
    count = len(configuration)
    trees = list(bodies.items())
    return Module(directory, files, dict(trees[:count]), dict(trees[count:]))


class SyntaxDiagnosticError(DiagnosticError):
    """The configuration does not parse. `files` holds the texts, so that messages can show their lines."""

    def __init__(self, diagnostics: list[Diagnostic], files: Mapping[str, str]) -> None:
        super().__init__(diagnostics)
        self.files = files

    def __reduce__(self) -> tuple[type[DiagnosticError], tuple[tuple[Diagnostic, ...]]]:
        """Travel between processes as the plain error: the texts stay behind."""
        return DiagnosticError, (self.diagnostics,)


def parse_text(filename: str, text: str, cache: TreeCache | None = None) -> Body:
    """The tree of a file's text, from the cache where it is known. Raises DiagnosticError with all that is wrong."""
    if cache and (kept := cache.get(filename, text)):
        return kept
    parsed = parse_body(Source(filename, text))
    if parsed.problems:
        raise DiagnosticError(parsed.problems)
    if cache:
        cache.put(filename, text, parsed.body)
    return parsed.body


def _names(directory: Path) -> list[str]:
    try:
        entries = list(directory.iterdir())
    except OSError as error:
        raise DiagnosticError(
            codes.UNREADABLE_FILE.error(
                f"The directory {directory} cannot be read: {error.strerror or error}.",
                "Check that the directory is there and that you may read it.",
            )
        ) from error
    return sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file())


def shown_name(directory: Path, name: str) -> str:
    """How messages name a file: as seen from where the command runs."""
    try:
        return os.path.relpath(directory / name)
    except (OSError, ValueError):
        return str(directory / name)
