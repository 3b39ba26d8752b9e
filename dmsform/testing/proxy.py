"""A TCP proxy in front of a real server that makes the network fail, on command and at an exact byte.

One thread owns every socket, so that a fault is in force when the call that set it returns, and acts at the byte it
names, however chunks arrive. `proxy_faults` decides what bytes become; this file only moves them.

    with FaultProxy(server.host, server.port) as proxy:
        proxy.set(Cut(reset=True), Direction.TO_CLIENT, after_bytes=100_000, times=1)
        ... connect to proxy.host and proxy.port instead of the server's
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from dmsform.testing.proxy_faults import BlackHole, Cut, Delay, Direction, Fault, Flow, Garbage, Rewrite, Rule

__all__ = ["BlackHole", "Cut", "Delay", "Direction", "Fault", "FaultProxy", "Garbage", "Rewrite"]

_CHUNK = 1 << 16
_PATIENCE = 10.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Command:
    run: Callable[[], None]
    fail: Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class _Refusal:
    after_connections: int
    listening: bool


@dataclass(eq=False, slots=True)
class _Connection:
    client: socket.socket
    server: socket.socket
    flows: dict[Direction, Flow]
    chunks: dict[Direction, list[int]]
    # Sent a FIN and only waits for the peers' own; a plain close would turn what still arrives into a reset.
    leaving: bool = False
    finished: set[Direction] = field(default_factory=set)

    def source(self, direction: Direction) -> socket.socket:
        return self.client if direction is Direction.TO_SERVER else self.server

    def sink(self, direction: Direction) -> socket.socket:
        return self.server if direction is Direction.TO_SERVER else self.client

    def interest(self) -> dict[socket.socket, int]:
        """What to wait for, for each of the two sockets."""
        wanted = {self.client: 0, self.server: 0}
        for direction, flow in self.flows.items():
            reads = not flow.ended if self.leaving else flow.wants_more
            wanted[self.source(direction)] |= selectors.EVENT_READ if reads else 0
            wanted[self.sink(direction)] |= selectors.EVENT_WRITE if flow.outgoing and not self.leaving else 0
        return wanted


class FaultProxy:
    """Forwards 127.0.0.1:`port` to a server, faithfully until told otherwise. All methods may be called at any time."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self.host = "127.0.0.1"
        # Never listens itself: it keeps the port while the proxy refuses to listen on it.
        self._place = _bound(0)
        self.port = int(self._place.getsockname()[1])
        self._listener: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._commands: SimpleQueue[_Command] = SimpleQueue()
        self._rules: list[Rule] = []
        self._refusal: _Refusal | None = None
        self._connections: list[_Connection] = []
        self._accepted = 0
        self._received, self._delivered = dict.fromkeys(Direction, 0), dict.fromkeys(Direction, 0)
        self._chunks: list[dict[Direction, list[int]]] = []
        self._stopping = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"fault proxy {self.port}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(lambda: None)  # it listens
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            self._call(self._stop)
        self._thread.join(_PATIENCE)
        if self._failure is not None and error is None:
            raise self._failure

    def set(
        self,
        fault: Fault,
        direction: Direction | None = None,
        *,
        after_bytes: int = 0,
        after_connections: int = 0,
        times: int | None = None,
    ) -> None:
        """Let something go wrong, besides what already does; in both directions unless one is given.

        after_bytes -- that many bytes of a connection pass first, in that direction; open connections that are past
        them fail at once. after_connections -- the first so many connections of this proxy are spared (see
        `connections`). times -- at most so many connections are hit, the first that get there.
        """
        rule = Rule(fault, direction, after_bytes, after_connections, times)
        self._call(lambda: self._rules.append(rule))

    @property
    def struck(self) -> int:
        """How many of the faults that are set have met a connection."""
        return self._call(lambda: sum(bool(rule.hit) for rule in self._rules))

    def refuse(self, *, listening: bool = True, after_connections: int = 0) -> None:
        """Take no connection beyond the first so many: close it when accepted, or do not even listen."""
        self._call(lambda: self._set_refusal(_Refusal(after_connections, listening)))

    def clear(self) -> None:
        """Forget every fault: what a black hole or a delay holds back goes on, connections are taken again."""
        self._call(self._clear)

    def drop(self, *, reset: bool = False) -> None:
        """Close every open connection now, whatever is still on its way in it."""
        self._call(lambda: self._close_all(reset=reset))

    @property
    def connections(self) -> int:
        """How many connections were forwarded or refused so far."""
        return self._call(lambda: self._accepted)

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        return self._call(lambda: sum(not c.leaving for c in self._connections))

    def received(self, direction: Direction) -> int:
        """How many bytes came in, over all connections."""
        return self._call(lambda: self._received[direction])

    def delivered(self, direction: Direction) -> int:
        """How many bytes went on, over all connections."""
        return self._call(lambda: self._delivered[direction])

    def chunks(self) -> tuple[Mapping[Direction, tuple[int, ...]], ...]:
        """The sizes of what came in, piece by piece as the network brought it, for each connection that was forwarded.

        Peers that answer each other send an answer in one piece: so this tells where in a conversation a byte is.
        """
        return self._call(lambda: tuple({d: tuple(sizes) for d, sizes in one.items()} for one in self._chunks))

    def _call(self, function: Callable[[], T]) -> T:
        """Run a function in the thread that owns the sockets, and wait for what it makes of them."""
        if not self._thread.is_alive():
            raise RuntimeError("the proxy does not run") from self._failure
        done: Future[T] = Future()

        def command() -> None:
            value = function()
            self._advance()
            done.set_result(value)

        self._commands.put(_Command(command, done.set_exception))
        self._wake.send(b"!")
        return done.result(_PATIENCE)

    def _run(self) -> None:
        error: BaseException = RuntimeError("the proxy has ended")
        try:
            self._selector.register(self._woken, selectors.EVENT_READ, self._obey)
            while not self._stopping:
                self._advance()
                for key, events in self._selector.select(self._timeout()):
                    key.data(events)
        except BaseException as failure:  # raised at the end of the context: a function of the test's may have failed
            self._failure = error = failure
        self._close_all(reset=False)
        for left in (self._listener, self._place, self._wake, self._woken, self._selector):
            if left is not None:
                left.close()
        while not self._commands.empty():
            self._commands.get().fail(error)

    def _obey(self, _events: int) -> None:
        self._woken.recv(_CHUNK)
        while not self._commands.empty():
            command = self._commands.get()
            try:
                command.run()
            except BaseException as error:
                command.fail(error)
                raise

    def _stop(self) -> None:
        self._stopping = True

    def _clear(self) -> None:
        self._rules.clear()
        self._refusal = None

    def _set_refusal(self, refusal: _Refusal) -> None:
        self._refusal = refusal

    def _timeout(self) -> float | None:
        due = [f.due for c in self._connections for f in c.flows.values() if f.due is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _advance(self) -> None:
        """Bring everything in line with the rules: who listens, what goes on, what is waited for."""
        self._listen()
        now = time.monotonic()
        for connection in tuple(self._connections):
            for direction, flow in connection.flows.items():
                if not connection.leaving:
                    flow.advance(self._rules, now)
                    self._finish(connection, direction, flow)
            if connection.leaving and all(flow.ended for flow in connection.flows.values()):
                self._close(connection, reset=False)
            if connection in self._connections:
                for sock, wanted in connection.interest().items():
                    self._await(sock, wanted, connection)

    def _finish(self, connection: _Connection, direction: Direction, flow: Flow) -> None:
        if flow.outgoing or connection not in self._connections:
            return
        if flow.cut is not None and flow.cut.reset:
            self._close(connection, reset=True)
        elif flow.cut is not None:
            connection.leaving = True
            for sock in (connection.client, connection.server):
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_WR)
        elif flow.ended and not flow.incoming and direction not in connection.finished:
            connection.finished.add(direction)
            with suppress(OSError):
                connection.sink(direction).shutdown(socket.SHUT_WR)
            if len(connection.finished) == len(Direction):
                self._close(connection, reset=False)

    def _await(self, sock: socket.socket, wanted: int, connection: _Connection) -> None:
        known = self._selector.get_map().get(sock)
        if known is not None and known.events == wanted:
            return
        if known is not None:
            self._selector.unregister(sock)
        if wanted:
            self._selector.register(sock, wanted, lambda events: self._move(connection, sock, events))

    def _move(self, connection: _Connection, sock: socket.socket, events: int) -> None:
        try:
            for direction, flow in connection.flows.items():
                if connection not in self._connections:
                    return
                if events & selectors.EVENT_READ and sock is connection.source(direction):
                    data = sock.recv(_CHUNK)
                    self._received[direction] += len(data)
                    connection.chunks[direction].append(len(data))
                    flow.take(b"" if connection.leaving else data, ended=not data)
                if events & selectors.EVENT_WRITE and sock is connection.sink(direction) and flow.outgoing:
                    sent = sock.send(flow.outgoing)
                    del flow.outgoing[:sent]
                    self._delivered[direction] += sent
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._close(connection, reset=True)  # as the peer did

    def _listen(self) -> None:
        refusal = self._refusal
        wanted = refusal is None or refusal.listening or self._accepted < refusal.after_connections
        if wanted and self._listener is None:
            self._listener = _bound(self.port)
            self._listener.listen(128)
            self._listener.setblocking(False)
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        elif not wanted and self._listener is not None:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def _accept(self, _events: int) -> None:
        if self._listener is None:
            return  # closed by a command that came with this event
        try:
            client, _ = self._listener.accept()
        except OSError:
            return  # gone again
        self._accepted += 1
        if self._refusal is not None and self._accepted > self._refusal.after_connections:
            client.close()
            return
        try:
            server = socket.create_connection(self._server, _PATIENCE)
        except OSError:
            client.close()
            return
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._chunks.append({d: [] for d in Direction})
        flows = {d: Flow(self._accepted, d) for d in Direction}
        self._connections.append(_Connection(client, server, flows, self._chunks[-1]))

    def _close_all(self, *, reset: bool) -> None:
        for connection in tuple(self._connections):
            self._close(connection, reset=reset)

    def _close(self, connection: _Connection, *, reset: bool) -> None:
        self._connections.remove(connection)
        for sock in (connection.client, connection.server):
            with suppress(KeyError):
                self._selector.unregister(sock)
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock
