"""The replication server: one process per data directory that runs tasks and answers the API until it is told to end.

`run` is the whole life, in the foreground. Killed at any point it leaves nothing that its successor cannot go on
from: the lock goes with the process, the socket is replaced, task processes die with it and are brought back.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn

import dmsform
from dmsform.api.models import ServerView
from dmsform.api.paths import DataDirectory
from dmsform.server import codes
from dmsform.server.access import TokenRequired, listen_tcp, listen_unix, load_token
from dmsform.server.database import Database, machine_mark
from dmsform.server.directory import ServerLock, describe, prepare_directory, server_lock
from dmsform.server.events import add_event
from dmsform.server.routes import Service, application
from dmsform.server.secrets import load_key
from dmsform.server.steps import ServerStep, reached
from dmsform.server.supervisor import Supervisor
from dmsform.server.tasks import Tasks

log = logging.getLogger("dmsform.server")
_DRAIN_SECONDS = 5
_WATCH_SECONDS = 2.0


def run(data_dir: Path, listen: str | None = None) -> None:
    """Be the replication server of a data directory until SIGTERM, SIGINT or a shutdown request.

    listen -- `127.0.0.1:PORT` for a TCP listener as well, with a token. Raises DiagnosticError when it cannot start.
    """
    os.umask(0o077)
    directory = DataDirectory(data_dir)
    prepare_directory(directory)
    with ExitStack() as stack:
        lock = stack.enter_context(server_lock(directory))
        database = Database(directory.database, durable=True)
        stack.callback(database.close)
        tasks = _open_tasks(directory, database)
        supervisor = Supervisor(tasks, directory)
        sockets = [stack.enter_context(listen_unix(directory))]
        stack.callback(_remove, lock, directory.socket)
        if listen:
            sockets.append(stack.enter_context(listen_tcp(listen)))
        started_at = time.time()
        server_id = database.meta("server_id") or ""
        describe(directory, {"process_id": os.getpid(), "server_id": server_id, "started_at": started_at,
                             "socket": str(directory.socket), "listen": listen})  # fmt: skip
        stack.callback(_remove, lock, directory.description)

        def view(known: int, running: int) -> ServerView:
            return ServerView(
                server_id=server_id,
                version=dmsform.__version__,
                process_id=os.getpid(),
                started_at=started_at,
                data_dir=str(directory.path),
                tasks=known,
                running=running,
            )

        token = load_token(directory.token) if listen else None
        server = _http_server(directory, database, tasks, supervisor, view, token)
        # uvicorn raises the signal that ended it once more: there is still something to do then.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        _note_start(database)
        with _watching(lock, server), _supervising(supervisor):
            server.run(sockets)
        log.info("server of %s ended", directory.path)


def _open_tasks(directory: DataDirectory, database: Database) -> Tasks:
    """The task store, with the identity of server and machine checked (G11)."""
    first = database.meta("server_id") is None
    box = load_key(directory.key, create=first)
    tasks = Tasks(database, box)
    mark = machine_mark(directory.database)
    if first:
        database.set_meta(server_id=str(uuid.uuid4()), machine=mark)
    elif database.meta("machine") != mark:
        why = codes.DIRECTORY_COPIED.error(
            f"{directory.path} is a copy of the data directory of another replication server, or was moved between "
            "file systems. Its tasks were stopped: two servers must not run them.",
            "If the other server is gone for good, start the tasks: dmsform task start NAME. If it lives, remove this "
            "directory.",
        )
        log.warning("%s", why.detail)
        tasks.stop_all(why)
        database.set_meta(server_id=str(uuid.uuid4()), machine=mark)
    return tasks


def _http_server(
    directory: DataDirectory,
    database: Database,
    tasks: Tasks,
    supervisor: Supervisor,
    view: Callable[[int, int], ServerView],
    token: str | None,
) -> uvicorn.Server:
    def shut_down() -> None:
        server.should_exit = True

    service = Service(directory, database, tasks, supervisor, view, shut_down, lambda: server.should_exit)
    config = uvicorn.Config(
        TokenRequired(application(service), token),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = uvicorn.Server(config)
    return server


def _note_start(database: Database) -> None:
    with database.writing() as connection:
        add_event(connection, ServerStep.SERVER_STARTED, None, {"process_id": os.getpid()})
    reached(ServerStep.SERVER_STARTED)


def _remove(lock: ServerLock, path: Path) -> None:
    """Remove what this server put there; a replaced directory's files are another server's."""
    if lock.still_ours():
        path.unlink(missing_ok=True)


@contextmanager
def _watching(lock: ServerLock, server: uvicorn.Server) -> Iterator[None]:
    """End the server when its data directory is taken from under it: nobody could find it any more (G11)."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_WATCH_SECONDS):
            if not lock.still_ours():
                log.error("the data directory was removed: the server ends")
                server.should_exit = True
                return

    thread = threading.Thread(target=watch, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _supervising(supervisor: Supervisor) -> Iterator[None]:
    supervisor.start()
    try:
        yield
    finally:
        supervisor.close()
