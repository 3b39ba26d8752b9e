"""Who may speak to the API: whoever may open the Unix socket, and over loopback TCP whoever holds the token."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from dmsform.api.paths import DataDirectory
from dmsform.diagnostics import DiagnosticError
from dmsform.server import codes
from dmsform.server.directory import write_file
from dmsform.server.problems import problem

_BACKLOG = 128


class TokenRequired:
    """Lets requests pass that come over the Unix socket, and those over TCP that bear the token."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and _over_tcp(scope) and not self._bears_token(scope):
            refused = codes.UNAUTHORIZED.error(
                "The request bears no token, or not this server's.",
                "Send the header `Authorization: Bearer TOKEN` with the content of the file `token` in the server's "
                "data directory.",
            )
            await problem([refused])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _bears_token(self, scope: Scope) -> bool:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"authorization", b"")
        return self._token is not None and hmac.compare_digest(given, f"Bearer {self._token}".encode())


def _over_tcp(scope: Scope) -> bool:
    """By the ASGI specification a server address has a port exactly if it is not a Unix socket's."""
    server = scope.get("server")
    return server is not None and server[1] is not None


def load_token(path: Path) -> str:
    """The server's token, made where missing."""
    if not path.exists():
        write_file(path, secrets.token_urlsafe(32).encode())
    return path.read_text().strip()


def listen_unix(directory: DataDirectory) -> socket.socket:
    """The Unix socket, mode 0600; a dead server's is replaced. Call under the server's lock."""
    path = directory.socket
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))  # the daemon's umask makes it 0600 from the first instant
    listener.listen(_BACKLOG)
    return listener


def listen_tcp(address: str) -> socket.socket:
    """A listener at `ADDRESS:PORT`. Raises DiagnosticError unless it is a free loopback address."""
    host, _, port = address.rpartition(":")
    try:
        ip = ipaddress.ip_address(host.strip("[]"))
        number = int(port)
    except ValueError:
        raise _refused(address, "it is not of the form 127.0.0.1:PORT") from None
    if not ip.is_loopback:
        raise _refused(address, "it can be reached from other machines")
    family = socket.AF_INET6 if ip.version == 6 else socket.AF_INET
    try:
        return socket.create_server((str(ip), number), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise _refused(address, str(error)) from error


def _refused(address: str, why: str) -> DiagnosticError:
    return DiagnosticError(
        codes.LISTEN_ADDRESS.error(
            f"The server does not listen at {address!r}: {why}.",
            "Give a loopback address and a free port, as in --listen 127.0.0.1:7070; reach it from other machines "
            "through ssh -L.",
        )
    )
