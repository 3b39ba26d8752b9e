"""Runs table loads in worker processes of this machine, which die with the process that uses them."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from dmsform.diagnostics import DiagnosticError
from dmsform.replication.events import JOB_EVENTS, JobEvent
from dmsform.replication.executor import JobFinished, JobLost, JobRefused, JobReported, Report, Ticket
from dmsform.replication.job import Job, KeysAdded, Loaded
from dmsform.replication.worker import Message

ROLLBACK_SECONDS = 10.0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection[Job, Message]
    lifeline: int
    ticket: Ticket | None = None

    def forget(self) -> int:
        """Let go of a worker that ended or is to end; returns its exit status."""
        self.connection.close()
        os.close(self.lifeline)
        try:
            return self.process.wait(timeout=ROLLBACK_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class ProcessExecutor:
    """At most `size` worker processes, started when there is work for them. Use from the main thread alone.

    (The kernel ends a worker when the thread that started it ends, see `lifeline`.)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._workers: list[_Worker] = []
        self._queue: deque[tuple[Ticket, Job]] = deque()
        self._reports: deque[Report] = deque()
        self._submitted = 0
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def submit(self, job: Job) -> Ticket:
        """Queue a job; it starts at once when a worker is free."""
        self._submitted += 1
        ticket = Ticket(self._submitted)
        self._queue.append((ticket, job))
        self._hand_out()
        return ticket

    def next_report(self, timeout: float | None) -> Report | None:
        """Wait for what happens next; None after `timeout` seconds or after `wake`."""
        if self._reports:
            return self._reports.popleft()
        # A pipe end and connections alike are waited for by their descriptors.
        ready = wait([self._wake_read, *(w.connection for w in self._workers)], timeout)
        for worker in [w for w in self._workers if w.connection in ready]:
            self._hear(worker)
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        return self._reports.popleft() if self._reports else None

    def wake(self) -> None:
        """Let a waiting `next_report` return."""
        if self._wake_write >= 0:
            # A full pipe is full of wake-ups already.
            with suppress(BlockingIOError):
                os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Roll back what runs and end the workers."""
        self._queue.clear()
        self._reports.clear()
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            _drain(worker)
            worker.forget()
        if self._wake_read >= 0:
            os.close(self._wake_read)
            os.close(self._wake_write)
            self._wake_read = self._wake_write = -1

    def worker_ids(self) -> tuple[int, ...]:
        """The process ids of the workers."""
        return tuple(w.process.pid for w in self._workers)

    def _hand_out(self) -> None:
        while self._queue:
            worker = self._free_worker()
            if worker is None:
                return
            ticket, job = self._queue.popleft()
            worker.ticket = ticket
            try:
                worker.connection.send(job)
            except (BrokenPipeError, ConnectionResetError):
                self._lose(worker)

    def _free_worker(self) -> _Worker | None:
        free = next((w for w in self._workers if w.ticket is None), None)
        if free is None and len(self._workers) < self._size:
            free = _start_worker()
            self._workers.append(free)
        return free

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            self._lose(worker)
        else:
            self._reports.append(self._report(worker, message))
        self._hand_out()

    def _report(self, worker: _Worker, message: Message) -> Report:
        ticket = worker.ticket
        assert ticket is not None
        match message:
            case Loaded() | KeysAdded():
                worker.ticket = None
                return JobFinished(ticket, message)
            case DiagnosticError():
                worker.ticket = None
                return JobRefused(ticket, message)
            case _ if isinstance(message, JOB_EVENTS):
                event: JobEvent = message
                return JobReported(ticket, event)
            case _:
                raise TypeError(f"a worker sent {message!r}")

    def _lose(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        status = worker.forget()
        if worker.ticket is not None:
            self._reports.append(JobLost(worker.ticket, status))


def _start_worker() -> _Worker:
    ours, theirs = socket.socketpair()
    lifeline_read, lifeline_write = os.pipe()
    inherited = (theirs.fileno(), lifeline_read)
    command = [sys.executable, "-P", "-m", "dmsform.replication.worker", *map(str, inherited), str(os.getpid())]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=inherited)
    theirs.close()
    os.close(lifeline_read)
    return _Worker(process, Connection(ours.detach()), lifeline_write)


def _drain(worker: _Worker) -> None:
    """Read on until the worker ends, so that it never waits for us to take its last events."""
    descriptor = worker.connection.fileno()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        while poll.poll(ROLLBACK_SECONDS * 1000) and os.read(descriptor, 65536):
            pass
    except ConnectionResetError:
        return
