"""The TCP listener: loopback alone, and nothing without the token."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.api.client import Client
from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.server import codes
from dmsform.server.access import listen_tcp
from dmsform.testing.postgresql_server import free_port
from tests.server.support import Server


@pytest.mark.parametrize("address", ["0.0.0.0:7070", "192.168.1.1:7070", "[::]:7070", "localhost:7070", "7070", ""])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        listen_tcp(address)
    assert caught.value.diagnostics[0].code == codes.LISTEN_ADDRESS.id


def test_a_taken_port_is_refused() -> None:
    with listen_tcp("127.0.0.1:0") as first:
        port = first.getsockname()[1]
        with pytest.raises(DiagnosticError, match="Address already in use"):
            listen_tcp(f"127.0.0.1:{port}")


def test_only_the_token_opens_it(server: Server) -> None:
    port = free_port()
    view = server.start(listen=f"127.0.0.1:{port}")
    url, token_file = f"http://127.0.0.1:{port}", Path(server.data_dir / "token")
    assert token_file.stat().st_mode & 0o777 == 0o600
    token = token_file.read_text()
    assert Client(url=url, token=token).status() == view
    for wrong in (None, "", "wrong", token[:-1], token + "x"):
        with pytest.raises(DiagnosticError) as caught:
            Client(url=url, token=wrong).shutdown()
        found = caught.value.diagnostics[0]
        assert (found.code, found.exit_code) == (codes.UNAUTHORIZED.id, ExitCode.AUTHENTICATION)
    assert server.client.status() == view, "the Unix socket wants none, and nobody shut the server down"
