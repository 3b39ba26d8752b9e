"""The data directory is closed to others and one server's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.api.paths import DataDirectory
from dmsform.diagnostics import DiagnosticError
from dmsform.server import codes
from dmsform.server.directory import prepare_directory, server_lock, write_file


def test_it_is_made_private(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "a" / "b")
    prepare_directory(directory)
    assert directory.path.stat().st_mode & 0o777 == 0o700


def test_one_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(DiagnosticError, match="others may enter") as caught:
        prepare_directory(DataDirectory(tmp_path / "open"))
    assert caught.value.diagnostics[0].code == codes.DATA_DIRECTORY.id


def test_one_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiagnosticError) as caught:
        prepare_directory(DataDirectory(tmp_path / "file" / "below"))
    assert caught.value.diagnostics[0].code == codes.DATA_DIRECTORY.id


def test_the_lock_is_one_servers_and_goes_with_it(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with server_lock(directory):
        with pytest.raises(DiagnosticError) as caught, server_lock(directory):
            raise AssertionError("two servers")
        assert caught.value.diagnostics[0].code == codes.SERVER_RUNS_ALREADY.id
    with server_lock(directory):
        pass


def test_files_are_replaced_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "token"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["token"]
