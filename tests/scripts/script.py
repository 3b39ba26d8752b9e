"""Scripts of the command line: what is typed, and what must be seen, run in real processes.

A script is a txtar archive (the format of Go's golang.org/x/tools/txtar): lines of the script first, then files, each
behind a line `-- name --`. Lines beginning with # are comments. Verbs:

    run ARGUMENTS        run dmsform; unless `exit` follows, it must exit with 0
    exit N               the last run's exit code
    stdout REGEX         must be found in the last run's stdout (`stderr` alike; `! stdout`: must not be found)
    stdout-is FILE       must be the file's content exactly
    json PATH VALUE      a value in the JSON document on stdout: keys and indexes joined by dots
    env NAME=VALUE       for all later runs
    sqlite FILE SCRIPT   run the file SCRIPT in the SQLite database FILE
    exists FILE          (`! exists FILE`)
    edit FILE OLD NEW    replace text in a file
"""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.project import Project, Ran

_FILE = re.compile(r"^-- (.+) --$", re.MULTILINE)


class ScriptError(Exception):
    """A line that does not hold: its number and why."""


@dataclass(frozen=True)
class Script:
    """A parsed script. lines -- by their number in the file."""

    lines: Mapping[int, str]
    files: Mapping[str, str]

    def run(self) -> None:
        """Run it in a folder of its own. Raises ScriptError."""
        with tempfile.TemporaryDirectory(prefix="dmsform-script-") as folder:
            project = Project(Path(folder))
            for name, text in self.files.items():
                path = project.directory / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            try:
                _Run(project).lines(self.lines)
            finally:
                project.close()


def parse_script(text: str) -> Script:
    """Split a txtar archive."""
    parts = _FILE.split(text)
    files = {name.strip(): body.lstrip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    numbered = enumerate(parts[0].splitlines(), 1)
    return Script({n: line for n, line in numbered if line.strip() and not line.startswith("#")}, files)


@dataclass
class _Run:
    """A script under way. unchecked -- the line of a run whose exit code was not looked at yet."""

    project: Project
    ran: Ran | None = None
    unchecked: int | None = field(default=None)

    def lines(self, lines: Mapping[int, str]) -> None:
        for number, line in lines.items():
            try:
                negated, words = _words(line)
                self._do(number, words[0], words[1:], negated=negated)
            except AssertionError as error:
                raise ScriptError(f"{number}: {line}\n{error}") from None
        self._must_have_succeeded()

    def _do(self, number: int, verb: str, words: list[str], *, negated: bool) -> None:
        match verb, words:
            case "run", arguments:
                self._must_have_succeeded()
                self.ran, self.unchecked = self.project.run(*arguments), number
            case "exit", [code]:
                assert self._last.exit_code == int(code), f"it exits {self._last.exit_code}:\n{self._last.output}"
                self.unchecked = None
            case (("stdout" | "stderr"), [pattern]):
                text: str = getattr(self._last, verb)
                found = re.search(pattern, text, re.MULTILINE) is not None
                assert found != negated, f"{verb} is:\n{text}"
            case "stdout-is", [name]:
                assert self._last.stdout == (self.project.directory / name).read_text(), self._last.stdout
            case "json", [path, value]:
                got = json.dumps(_at(json.loads(self._last.stdout), path))
                assert got == value, f"{path} is {got}"
            case "exists", [name]:
                assert (self.project.directory / name).exists() != negated, (
                    f"{name}: {'there' if negated else 'missing'}"
                )
            case _:
                self._prepare(verb, words)

    def _prepare(self, verb: str, words: list[str]) -> None:
        match verb, words:
            case "env", [setting]:
                name, _, value = setting.partition("=")
                self.project.environ[name] = value
            case "sqlite", [database, script]:
                with closing(sqlite3.connect(self.project.directory / database)) as connection:
                    connection.executescript((self.project.directory / script).read_text())
            case "edit", [name, old, new]:
                path = self.project.directory / name
                assert old in path.read_text(), f"{name} does not hold {old!r}"
                path.write_text(path.read_text().replace(old, new))
            case _:
                raise AssertionError(f"no such verb, or not with these words: {verb} {words}")

    @property
    def _last(self) -> Ran:
        assert self.ran is not None, "nothing was run yet"
        return self.ran

    def _must_have_succeeded(self) -> None:
        if self.unchecked is not None and self._last.exit_code != 0:
            raise ScriptError(f"{self.unchecked}: exits {self._last.exit_code}:\n{self._last.output}")


def _words(line: str) -> tuple[bool, list[str]]:
    words = shlex.split(line)
    return (True, words[1:]) if words[0] == "!" else (False, words)


def _at(value: object, path: str) -> object:
    for key in _keys(path):
        value = value[int(key)] if isinstance(value, list) else value[key]  # type: ignore[index]
    return value


def _keys(path: str) -> Iterator[str]:
    yield from path.split(".")
