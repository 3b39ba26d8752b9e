"""The client of the replication server's API: plain HTTP over its Unix socket, or over loopback TCP with a token.

`http.client` costs a quarter of the CPU that importing httpx does (0.04 s against 0.16 s), and `plan` has one second;
it is loaded with the first request.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BaseModel, ValidationError

from dmsform.api import codes
from dmsform.api.models import (
    DeletedAnswer,
    Event,
    EventsAnswer,
    LogsAnswer,
    Problem,
    PutTask,
    ServerView,
    TasksAnswer,
    TaskView,
)
from dmsform.api.paths import DataDirectory, owned_by_us_alone
from dmsform.diagnostics import Diagnostic, DiagnosticError, diagnostic_from_json

if TYPE_CHECKING:
    from http.client import HTTPConnection

_SECONDS = 30.0
_DELETE_SECONDS = 120.0
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Client:
    """Speaks to one server. Every method raises DiagnosticError: the server's own diagnostics, or why none came.

    data_dir -- found by its socket; or url (`http://127.0.0.1:PORT`) with the bearer token.
    """

    data_dir: Path | None = None
    url: str | None = None
    token: str | None = field(default=None, repr=False)

    @classmethod
    def for_data_dir(cls, data_dir: Path) -> Client:
        """The client of the server whose data directory this is."""
        return cls(data_dir=data_dir)

    def status(self) -> ServerView:
        """The server itself."""
        return self._call(ServerView, "GET", "/v1/status")

    def tasks(self) -> tuple[TaskView, ...]:
        """All tasks, without their table statistics."""
        return self._call(TasksAnswer, "GET", "/v1/tasks").tasks

    def task(self, lineage: str, name: str) -> TaskView | None:
        """One task with its table statistics; None when the server does not know it."""
        status, body = self._request("GET", _path(lineage, name))
        return None if status == 404 else self._read(TaskView, status, body)

    def put_task(self, put: PutTask) -> TaskView:
        """Create the task, or modify one that is not running."""
        path = _path(put.definition.lineage, put.definition.name)
        return self._call(TaskView, "PUT", path, put.model_dump_json().encode())

    def start(self, lineage: str, name: str) -> TaskView:
        """Let the task run; a running one is left alone, one with completed tables goes on with the others."""
        return self._call(TaskView, "POST", f"{_path(lineage, name)}/start")

    def stop(self, lineage: str, name: str) -> TaskView:
        """Ask the task to stop; returns while it is still stopping."""
        return self._call(TaskView, "POST", f"{_path(lineage, name)}/stop")

    def resume(self, lineage: str, name: str) -> TaskView:
        """Go on at the tables not yet completed."""
        return self._call(TaskView, "POST", f"{_path(lineage, name)}/resume")

    def reload(self, lineage: str, name: str) -> TaskView:
        """Load all tables again, replacing what the task loaded before."""
        return self._call(TaskView, "POST", f"{_path(lineage, name)}/reload")

    def delete_task(self, lineage: str, name: str) -> list[Diagnostic]:
        """Stop and forget the task; the target's data stay. Returns warnings of what could not be cleaned up."""
        status, body = self._request("DELETE", _path(lineage, name), seconds=_DELETE_SECONDS)
        return [diagnostic_from_json(d) for d in self._read(DeletedAnswer, status, body).warnings]

    def events(self, lineage: str, name: str, after: int = 0, wait: float = 0.0) -> tuple[Event, ...]:
        """The task's events numbered above `after`; waits up to `wait` seconds for the first one."""
        query = urlencode({"after": after, "wait": wait})
        path = f"{_path(lineage, name)}/events?{query}"
        status, body = self._request("GET", path, seconds=wait + _SECONDS)
        return self._read(EventsAnswer, status, body).events

    def logs(self, lineage: str, name: str, lines: int = 100) -> tuple[str, ...]:
        """The last lines of the task's log, oldest first."""
        return self._call(LogsAnswer, "GET", f"{_path(lineage, name)}/logs?{urlencode({'lines': lines})}").lines

    def shutdown(self) -> None:
        """Ask the server to end; its running tasks go on when it is started again."""
        self._call(ServerView, "POST", "/v1/shutdown")

    def _call(self, model: type[_Model], method: str, path: str, body: bytes | None = None) -> _Model:
        status, answer = self._request(method, path, body)
        return self._read(model, status, answer)

    def _read(self, model: type[_Model], status: int, body: bytes) -> _Model:
        try:
            if status < 400:
                return model.model_validate_json(body)
            found = Problem.model_validate_json(body).diagnostics
        except ValidationError as error:
            raise DiagnosticError(self._unexpected(status)) from error
        raise DiagnosticError([diagnostic_from_json(d) for d in found])

    def _request(
        self, method: str, path: str, body: bytes | None = None, seconds: float = _SECONDS
    ) -> tuple[int, bytes]:
        from http.client import HTTPException

        connection = self._connect(seconds)
        try:
            # A server that refuses before it has read the body says why all the same.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, self._headers(body))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:
            raise DiagnosticError(self._gone(error)) from error
        finally:
            connection.close()

    def _headers(self, body: bytes | None) -> Mapping[str, str]:
        headers = {"Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def _connect(self, seconds: float) -> HTTPConnection:
        from http.client import HTTPConnection

        try:
            if self.data_dir is not None:
                connection = HTTPConnection("localhost", timeout=seconds)
                connection.sock = _unix_socket(DataDirectory(self.data_dir), seconds)
                return connection
            address = urlsplit(self.url or "")
            connection = HTTPConnection(address.hostname or "", address.port, timeout=seconds)
            connection.connect()
        except OSError as error:
            raise DiagnosticError(self._not_running(error)) from error
        return connection

    def _where(self) -> str:
        return f"of data directory {DataDirectory(self.data_dir).path}" if self.data_dir else f"at {self.url}"

    def _not_running(self, error: OSError) -> Diagnostic:
        start = f"dmsform server run -data-dir={self.data_dir}" if self.data_dir else "dmsform server run"
        return codes.SERVER_NOT_RUNNING.error(
            f"The replication server {self._where()} does not answer: {error.strerror or error}.",
            f"Run dmsform apply, which starts it, or start it by hand: {start}",
        )

    def _gone(self, error: Exception) -> Diagnostic:
        return codes.SERVER_GONE.error(
            f"The replication server {self._where()} broke off the request: {type(error).__name__}: {error}.",
            "Run the command again; its tasks go on when the server was restarted. The server's log, server.log in "
            "its data directory, says why it ended.",
        )

    def _unexpected(self, status: int) -> Diagnostic:
        return codes.UNEXPECTED_ANSWER.error(
            f"The server {self._where()} answered with status {status} and a body that this client cannot read.",
            "Stop the server (dmsform server stop) and start it again with this version of dmsform.",
        )


def _path(lineage: str, name: str) -> str:
    """A task's path. Encoded twice: servers split a path at slashes after they have decoded it once."""
    twice = (quote(quote(part, safe=""), safe="") for part in (lineage, name))
    return f"/v1/tasks/{'/'.join(twice)}"


def _unix_socket(directory: DataDirectory, seconds: float) -> socket.socket:
    path = directory.socket
    if path.parent != directory.path and path.parent.exists() and not owned_by_us_alone(path.parent):
        raise OSError(f"{path.parent} belongs to somebody else")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def describe_server(directory: DataDirectory) -> dict[str, Any]:
    """What `server.json` says of the server that was last started here; empty when it cannot be read."""
    try:
        found = json.loads(directory.description.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
