"""AWS DMS's task-settings documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dmsform.diagnostics import Point, Severity, SourceRange
from dmsform.task.document import parse_task_settings
from dmsform.task.known_settings import SETTINGS, Block, Choice, Flag, Number, Setting
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TargetTablePrepMode, TaskSettings

DEFAULTS = """
{"TargetMetadata":{"TargetSchema":"","SupportLobs":true,"FullLobMode":false,"LobChunkSize":64,"LimitedSizeLobMode":true,
"LobMaxSize":32,"InlineLobMaxSize":0,"LoadMaxFileSize":0,"ParallelLoadThreads":0,"ParallelLoadBufferSize":0,
"ParallelLoadQueuesPerThread":1,"ParallelApplyThreads":0,"ParallelApplyBufferSize":100,"ParallelApplyQueuesPerThread":1,
"BatchApplyEnabled":false,"TaskRecoveryTableEnabled":false},
"FailTaskWhenCleanTaskResourceFailed":false,
"FullLoadSettings":{"TargetTablePrepMode":"DO_NOTHING","CreatePkAfterFullLoad":false,
"StopTaskCachedChangesApplied":false,"StopTaskCachedChangesNotApplied":false,"MaxFullLoadSubTasks":8,
"TransactionConsistencyTimeout":600,"CommitRate":10000},
"Logging":{"EnableLogging":false,"EnableLogContext":true,"LogComponents":[]},
"ControlTablesSettings":{"ControlSchema":"","HistoryTimeslotInMinutes":5,"HistoryTableEnabled":false,
"SuspendedTablesTableEnabled":false,"StatusTableEnabled":false,"FullLoadExceptionTableEnabled":false},
"StreamBufferSettings":{"StreamBufferCount":3,"StreamBufferSizeInMB":8,"CtrlStreamBufferSizeInMB":5},
"ChangeProcessingDdlHandlingPolicy":{"HandleSourceTableDropped":true,"HandleSourceTableTruncated":true,
"HandleSourceTableAltered":true},
"ChangeProcessingTuning":{"BatchApplyPreserveTransaction":true,"BatchApplyTimeoutMin":1,"BatchApplyTimeoutMax":30,
"BatchApplyMemoryLimit":500,"BatchSplitSize":0,"MinTransactionSize":1000,"CommitTimeout":1,"MemoryLimitTotal":1024,
"MemoryKeepTime":60,"StatementCacheSize":50,"RecoveryTimeout":-1},
"ValidationSettings":{"EnableValidation":false,"ValidationMode":"ROW_LEVEL","ThreadCount":5,"PartitionSize":10000,
"FailureMaxCount":10000,"TableFailureMaxCount":1000,"RecordFailureDelayInMinutes":5,
"RecordFailureDelayLimitInMinutes":0,"RecordSuspendDelayInMinutes":30,"MaxKeyColumnSize":8096,
"HandleCollationDiff":false,"ValidationOnly":false,"SkipLobColumns":false,"ValidationPartialLobSize":0,
"ValidationQueryCdcDelaySeconds":0},
"ResyncSettings":{"EnableResync":false},
"ErrorBehavior":{"DataErrorPolicy":"LOG_ERROR","DataTruncationErrorPolicy":"LOG_ERROR",
"DataMaskingErrorPolicy":"STOP_TASK","DataErrorEscalationPolicy":"SUSPEND_TABLE","DataErrorEscalationCount":0,
"EventErrorPolicy":"IGNORE","TableErrorPolicy":"SUSPEND_TABLE","TableErrorEscalationPolicy":"STOP_TASK",
"TableErrorEscalationCount":0,"RecoverableErrorCount":-1,"RecoverableErrorInterval":5,
"RecoverableErrorThrottling":true,"RecoverableErrorThrottlingMax":1800,
"RecoverableErrorStopRetryAfterThrottlingMax":true,"ApplyErrorDeletePolicy":"IGNORE_RECORD",
"ApplyErrorInsertPolicy":"LOG_ERROR","ApplyErrorUpdatePolicy":"LOG_ERROR","ApplyErrorEscalationPolicy":"LOG_ERROR",
"ApplyErrorEscalationCount":0,"ApplyErrorFailOnTruncationDdl":false,"FailOnNoTablesCaptured":true,
"FailOnTransactionConsistencyBreached":false,"FullLoadIgnoreConflicts":true},
"TTSettings":{"EnableTT":false},"BeforeImageSettings":null,"LoopbackPreventionSettings":null,
"CharacterSetSettings":null,"PostProcessingRules":null}
"""


def test_the_defaults_say_nothing() -> None:
    settings, diagnostics = parse_task_settings(json.loads(DEFAULTS))
    assert diagnostics == []
    assert settings == TaskSettings(full_load=FullLoadSettings(parallel_tables=8))


def test_an_empty_document_has_our_defaults() -> None:
    assert parse_task_settings({}) == (TaskSettings(), [])


def test_honoured_settings() -> None:
    settings, diagnostics = parse_task_settings(
        {
            "TargetMetadata": {"TargetSchema": "warehouse"},
            "FullLoadSettings": {"TargetTablePrepMode": "DROP_AND_CREATE", "MaxFullLoadSubTasks": 49},
            "ErrorBehavior": {
                "RecoverableErrorCount": 3,
                "RecoverableErrorInterval": 7,
                "RecoverableErrorThrottlingMax": 60,
                "FailOnNoTablesCaptured": False,
            },
        }
    )
    assert diagnostics == []
    assert settings == TaskSettings(
        target_schema="warehouse",
        full_load=FullLoadSettings(target_table_prep_mode=TargetTablePrepMode.DROP_AND_CREATE, parallel_tables=49),
        error_behavior=ErrorBehavior(
            recoverable_error_count=3,
            recoverable_error_interval=7,
            recoverable_error_throttling_max=60,
            fail_on_no_tables_captured=False,
        ),
    )


@pytest.mark.parametrize("mode", list(TargetTablePrepMode))
def test_preparation_modes(mode: TargetTablePrepMode) -> None:
    written = mode.value.upper().replace("-", "_")
    settings, _ = parse_task_settings({"FullLoadSettings": {"TargetTablePrepMode": written}})
    assert settings.full_load.target_table_prep_mode is mode


@pytest.mark.parametrize(("interval", "constant"), [(30, 30), (0, 1)])
def test_without_throttling_the_wait_does_not_grow(interval: int, constant: int) -> None:
    record = {"RecoverableErrorThrottling": False, "RecoverableErrorInterval": interval}
    settings, diagnostics = parse_task_settings({"ErrorBehavior": record})
    assert diagnostics == []
    assert settings.error_behavior.recoverable_error_throttling_max == constant


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"ValidationSettings": {"EnableValidation": True}}, "ValidationSettings.EnableValidation"),
        ({"TargetMetadata": {"BatchApplyEnabled": True}}, "TargetMetadata.BatchApplyEnabled"),
        ({"TargetMetadata": {"LobMaxSize": 1024}}, "TargetMetadata.LobMaxSize"),
        ({"ErrorBehavior": {"DataErrorPolicy": "IGNORE_RECORD"}}, "ErrorBehavior.DataErrorPolicy"),
        ({"Logging": {"LogComponents": [{"Id": "IO", "Severity": "LOGGER_SEVERITY_DEBUG"}]}}, "Logging.LogComponents"),
        ({"Logging": {"CloudWatchLogGroup": "dms-tasks-x"}}, "Logging.CloudWatchLogGroup"),
        ({"ControlTablesSettings": {"ControlSchema": "dms"}}, "ControlTablesSettings.ControlSchema"),
        ({"TTSettings": {"TTS3Settings": {"BucketName": "b"}}}, "TTSettings.TTS3Settings.BucketName"),
        ({"BeforeImageSettings": {"EnableBeforeImage": True}}, "BeforeImageSettings.EnableBeforeImage"),
        ({"PostProcessingRules": [{"any": 1}]}, "PostProcessingRules"),
        ({"FailTaskWhenCleanTaskResourceFailed": True}, "FailTaskWhenCleanTaskResourceFailed"),
    ],
)
def test_what_is_asked_for_and_not_honoured_is_said(document: dict[str, Any], path: str) -> None:
    settings, (found,) = parse_task_settings(document)
    assert (found.code, found.severity) == ("DMS364", Severity.WARNING)
    assert found.detail.startswith(f"{path} is ")
    assert settings == TaskSettings()


@pytest.mark.parametrize(
    ("document", "code", "path", "hint"),
    [
        ({"FullLoadSetings": {}}, "DMS362", "FullLoadSetings", 'Did you mean "FullLoadSettings"?'),
        ({"FullLoadSettings": {"CommitRat": 1}}, "DMS362", "FullLoadSettings.CommitRat", 'Did you mean "CommitRate"?'),
        ({"FullLoadSettings": []}, "DMS361", "FullLoadSettings", "an object"),
        ({"FullLoadSettings": None}, "DMS361", "FullLoadSettings", "null"),
        ({"FullLoadSettings": {"CommitRate": "10"}}, "DMS361", "FullLoadSettings.CommitRate", "a whole number"),
        ({"FullLoadSettings": {"CommitRate": True}}, "DMS361", "FullLoadSettings.CommitRate", "a whole number"),
        ({"FullLoadSettings": {"MaxFullLoadSubTasks": 50}}, "DMS363", "FullLoadSettings.MaxFullLoadSubTasks", "50"),
        ({"FullLoadSettings": {"MaxFullLoadSubTasks": 0}}, "DMS363", "FullLoadSettings.MaxFullLoadSubTasks", "0"),
        (
            {"FullLoadSettings": {"TargetTablePrepMode": "DROP_AND_CRATE"}},
            "DMS363",
            "FullLoadSettings.TargetTablePrepMode",
            'Did you mean "DROP_AND_CREATE"?',
        ),
        ({"TargetMetadata": {"SupportLobs": "true"}}, "DMS361", "TargetMetadata.SupportLobs", "true or false"),
        ({"TargetMetadata": {"TargetSchema": 1}}, "DMS361", "TargetMetadata.TargetSchema", "a string"),
        ({"Logging": {"LogComponents": [1]}}, "DMS361", "Logging.LogComponents[0]", "an object"),
        ({"Logging": {"LogComponents": [{"Id": "X"}]}}, "DMS363", "Logging.LogComponents[0].Id", "X"),
        ({"Logging": {"LogComponents": [{"Ident": "X"}]}}, "DMS362", "Logging.LogComponents[0].Ident", "AWS DMS"),
        ({"ErrorBehavior": {"RecoverableErrorCount": -2}}, "DMS363", "ErrorBehavior.RecoverableErrorCount", "-2"),
        (
            {"TargetMetadata": {"FullLobMode": True, "LimitedSizeLobMode": True}},
            "DMS365",
            "TargetMetadata.FullLobMode",
            "both true",
        ),
        (
            {"FullLoadSettings": {"StopTaskCachedChangesApplied": True, "StopTaskCachedChangesNotApplied": True}},
            "DMS365",
            "FullLoadSettings.StopTaskCachedChangesApplied",
            "cannot stop both",
        ),
    ],
)
def test_refuses_by_path(document: dict[str, Any], code: str, path: str, hint: str) -> None:
    settings, diagnostics = parse_task_settings(document)
    (found,) = (d for d in diagnostics if d.severity is Severity.ERROR)
    assert (found.code, found.detail.partition(":")[0]) == (code, path)
    assert hint in found.detail
    assert found.remedy
    assert settings == TaskSettings()


def test_points_into_the_configuration() -> None:
    place = SourceRange("main.dms.hcl", Point(3, 5, 40), Point(3, 20, 55))
    _, (found,) = parse_task_settings({"X": 1}, subject_of=lambda path: place if path == "X" else None)
    assert found.subject == place


def settings_of(block: Block, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Setting]]:
    found: list[tuple[tuple[str, ...], Setting]] = []
    for key, setting in block.settings.items():
        found += settings_of(setting, (*path, key)) if isinstance(setting, Block) else [((*path, key), setting)]
    return found


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for key in reversed(path):
        value = {key: value}
    assert isinstance(value, dict)
    return value


LEAVES = settings_of(SETTINGS)


@pytest.mark.parametrize(("path", "setting"), LEAVES, ids=[".".join(path) for path, _ in LEAVES])
def test_every_setting_is_honoured_or_warned_of(path: tuple[str, ...], setting: Setting) -> None:
    """A value that is not the default either changes the task's settings or gives a warning."""
    match setting:
        case Flag(defaults=defaults) if set(defaults) == {True, False}:
            return  # the documentation has both as the default
        case Flag(defaults=(default,)):
            value: Any = not default
        case Number(defaults=defaults, most=most):
            value = next(number for number in (7, 6) if number <= most and number not in defaults)
        case Choice(defaults=defaults, options=options):
            others = [option for option in options if option not in defaults]
            if not others:
                return
            value = others[0]
        case _:
            value = [{}] if path[-1] in ("LogComponents", "CharacterReplacements", "PostProcessingRules") else "x"
    settings, diagnostics = parse_task_settings(nested(path, value))
    changed, warned = settings != TaskSettings(), "DMS364" in [d.code for d in diagnostics]
    assert changed is not warned
    assert all(d.severity is Severity.WARNING for d in diagnostics)
