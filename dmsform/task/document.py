"""Reads AWS DMS's task-settings JSON: honoured settings become TaskSettings, every other one that asks for something
else than its default gives a warning with its key path, unknown and wrong ones give errors.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, assert_never

from dmsform.diagnostics import Diagnostic, SourceRange, shortened
from dmsform.task import codes
from dmsform.task.known_settings import SETTINGS, Block, Choice, Flag, Number, Records, Setting, Words
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TargetTablePrepMode, TaskSettings

SubjectOf: TypeAlias = Callable[[str], SourceRange | None]


def _nowhere(_path: str) -> SourceRange | None:
    return None


def parse_task_settings(
    document: dict[str, Any], *, subject_of: SubjectOf = _nowhere
) -> tuple[TaskSettings, list[Diagnostic]]:
    """Read a task-settings document, complete or in part; what is left out has dmsform's default.

    `subject_of` maps a key path such as `FullLoadSettings.CommitRate` to its place in the configuration. Use the
    settings only when no diagnostic is an error.
    """
    reader = _Reader(subject_of)
    reader.read_block(document, SETTINGS, "")
    values = reader.honoured
    _refuse_contradictions(document, reader)
    return _task_settings(values), reader.diagnostics


def _task_settings(values: Mapping[str, Any]) -> TaskSettings:
    full_load: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    if mode := values.get("FullLoadSettings.TargetTablePrepMode"):
        full_load["target_table_prep_mode"] = TargetTablePrepMode(mode.lower().replace("_", "-"))
    if (tables := values.get("FullLoadSettings.MaxFullLoadSubTasks")) is not None:
        full_load["parallel_tables"] = tables
    for key, name in (
        ("RecoverableErrorCount", "recoverable_error_count"),
        ("RecoverableErrorInterval", "recoverable_error_interval"),
        ("RecoverableErrorThrottlingMax", "recoverable_error_throttling_max"),
        ("FailOnNoTablesCaptured", "fail_on_no_tables_captured"),
    ):
        if (value := values.get(f"ErrorBehavior.{key}")) is not None:
            errors[name] = value
    behavior = ErrorBehavior(**errors)
    if values.get("ErrorBehavior.RecoverableErrorThrottling") is False:
        # A wait that may not grow beyond the first one is the same wait every time.
        constant = max(behavior.recoverable_error_interval, 1)
        behavior = behavior.model_copy(update={"recoverable_error_throttling_max": constant})
    return TaskSettings(
        target_schema=values.get("TargetMetadata.TargetSchema") or "",
        full_load=FullLoadSettings(**full_load),
        error_behavior=behavior,
    )


class _Reader:
    def __init__(self, subject_of: SubjectOf) -> None:
        self._subject_of = subject_of
        self.diagnostics: list[Diagnostic] = []
        self.honoured: dict[str, Any] = {}

    def read_block(self, record: Mapping[str, Any], block: Block, path: str) -> None:
        for key, value in record.items():
            at = f"{path}.{key}" if path else key
            setting = block.settings.get(key)
            if setting is None:
                self._unknown(key, at, block)
            else:
                self._read(value, setting, at)

    def _read(self, value: Any, setting: Setting, path: str) -> None:
        match setting:
            case Block():
                if isinstance(value, Mapping):
                    self.read_block(value, setting, path)
                elif value is not None or not setting.nullable:
                    self.wrong_type(path, "an object", value)
            case Records():
                self._read_records(value, setting, path)
            case Flag() | Number() | Choice() | Words():
                if self._is_valid(value, setting, path):
                    self._note(value, setting, path)
            case _:
                assert_never(setting)

    def _read_records(self, value: Any, setting: Records, path: str) -> None:
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong_type(path, "a list", value)
            return
        for at, item in enumerate(value):
            if not isinstance(item, Mapping):
                self.wrong_type(f"{path}[{at}]", "an object", item)
            elif setting.fields:
                self._check_fields(item, setting.fields, f"{path}[{at}]")
        if value:
            self._not_honoured(path, "a list with entries", setting.instead)

    def _check_fields(self, item: Mapping[str, Any], fields: Mapping[str, Setting], path: str) -> None:
        for key, value in item.items():
            field = fields.get(key)
            if field is None:
                self._unknown(key, f"{path}.{key}", Block(fields))
            elif isinstance(field, Flag | Number | Choice | Words):
                self._is_valid(value, field, f"{path}.{key}")

    def _is_valid(self, value: Any, setting: Flag | Number | Choice | Words, path: str) -> bool:
        match setting:
            case Flag():
                return isinstance(value, bool) or self.wrong_type(path, "true or false", value)
            case Number():
                if isinstance(value, bool) or not isinstance(value, int):
                    return self.wrong_type(path, "a whole number", value)
                allowed = f"a whole number from {setting.least} to {setting.most}"
                return setting.least <= value <= setting.most or self._out_of_range(path, value, allowed)
            case Choice():
                if not isinstance(value, str):
                    return self.wrong_type(path, "a string", value)
                allowed = f"one of {', '.join(setting.options)}"
                return value in setting.options or self._out_of_range(path, value, allowed, setting.options)
            case Words():
                return value is None or isinstance(value, str) or self.wrong_type(path, "a string", value)
            case _:
                assert_never(setting)

    def _note(self, value: Any, setting: Flag | Number | Choice | Words, path: str) -> None:
        if setting.honoured:
            self.honoured[path] = value
        elif value not in setting.defaults:
            self._not_honoured(path, repr(value) if isinstance(value, str) else str(value).lower(), setting.instead)

    # --- findings -----------------------------------------------------------------------------------------------

    def wrong_type(self, path: str, wanted: str, value: Any) -> bool:
        found = "null" if value is None else type(value).__name__
        detail = f"{path}: expected {wanted}, found {found} {shortened(repr(value), 60)}."
        self.diagnostics.append(
            codes.INVALID_DOCUMENT.error(detail, f"Write {wanted} here.", subject=self._subject_of(path))
        )
        return False

    def contradiction(self, path: str, detail: str, remedy: str) -> None:
        self.diagnostics.append(codes.CONTRADICTORY.error(f"{path}: {detail}", remedy, subject=self._subject_of(path)))

    def _out_of_range(self, path: str, value: Any, allowed: str, options: tuple[str, ...] = ()) -> bool:
        detail = f"{path}: {value!r} is not allowed.{_did_you_mean(str(value), options)}"
        self.diagnostics.append(codes.INVALID_SETTING.error(detail, f"Give {allowed}.", subject=self._subject_of(path)))
        return False

    def _unknown(self, key: str, path: str, block: Block) -> None:
        detail = f"{path}: AWS DMS has no such setting.{_did_you_mean(key, tuple(block.settings))}"
        remedy = f"Remove it, or use one of: {', '.join(block.settings) or 'none here'}."
        self.diagnostics.append(codes.UNKNOWN_SETTING.error(detail, remedy, subject=self._subject_of(path)))

    def _not_honoured(self, path: str, value: str, instead: str) -> None:
        detail = f"{path} is {value}, but this version does not act on it: {instead}."
        remedy = "Remove the setting if that is not needed."
        self.diagnostics.append(codes.NOT_HONOURED.warning(detail, remedy, subject=self._subject_of(path)))


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def _refuse_contradictions(document: Mapping[str, Any], reader: _Reader) -> None:
    """What AWS DMS itself refuses between settings of one document."""
    metadata, load = _object(document, "TargetMetadata"), _object(document, "FullLoadSettings")
    if metadata.get("FullLobMode") is True and metadata.get("LimitedSizeLobMode") is True:
        reader.contradiction(
            "TargetMetadata.FullLobMode",
            "FullLobMode and LimitedSizeLobMode are both true.",
            "Set one of them to false.",
        )
    if load.get("StopTaskCachedChangesApplied") is True and load.get("StopTaskCachedChangesNotApplied") is True:
        reader.contradiction(
            "FullLoadSettings.StopTaskCachedChangesApplied",
            "the task cannot stop both before and after cached changes are applied.",
            "Set one of the two settings to false.",
        )


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}
