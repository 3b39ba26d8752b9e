"""A task's settings: typed blocks under AWS DMS's names, AWS DMS's own document, or both for different settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from dmsform.diagnostics import has_errors
from dmsform.language import codes as language
from dmsform.plan.differences import contains_unknown
from dmsform.resources import codes
from dmsform.resources.mappings import json_argument
from dmsform.resources.reader import BlockReader
from dmsform.resources.validation import model_findings
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TaskSettings

_BLOCKS: dict[str, type[BaseModel]] = {"full_load": FullLoadSettings, "error_behavior": ErrorBehavior}


def read_settings(reader: BlockReader) -> TaskSettings:
    """The settings with all defaults filled in; what is wrong goes to the reader's findings."""
    given = _document(reader)
    settings = given.model_dump()
    schema = reader.text("target_schema")
    if schema is not None:
        _refuse_twice(reader, "target_schema", given.target_schema != "")
        settings["target_schema"] = schema
    for name, model in _BLOCKS.items():
        nested = reader.single(name)
        if nested is None:
            continue
        found = _block(nested, model)
        part: BaseModel = getattr(given, name)
        for argument in found.keys() & part.model_fields_set:
            _refuse_twice(nested, argument, True)
        settings[name] = {**settings[name], **found}
    try:
        return TaskSettings.model_validate(settings)
    except ValidationError:
        # Told already, at the place of the argument.
        return given


def _document(reader: BlockReader) -> TaskSettings:
    document = json_argument(reader, "settings")
    if document is None:
        return TaskSettings()
    from dmsform.task.document import parse_task_settings

    settings, found = parse_task_settings(document)
    place = reader.place("settings")
    reader.findings.extend(d if d.subject else replace(d, subject=place) for d in found)
    return TaskSettings() if has_errors(found) else settings


def _block(reader: BlockReader, model: type[BaseModel]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in reader.block.attributes:
        found = reader.attribute(name)
        if found is None:
            continue
        if contains_unknown(found.value):
            reader.text(name)
            continue
        given[name] = found.value
    reader.finish()
    try:
        model.model_validate(given)
    except ValidationError as error:
        reader.findings.extend(_told(error, reader, model))
        return {}
    return given


def _told(error: ValidationError, reader: BlockReader, model: type[BaseModel]) -> list[Any]:
    unknown = {str(e["loc"][0]) for e in error.errors() if e["type"] == "extra_forbidden"}
    found = model_findings(error, reader, codes.INVALID_SETTING, model.model_fields)
    places = {reader.place(name) for name in unknown}
    summary = language.UNSUPPORTED_ARGUMENT
    return [replace(d, code=summary.id, summary=summary.summary) if d.subject in places else d for d in found]


def _refuse_twice(reader: BlockReader, name: str, stated: bool) -> None:
    if stated:
        reader.add(
            codes.GIVEN_TWICE.error(
                f"`{name}` of {reader.name} is also set in the document that `settings` holds.",
                "Set it in one of the two places.",
                subject=reader.place(name),
            )
        )
