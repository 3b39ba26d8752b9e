"""JSON Schemas of what goes over the server's API, and of each installed provider's endpoint."""

from __future__ import annotations

import json

from pydantic import BaseModel

from dmsform.api.models import Event, Problem, PutTask, ServerView, TaskView
from dmsform.provider import registry
from dmsform.task.definition import TaskDefinition

_MODELS: dict[str, type[BaseModel]] = {
    "task-definition": TaskDefinition,
    "put-task": PutTask,
    "task-view": TaskView,
    "server-view": ServerView,
    "event": Event,
    "problem": Problem,
}
BUILT_IN_ENGINES = ("mysql", "postgresql", "sqlite")
"""The engines whose pages are part of this repository; others that happen to be installed are not."""


def schema_pages() -> dict[str, str]:
    """`schemas/*.schema.json`."""
    endpoints = {f"endpoint-{name}": registry.provider(name).endpoint_model for name in BUILT_IN_ENGINES}
    return {f"schemas/{name}.schema.json": _schema(name, model) for name, model in {**_MODELS, **endpoints}.items()}


def _schema(name: str, model: type[BaseModel]) -> str:
    # Answers and requests alike: `validation` is the stricter reading, and for these models both are the same.
    body = model.model_json_schema(mode="validation")
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **body}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"
