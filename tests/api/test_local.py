"""What a server inherits of its starter, and how its failure to start is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.api import codes
from dmsform.api.local import ensure_server, passed_on, stop_server
from dmsform.diagnostics import DiagnosticError
from dmsform.testing.faults import is_gone
from tests.server.support import Server
from tests.servers import wait_until


def test_no_variable_that_may_hold_a_secret_is_passed_on() -> None:
    given = {
        "PATH": "/bin", "HOME": "/root", "LC_ALL": "C", "PYTHONWARNINGS": "error", "TZ": "UTC",
        "DMS_VAR_password": "x", "PGPASSWORD": "x", "AWS_SECRET_ACCESS_KEY": "x", "DMSFORM_TOKEN": "x",
    }  # fmt: skip
    assert set(passed_on(given)) == {"PATH", "HOME", "LC_ALL", "PYTHONWARNINGS", "TZ"}


def test_a_running_servers_environment_has_none(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DMS_VAR_password", "correct-horse")
    process = server.start().process_id
    assert b"correct-horse" not in Path(f"/proc/{process}/environ").read_bytes()


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiagnosticError, match="cannot be used") as caught:
        ensure_server(tmp_path / "file" / "below")
    assert caught.value.diagnostics[0].code == codes.SERVER_FAILED_TO_START.id


def test_the_end_of_the_log_says_why(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "server.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(DiagnosticError, match="file is not a database") as caught:
        ensure_server(tmp_path)
    assert caught.value.diagnostics[0].code == codes.SERVER_FAILED_TO_START.id


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    stop_server(tmp_path)
    stop_server(tmp_path / "never")


def test_a_server_that_does_not_answer_is_stopped_all_the_same(server: Server) -> None:
    process = server.start().process_id
    (server.data_dir / "api.sock").unlink()
    server.stop()
    wait_until(lambda: is_gone(process), "the server's end")
