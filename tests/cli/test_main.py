"""Whatever goes wrong ends in a diagnostic, an exit code and, if it is our own mistake, a file for the bug report."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dmsform.cli import main as command_line
from dmsform.cli.kit import Command
from dmsform.diagnostics import Code, DiagnosticError, ExitCode

CPU_SECONDS = 0.15
RUNS = 6
DMSFORM = [sys.executable, "-m", "dmsform"]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A command `version` that raises, in a folder of its own."""

    def fail() -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "dmsform.cli.commands.version.version", Command("version", callback=fail, help="Fails."), raising=True
    )
    return tmp_path


def test_a_bug_leaves_a_file_and_no_traceback(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["version"]) == ExitCode.ERROR
    (crash,) = broken.glob("dmsform-crash-*.log")
    said = capsys.readouterr().err
    assert "This is a bug in dmsform" in said
    assert str(crash) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError: nobody foresaw this" in crash.read_text()
    assert stat.S_IMODE(crash.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("raised", "exit_code"),
    [
        (KeyboardInterrupt(), ExitCode.CANCELLED),
        (click.Abort(), ExitCode.CANCELLED),
        (click.UsageError("what?"), ExitCode.CONFIGURATION),
        (DiagnosticError(Code("DMS000", "S", "E.", ExitCode.LOCKED).error("D.", "R.")), ExitCode.LOCKED),
        (DiagnosticError(Code("DMS000", "S", "E.").warning("D.", "R.")), ExitCode.ERROR),
    ],
)
def test_exit_codes(monkeypatch: pytest.MonkeyPatch, raised: BaseException, exit_code: ExitCode) -> None:
    def fail() -> None:
        raise raised

    monkeypatch.setattr("dmsform.cli.commands.version.version", Command("version", callback=fail))
    assert command_line.main(["version"]) == exit_code


def test_a_reader_that_leaves_is_no_bug(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([*DMSFORM, "-help"], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, check=False)
    os.close(writing)
    assert ended.returncode == ExitCode.ERROR
    assert ended.stderr == b""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", ["-help", "version", "version -json", "validate -json"])
def test_a_full_disk_is_no_bug(tmp_path: Path, arguments: str) -> None:
    with Path("/dev/full").open("w") as full:
        said = subprocess.PIPE
        ended = subprocess.run([*DMSFORM, *arguments.split()], stdout=full, stderr=said, cwd=tmp_path, check=False)
    assert ended.returncode == ExitCode.ERROR
    assert "Output cannot be written (DMS866)" in ended.stderr.decode()
    assert "No space left on device" in ended.stderr.decode()
    assert "Traceback" not in ended.stderr.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", ["version", "nonsense", "validate -json"])
def test_nothing_can_be_told_where_both_streams_are_full(tmp_path: Path, arguments: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([*DMSFORM, *arguments.split()], stdout=full, stderr=full, cwd=tmp_path, check=False)
    assert ended.returncode == ExitCode.ERROR
    assert list(tmp_path.iterdir()) == []


def test_version_answers_at_once() -> None:
    """The least of some runs: what the machine does meanwhile can only add."""
    spent = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*DMSFORM, "version"], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) <= CPU_SECONDS, spent


def test_version_loads_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "pydantic", "networkx", "rich", "sqlglot", "httpx", "hcl2", "psycopg")
    code = "import sys; from dmsform.cli.main import main; main(['version'])"
    code += f"; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]"
