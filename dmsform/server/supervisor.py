"""Keeps one process per running task: starts it, brings it back when it is killed, stops it on request.

A thread of its own, the only one that starts and ends task processes. What it must do is in the store (`desired`), so
that a new server goes on where a killed one stood; what follows what it sees is decided in `supervision`.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from dmsform.api.models import StopReason, TaskStatus
from dmsform.api.paths import DataDirectory
from dmsform.diagnostics import Diagnostic
from dmsform.server import codes
from dmsform.server.children import Child, log_lines, start_task
from dmsform.server.events import TaskKey
from dmsform.server.supervision import (
    AskToStop,
    GiveUp,
    Kill,
    LetEnd,
    RestartAt,
    SayStopped,
    Seen,
    Spawn,
    WaitUntil,
    after_death,
    decide,
)
from dmsform.server.tasks import ACTIVE, Desired, SupervisedTask, Tasks

log = logging.getLogger("dmsform.supervisor")


class Supervisor:
    """Runs until `close`; `wake` after every change of the store's wishes."""

    def __init__(self, tasks: Tasks, directory: DataDirectory, clock: Callable[[], float] = time.monotonic) -> None:
        self._tasks = tasks
        self._directory = directory
        self._clock = clock
        self._children: dict[TaskKey, Child] = {}
        self._deaths: defaultdict[TaskKey, list[float]] = defaultdict(list)
        self._not_before: dict[TaskKey, float] = {}
        self._closing = False
        self._changed = threading.Condition()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._thread = threading.Thread(target=self._run, name="supervisor")

    def start(self) -> None:
        """Begin; tasks that ran when the last server ended are brought back."""
        self._thread.start()

    def wake(self) -> None:
        """Look at the store now."""
        # A full pipe is full of wake-ups already.
        with suppress(BlockingIOError):
            os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Stop all task processes and end; their tasks stay wanted, for the next server."""
        self._closing = True
        self.wake()
        self._thread.join()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def wait_gone(self, key: TaskKey, seconds: float) -> bool:
        """Wait until no process of the task lives; False when one still does."""
        with self._changed:
            return self._changed.wait_for(lambda: key not in self._children, seconds)

    def _run(self) -> None:
        try:
            while not (self._closing and not self._children):
                self._wait(self._look(self._clock()))
        except BaseException:
            # Without its supervisor the server is of no use; tasks die with it and its successor brings them back.
            log.exception("the supervisor failed")
            os._exit(1)

    def _look(self, now: float) -> float | None:
        """Do what is to be done; returns the moment to look again, None for when something happens."""
        tasks = {task.key: task for task in self._tasks.supervised()}
        moments = [self._act(key, tasks.get(key), now) for key in {*tasks, *self._children}]
        return min((m for m in moments if m is not None), default=None)

    def _act(self, key: TaskKey, task: SupervisedTask | None, now: float) -> float | None:
        child = self._children.get(key)
        seen = Seen(
            wanted=task is not None and task.desired is Desired.RUNNING and not self._closing,
            ended=task is not None and task.status not in ACTIVE,
            alive=child is not None,
            asked_to_stop=child.asked_to_stop if child else None,
            not_before=self._not_before.get(key, 0.0),
        )
        action = decide(seen, now)
        match action:
            case Spawn():
                self._spawn(key)
            case AskToStop():
                assert child is not None
                child.ask_to_stop(now)
                return now
            case LetEnd():
                assert child is not None
                child.asked_to_stop = now
                return now
            case Kill():
                assert child is not None
                child.kill()
            case SayStopped() if self._closing:
                pass  # it is wanted still: the next server brings it back
            case SayStopped():
                self._tasks.ended(key, TaskStatus.STOPPED, StopReason.NORMAL)
            case WaitUntil(moment=moment):
                return moment
            case _:
                assert_never(action)
        return None

    def _spawn(self, key: TaskKey) -> None:
        spawn = self._tasks.begin_spawn(key)
        if spawn is None:
            return
        try:
            child = start_task(self._directory, key, spawn)
        except OSError as error:  # no process or descriptor is free at this moment
            self._died(key, f"not started: {error}")
            return
        with self._changed:
            self._children[key] = child
        self._tasks.spawned(key, child.process.pid)
        log.info("task %s: process %s started", key.name, child.process.pid)

    def _wait(self, moment: float | None) -> None:
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        ears = {child.ears: key for key, child in self._children.items()}
        for descriptor in ears:
            poll.register(descriptor, select.POLLIN)
        timeout = None if moment is None else max(0.0, moment - self._clock()) * 1000
        for descriptor, _ in poll.poll(timeout):
            if descriptor == self._wake_read:
                os.read(self._wake_read, 4096)
            else:
                self._bury(ears[descriptor])

    def _bury(self, key: TaskKey) -> None:
        child = self._children[key]
        status = child.reap()
        how = f"killed by signal {-status}" if status < 0 else f"ended with status {status}"
        log.info("task %s: process %s %s", key.name, child.process.pid, how)
        task = next((t for t in self._tasks.supervised() if t.key == key), None)
        # A process that ends with 0 has said how the task stands; it may be wanted again by now.
        if task is not None and task.desired is Desired.RUNNING and not self._closing and status != 0:
            self._died(key, how)
        else:
            self._forget_deaths(key)
        with self._changed:
            del self._children[key]
            self._changed.notify_all()

    def _died(self, key: TaskKey, how: str) -> None:
        now = self._clock()
        self._deaths[key].append(now)
        verdict = after_death(self._deaths[key], now)
        match verdict:
            case RestartAt(moment=moment):
                self._not_before[key] = moment
                self._tasks.died(key, how)
            case GiveUp(deaths=deaths):
                why = self._keeps_dying(key, deaths, how)
                self._forget_deaths(key)
                self._tasks.ended(key, TaskStatus.FAILED, StopReason.RECOVERABLE_ERROR, [why])
            case _:
                assert_never(verdict)

    def _forget_deaths(self, key: TaskKey) -> None:
        self._deaths.pop(key, None)
        self._not_before.pop(key, None)

    def _keeps_dying(self, key: TaskKey, deaths: int, how: str) -> Diagnostic:
        tail = "\n".join(log_lines(self._directory, key, 10))
        return codes.TASK_PROCESS_DIED.error(
            f"The process of task {key.name} died {deaths} times within ten minutes, at last {how}. Its log ends:\n"
            f"{tail}",
            f"Mend what the log names (dmsform task logs {key.name}), then resume the task: dmsform task resume "
            f"{key.name}. Tables already completed stay completed.",
            address=f"task.{key.name}",
        )
