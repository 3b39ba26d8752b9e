"""The client against a real server: answers, refusals, the long poll, what happens when nobody is there."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from dmsform.api import codes
from dmsform.api.client import Client
from dmsform.api.models import TaskStatus
from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.server import codes as server_codes
from tests.server.stores import put
from tests.server.support import Server
from tests.servers import wait_until

LINEAGE = "lineage-1"


def code(caught: pytest.ExceptionInfo[DiagnosticError]) -> str:
    return caught.value.diagnostics[0].code


def test_the_servers_own_view(server: Server) -> None:
    started = server.start()
    assert server.client.status() == started
    assert (started.data_dir, started.tasks, started.running) == (str(server.data_dir), 0, 0)


def test_a_task_is_put_seen_listed_and_deleted(server: Server) -> None:
    server.start()
    client = server.client
    assert client.task(LINEAGE, "shop") is None
    created = client.put_task(put())
    assert created.status is TaskStatus.READY
    assert client.task(LINEAGE, "shop") == created
    assert client.tasks() == (created,)
    assert client.logs(LINEAGE, "shop") == ()
    warnings = client.delete_task(LINEAGE, "shop")
    assert [w.code for w in warnings] == [server_codes.CONTROL_NOT_RELEASED.id], "its target is not reachable"
    assert client.task(LINEAGE, "shop") is None


def test_names_may_hold_any_character(server: Server) -> None:
    server.start()
    lineage = "état/../%2F?#"
    server.client.put_task(put(lineage=lineage))
    found = server.client.task(lineage, "shop")
    assert found is not None
    assert found.lineage == lineage


def test_refusals_arrive_as_they_were_said(server: Server) -> None:
    server.start()
    server.client.put_task(put(serial=5, holder="grace@there"))
    with pytest.raises(DiagnosticError, match="grace@there already applied serial 5") as caught:
        server.client.put_task(put(serial=4))
    found = caught.value.diagnostics[0]
    assert (found.code, found.exit_code) == (server_codes.STALE_CHECKOUT.id, ExitCode.LOCKED)
    for call in (server.client.start, server.client.stop, server.client.resume, server.client.reload):
        with pytest.raises(DiagnosticError) as caught:
            call("other", "shop")
        assert code(caught) == server_codes.UNKNOWN_TASK.id


def test_events_are_waited_for(server: Server) -> None:
    server.start()
    server.client.put_task(put())
    (stored,) = server.client.events(LINEAGE, "shop")
    assert (stored.name, stored.task) == ("TaskStored", "shop")
    assert server.client.events(LINEAGE, "shop", after=stored.number) == ()
    timer = threading.Timer(0.3, server.client.put_task, [put(serial=2)])
    timer.start()
    began = time.monotonic()
    (later,) = server.client.events(LINEAGE, "shop", after=stored.number, wait=30)
    assert later.number > stored.number
    assert time.monotonic() - began < 20
    timer.join()


def test_a_wait_does_not_hold_up_the_servers_end(server: Server) -> None:
    server.start()
    server.client.put_task(put())
    answers: list[object] = []
    waiting = threading.Thread(target=lambda: answers.append(server.client.events(LINEAGE, "shop", 10**6, 60)))
    waiting.start()
    server.stop()
    waiting.join(timeout=20)
    assert answers == [()]


def test_nobody_is_there(tmp_path: Path) -> None:
    for client in (Client.for_data_dir(tmp_path), Client(url="http://127.0.0.1:1", token="t")):
        with pytest.raises(DiagnosticError) as caught:
            client.tasks()
        found = caught.value.diagnostics[0]
        assert (found.code, found.exit_code) == (codes.SERVER_NOT_RUNNING.id, ExitCode.UNREACHABLE)
        assert "dmsform server run" in found.remedy


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", codes.SERVER_GONE.id),
        (b"nonsense\r\n\r\n", codes.SERVER_GONE.id),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", codes.UNEXPECTED_ANSWER.id),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 4\r\n\r\noops", codes.UNEXPECTED_ANSWER.id),
    ],
)
def test_an_answer_that_makes_no_sense(answer: bytes, expected: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(DiagnosticError) as caught:
            Client(url=f"http://127.0.0.1:{listener.getsockname()[1]}").status()
        server.join()
    assert code(caught) == expected


def test_the_token_is_not_in_the_clients_text() -> None:
    assert "s3cr3t" not in repr(Client(url="http://127.0.0.1:1", token="s3cr3t"))


def test_a_server_that_was_killed_is_not_running(server: Server) -> None:
    server.start()
    server.kill()
    wait_until(lambda: (server.data_dir / "api.sock").exists(), "the socket that a killed server leaves")
    with pytest.raises(DiagnosticError) as caught:
        server.client.status()
    assert code(caught) == codes.SERVER_NOT_RUNNING.id
    assert server.start().tasks == 0
