"""The fault proxy: every fault acts at the byte, connection and direction it names, and is gone when cleared."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from dmsform.testing.proxy import BlackHole, Cut, Delay, Direction, Fault, FaultProxy, Garbage, Rewrite
from tests.servers import wait_until

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(65536):
            self.request.sendall(data)


class _EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Resets are what these tests are about."""


@pytest.fixture(scope="module")
def echo() -> Iterator[tuple[str, int]]:
    with _EchoServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield "127.0.0.1", server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(echo: tuple[str, int]) -> Iterator[FaultProxy]:
    with FaultProxy(*echo) as proxy:
        yield proxy


def connect(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection((proxy.host, proxy.port), timeout=20)


def echoed(client: socket.socket, data: bytes, size: int | None = None) -> bytes:
    """What comes back for `data`, up to `size` bytes or the connection's end."""
    client.sendall(data)
    return received(client, len(data) if size is None else size)


def received(client: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size and (piece := client.recv(size - len(got))):
        got += piece
    return got


def test_forwards_everything_and_counts(proxy: FaultProxy) -> None:
    data = bytes(range(256)) * 20_000
    got = bytearray()
    with connect(proxy) as client:

        def send() -> None:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        while piece := client.recv(1 << 20):
            got += piece
        sender.join()
    assert got == data
    assert [proxy.received(d) for d in Direction] == [proxy.delivered(d) for d in Direction] == [len(data)] * 2
    assert proxy.connections == 1
    wait_until(lambda: proxy.open_connections == 0, "the connection's end")


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("direction", [TO_CLIENT, TO_SERVER])
def test_cut_after_exactly_so_many_bytes(proxy: FaultProxy, direction: Direction, reset: bool) -> None:
    proxy.set(Cut(reset), direction, after_bytes=1000)
    with connect(proxy) as client:
        assert echoed(client, b"a" * 999) == b"a" * 999
        client.sendall(b"bcd")
        if reset:
            with pytest.raises(ConnectionResetError):
                received(client, 100)
        else:
            assert received(client, 100) in (b"", b"b")
    assert proxy.delivered(direction) == 1000
    assert proxy.open_connections == 0


def test_cut_reaches_an_idle_connection_at_once(proxy: FaultProxy) -> None:
    with connect(proxy) as client:
        assert echoed(client, b"hello") == b"hello"
        proxy.set(Cut(), after_bytes=3)
        assert proxy.open_connections == 0
        assert client.recv(1) == b""


def test_drop_resets_whatever_is_open(proxy: FaultProxy) -> None:
    with connect(proxy) as client:
        echoed(client, b"hello")
        proxy.drop(reset=True)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with connect(proxy) as client:
        assert echoed(client, b"again") == b"again"


def test_times_and_connections_choose_who_is_hit(proxy: FaultProxy) -> None:
    proxy.set(Cut(), TO_CLIENT, after_bytes=2, after_connections=1, times=2)
    got = []
    for _ in range(4):
        with connect(proxy) as client:
            got.append(echoed(client, b"hello"))
    assert got == [b"hello", b"he", b"he", b"hello"]


def test_a_black_hole_holds_the_rest_back_until_it_is_gone(proxy: FaultProxy) -> None:
    proxy.set(BlackHole(), TO_CLIENT, after_bytes=3)
    with connect(proxy) as client:
        client.sendall(b"hello")
        assert received(client, 3) == b"hel"
        wait_until(lambda: proxy.received(TO_CLIENT) == 5, "the echo")
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert proxy.open_connections == 1
        client.settimeout(20)
        proxy.clear()
        assert received(client, 2) == b"lo"


def test_a_black_hole_reads_no_more_so_that_the_sender_feels_it(proxy: FaultProxy) -> None:
    proxy.set(BlackHole())
    with connect(proxy) as client:
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.sendall(bytes(64 << 20))
        assert proxy.received(TO_SERVER) <= 1 << 16


def test_delay_holds_each_chunk(proxy: FaultProxy) -> None:
    with connect(proxy) as client:
        echoed(client, b"quick")
        proxy.set(Delay(0.1), TO_SERVER)
        start = time.monotonic()
        assert echoed(client, b"slow") == b"slow"
        assert echoed(client, b"slow") == b"slow"
        assert 0.2 <= time.monotonic() - start < 10
        proxy.set(Delay(3600))
        client.sendall(b"at last")
        wait_until(lambda: proxy.received(TO_SERVER) == 20, "the chunk")
        proxy.clear()
        assert received(client, 7) == b"at last"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Garbage(b"XY"), b"heXYo, world"),
        (Garbage(b"XY", insert=True), b"heXYllo, world"),
        (Rewrite(bytes.upper), b"heLLO, WORLD"),
    ],
    ids=["replaced", "inserted", "rewritten"],
)
@pytest.mark.parametrize("direction", [TO_CLIENT, TO_SERVER])
def test_bytes_change_at_their_place(proxy: FaultProxy, direction: Direction, fault: Fault, expected: bytes) -> None:
    proxy.set(fault, direction, after_bytes=2)
    with connect(proxy) as client:
        half = echoed(client, b"h", 1)
        assert half + echoed(client, b"ello, world", len(expected) - 1) == expected


def test_refuses_by_closing(proxy: FaultProxy) -> None:
    proxy.refuse(after_connections=1)
    with connect(proxy) as first, connect(proxy) as second:
        assert echoed(first, b"hello") == b"hello"
        assert second.recv(1) == b""
    assert proxy.connections == 2


def test_refuses_by_not_listening_and_listens_again_on_the_same_port(proxy: FaultProxy) -> None:
    with connect(proxy) as client:
        assert echoed(client, b"hello") == b"hello"
        proxy.refuse(listening=False)
        with pytest.raises(ConnectionRefusedError):
            connect(proxy)
        assert echoed(client, b"still here") == b"still here"
    proxy.clear()
    with connect(proxy) as client:
        assert echoed(client, b"hello") == b"hello"


def test_a_server_that_is_gone_is_a_closed_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with FaultProxy("127.0.0.1", unused.getsockname()[1]) as proxy, connect(proxy) as client:
            assert client.recv(1) == b""


def test_an_error_in_a_rewriting_function_is_raised(echo: tuple[str, int]) -> None:
    def fail(_: bytes) -> bytes:
        raise ValueError("from the test")

    def use(context: AbstractContextManager[FaultProxy]) -> None:
        with context as proxy:
            proxy.set(Rewrite(fail))
            with connect(proxy) as client:
                assert echoed(client, b"hello") == b""

    with pytest.raises(ValueError, match="from the test"):
        use(FaultProxy(*echo))
