"""The HTTP API, version 1: what it offers and how each request is answered.

Handlers are plain functions that Starlette runs in threads; only the long poll for events waits in the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dmsform.api.models import (
    DeletedAnswer,
    Event,
    EventsAnswer,
    LogsAnswer,
    PutTask,
    ServerView,
    TasksAnswer,
    TaskStatus,
    TaskView,
)
from dmsform.api.paths import DataDirectory
from dmsform.diagnostics import DiagnosticError
from dmsform.server.children import log_lines
from dmsform.server.database import Database
from dmsform.server.deletion import delete_task
from dmsform.server.events import TaskKey, read_events
from dmsform.server.problems import invalid, on_diagnostic, on_failure, on_unknown_path
from dmsform.server.supervisor import Supervisor
from dmsform.server.tasks import Tasks

LONGEST_WAIT = 60.0
_POLL_SECONDS = 0.1
_MOST_LINES = 10_000


@dataclass(frozen=True)
class Service:
    """What the API answers from. `view` describes the server; `shut_down` lets it end; `ending` says that it does."""

    directory: DataDirectory
    database: Database
    tasks: Tasks
    supervisor: Supervisor
    describe: Callable[[int, int], ServerView]
    shut_down: Callable[[], None]
    ending: Callable[[], bool]

    def status(self, _request: Request) -> Response:
        """GET /v1/status."""
        return _answer(self._view())

    def shutdown(self, _request: Request) -> Response:
        """POST /v1/shutdown: answered before the server ends."""
        self.shut_down()
        return _answer(self._view())

    def list_tasks(self, _request: Request) -> Response:
        """GET /v1/tasks."""
        return _answer(TasksAnswer(tasks=self.tasks.views()))

    def get_task(self, request: Request) -> Response:
        """GET /v1/tasks/{lineage}/{name}, and its tables alone with /tables behind."""
        return _answer(self.tasks.view(_key(request)))

    def get_tables(self, request: Request) -> Response:
        """GET .../tables: the table statistics alone, as a JSON array."""
        tables = self.tasks.view(_key(request)).tables
        body = f"[{','.join(t.model_dump_json() for t in tables)}]"
        return Response(body, media_type="application/json")

    async def put_task(self, request: Request) -> Response:
        """PUT /v1/tasks/{lineage}/{name}."""
        put = _put(await request.body(), _key(request))
        return _answer(await run_in_threadpool(self.tasks.put, put))

    def start_task(self, request: Request) -> Response:
        """POST .../start and .../resume: a full load always goes on at the tables not yet completed."""
        return self._change(self.tasks.start, request)

    def stop_task(self, request: Request) -> Response:
        """POST .../stop: answered while it is still stopping."""
        return self._change(self.tasks.stop, request)

    def reload_task(self, request: Request) -> Response:
        """POST .../reload."""
        return self._change(self.tasks.reload, request)

    def remove_task(self, request: Request) -> Response:
        """DELETE /v1/tasks/{lineage}/{name}."""
        warnings = delete_task(self.tasks, self.supervisor, _key(request))
        return _answer(DeletedAnswer(warnings=tuple(w.to_json() for w in warnings)))

    def get_logs(self, request: Request) -> Response:
        """GET .../logs?lines=."""
        key = _key(request)
        self.tasks.view(key)
        count = min(int(_number(request, "lines", 100)), _MOST_LINES)
        return _answer(LogsAnswer(lines=log_lines(self.directory, key, count)))

    async def task_events(self, request: Request) -> Response:
        """GET .../events?after=&wait=."""
        return await self._events(request, _key(request))

    async def all_events(self, request: Request) -> Response:
        """GET /v1/events?after=&wait=: of all tasks and of the server."""
        return await self._events(request, None)

    async def _events(self, request: Request, key: TaskKey | None) -> Response:
        after = int(_number(request, "after", 0))
        deadline = time.monotonic() + min(_number(request, "wait", 0), LONGEST_WAIT)
        found: tuple[Event, ...] = ()
        while not found:
            found = await run_in_threadpool(read_events, self.database, key, after)
            # Task processes write events too, so there is nothing in this process to wait for.
            if found or time.monotonic() >= deadline or self.ending():
                break
            await asyncio.sleep(_POLL_SECONDS)
        return _answer(EventsAnswer(events=found))

    def _change(self, change: Callable[[TaskKey], TaskView], request: Request) -> Response:
        view = change(_key(request))
        self.supervisor.wake()
        return _answer(view)

    def _view(self) -> ServerView:
        views = self.tasks.views()
        running = sum(view.status in (TaskStatus.STARTING, TaskStatus.RUNNING) for view in views)
        return self.describe(len(views), running)


def application(service: Service) -> Starlette:
    """The API as an ASGI application."""
    task = "/v1/tasks/{lineage}/{name}"
    routes = [
        Route("/v1/status", service.status, methods=["GET"]),
        Route("/v1/shutdown", service.shutdown, methods=["POST"]),
        Route("/v1/events", service.all_events, methods=["GET"]),
        Route("/v1/tasks", service.list_tasks, methods=["GET"]),
        Route(task, service.get_task, methods=["GET"]),
        Route(task, service.put_task, methods=["PUT"]),
        Route(task, service.remove_task, methods=["DELETE"]),
        Route(f"{task}/tables", service.get_tables, methods=["GET"]),
        Route(f"{task}/start", service.start_task, methods=["POST"]),
        Route(f"{task}/resume", service.start_task, methods=["POST"]),
        Route(f"{task}/stop", service.stop_task, methods=["POST"]),
        Route(f"{task}/reload", service.reload_task, methods=["POST"]),
        Route(f"{task}/events", service.task_events, methods=["GET"]),
        Route(f"{task}/logs", service.get_logs, methods=["GET"]),
    ]
    handlers = {DiagnosticError: on_diagnostic, HTTPException: on_unknown_path, Exception: on_failure}
    return Starlette(routes=routes, exception_handlers=handlers)


def _key(request: Request) -> TaskKey:
    """The path arrives decoded once; its parts are encoded twice, so that they may hold slashes."""
    return TaskKey(unquote(request.path_params["lineage"]), unquote(request.path_params["name"]))


def _put(body: bytes, key: TaskKey) -> PutTask:
    try:
        put = PutTask.model_validate_json(body)
    except ValidationError as error:
        # The input itself may hold secrets: only its places and what is wrong there.
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise invalid(f"The task's definition is not valid: {wrong}.") from None
    if (put.definition.lineage, put.definition.name) != (key.lineage, key.name):
        raise invalid("The task's definition names another task than the path.")
    return put


def _number(request: Request, name: str, default: float) -> float:
    text = request.query_params.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value < 2**63:
        raise invalid(f"The parameter {name} is {text!r}, which is not a number from 0 on.")
    return value


def _answer(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), media_type="application/json")
