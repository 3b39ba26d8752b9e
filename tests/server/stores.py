"""A store on disk and tasks for it, without a server."""

from __future__ import annotations

from typing import Any

from dmsform.api.models import PutTask
from dmsform.task.definition import EndpointDefinition, TaskDefinition

PASSWORD = "correct-horse-battery"


def definition(name: str = "shop", **changes: Any) -> TaskDefinition:
    settings = {"host": "here", "database": "d", "username": "u", "password": PASSWORD}
    values: dict[str, Any] = {
        "lineage": "lineage-1",
        "name": name,
        "holder": "ada@here:/project",
        "source": EndpointDefinition(name="shop", engine="postgresql", settings=settings),
        "target": EndpointDefinition(name="warehouse", engine="postgresql", settings=settings),
        "table_mappings": {"rules": []},
    }
    return TaskDefinition(**{**values, **changes})


def put(serial: int = 1, **changes: Any) -> PutTask:
    return PutTask(definition=definition(**changes), state_serial=serial)
