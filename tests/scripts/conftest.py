"""Collects `*.txtar` files as tests: each is a script of commands, followed by the files it works on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.script import Script, ScriptError, parse_script


class ScriptFile(pytest.File):
    """One txtar file, one test."""

    def collect(self) -> Iterator[pytest.Item]:
        """The file's one item."""
        yield ScriptItem.from_parent(self, name=self.path.stem)


class ScriptItem(pytest.Item):
    """Runs the script in a folder of its own."""

    def runtest(self) -> None:
        """Run it."""
        script: Script = parse_script(self.path.read_text(encoding="utf-8"))
        script.run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_style: object) -> str:
        """A failed line is told without Python's traceback."""
        if isinstance(excinfo.value, ScriptError):
            return f"{self.path.name}:{excinfo.value}"
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, int, str]:
        """How the test is called in reports."""
        return self.path, 0, self.name


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the txtar files."""
    return ScriptFile.from_parent(parent, path=file_path) if file_path.suffix == ".txtar" else None
