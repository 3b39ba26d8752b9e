"""Servers out of Debian's packages: found by the machine's own sources, whatever their format, and cached whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dmsform.testing.debian import PackagesUnavailableError, Programs, cached
from dmsform.testing.debian_sources import debian_archives

_BUILDER = """
import sys
from pathlib import Path
from dmsform.testing.debian import cached

def build(folder):
    with open(sys.argv[1], "a") as log:
        log.write("built\\n")
    (folder / "whole").touch()

print((cached("thing-1", build) / "whole").exists())
"""
_LINES = """\
# deb http://old.example.com/debian bookworm main
deb [arch=amd64 signed-by=/keys/other.gpg] https://apt.example.com/tool bookworm main
deb-src http://mirror.example.com/debian bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example.com/debian bookworm main # near
deb http://mirror.example.com/debian-security bookworm-security main
"""
_PARAGRAPHS = """\
Types: deb deb-src
# dated
URIs: http://mirror.example.com/debian
Suites: bookworm
 bookworm-updates
Components: main non-free
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINB
 -----END PGP PUBLIC KEY BLOCK-----
Check-Valid-Until: no

Enabled: no
Types: deb
URIs: http://off.example.com/debian
Suites: bookworm
Components: main
"""


def test_sources_of_one_line_each(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text(_LINES)
    archives = debian_archives("bookworm", tmp_path)
    assert {archive.suffix for archive in archives} == {".list"}
    assert "".join(archive.for_suite("sid") for archive in archives).splitlines() == [
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example.com/debian sid main",
        "deb [arch=amd64 signed-by=/keys/other.gpg] https://apt.example.com/tool sid main",
    ]


def test_sources_in_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(_PARAGRAPHS)
    (source,) = debian_archives("bookworm", tmp_path)
    assert source.suffix == ".sources"
    assert source.for_suite("sid").splitlines() == [
        "Types: deb",
        "Suites: sid",
        "Components: main",
        "URIs: http://mirror.example.com/debian",
        "Signed-By:",
        " -----BEGIN PGP PUBLIC KEY BLOCK-----",
        " .",
        " mQINB",
        " -----END PGP PUBLIC KEY BLOCK-----",
        "Check-Valid-Until: no",
    ]


def test_of_many_processes_one_builds(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", _BUILDER, str(log)]
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": ":".join(sys.path)}
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(4)]
    assert [process.communicate()[0].strip() for process in started] == ["True"] * 4
    assert log.read_text() == "built\n"


def test_what_fails_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise PackagesUnavailableError("no network")

    with pytest.raises(PackagesUnavailableError, match="no network"):
        cached("thing-1", fail)
    assert [path.name for path in (tmp_path / "dmsform" / "servers").iterdir()] == ["thing-1.lock"]
    assert list(cached("thing-1", lambda folder: (folder / "whole").touch()).iterdir())


def test_packages_without_a_loader_are_unavailable(tmp_path: Path) -> None:
    with pytest.raises(PackagesUnavailableError, match="no loader"):
        Programs(tmp_path, "usr/sbin/mysqld").command()
