"""Every setting of AWS DMS's task-settings document: its type, range, default, and whether dmsform honours it.

Source: AWS DMS user guide, "Specifying task settings" and its chapters. Where the guide's text and its examples give
different defaults, both count as the default: the service itself hands back either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Scalar: TypeAlias = bool | int | str | None
_ANY_SIZE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""

    defaults: tuple[bool, ...]
    honoured: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `least` to `most`."""

    defaults: tuple[int, ...]
    least: int = 0
    most: int = _ANY_SIZE
    honoured: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    defaults: tuple[str, ...]
    options: tuple[str, ...]
    honoured: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A string; None among the defaults: may be null."""

    defaults: tuple[str | None, ...] = ("", None)
    honoured: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """A list of objects, empty or null by default."""

    fields: Mapping[str, Setting]
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """An object with settings of its own; `nullable`: may be null."""

    settings: Mapping[str, Setting]
    nullable: bool = False
    instead: str = ""


Setting: TypeAlias = Flag | Number | Choice | Words | Records | Block

_ON, _OFF = (True,), (False,)
_LOB = "large objects move in full, whatever their size"
_LOGS = "the replication server keeps its own log"
_CONTROL = "no such control table is written"
_CHANGES = "this version loads tables in full and does not replicate changes"
_REFUSED = "a value that the target cannot take stops the table's load"
_VALIDATION = "this version compares the number of rows, not their values"
_ERROR_POLICY = ("IGNORE_RECORD", "LOG_ERROR", "SUSPEND_TABLE", "STOP_TASK")
_SUSPEND_OR_STOP = ("SUSPEND_TABLE", "STOP_TASK")

_TARGET_METADATA = Block(
    {
        "TargetSchema": Words(honoured=True),
        "SupportLobs": Flag(_ON, instead=_LOB),
        "FullLobMode": Flag(_OFF, instead=_LOB),
        "LobChunkSize": Number((64, 0), instead=_LOB),
        "LimitedSizeLobMode": Flag(_ON, instead=_LOB),
        "LobMaxSize": Number((32, 64), most=102400, instead=_LOB),
        "InlineLobMaxSize": Number((0,), most=102400, instead=_LOB),
        "LoadMaxFileSize": Number((0,), most=100000, instead="rows are streamed, not written to files"),
        "ParallelLoadThreads": Number((0,), most=200, instead="a table is loaded in one stream"),
        "ParallelLoadBufferSize": Number((0, 50), most=1000, instead="a table is loaded in one stream"),
        "ParallelLoadQueuesPerThread": Number((1, 0), instead="a table is loaded in one stream"),
        "ParallelApplyThreads": Number((0,), instead=_CHANGES),
        "ParallelApplyBufferSize": Number((100, 0), most=1000, instead=_CHANGES),
        "ParallelApplyQueuesPerThread": Number((1, 0), instead=_CHANGES),
        "BatchApplyEnabled": Flag(_OFF, instead=_CHANGES),
        "TaskRecoveryTableEnabled": Flag(_OFF, instead="completed tables are recorded in control tables always"),
    }
)

_FULL_LOAD = Block(
    {
        "TargetTablePrepMode": Choice(
            ("DO_NOTHING",), ("DO_NOTHING", "DROP_AND_CREATE", "TRUNCATE_BEFORE_LOAD"), honoured=True
        ),
        "CreatePkAfterFullLoad": Flag(_OFF, instead="the primary key is built after the rows are loaded, always"),
        "StopTaskCachedChangesApplied": Flag(_OFF, instead=_CHANGES),
        "StopTaskCachedChangesNotApplied": Flag(_OFF, instead=_CHANGES),
        "MaxFullLoadSubTasks": Number((8,), least=1, most=49, honoured=True),
        "TransactionConsistencyTimeout": Number((600,), instead="a table is read in one snapshot, without waiting"),
        "CommitRate": Number((10000,), least=1, most=50000, instead="a table is loaded in one transaction"),
    }
)

_LOG_COMPONENTS = (
    "FILE_FACTORY", "METADATA_MANAGER", "SORTER", "SOURCE_CAPTURE", "SOURCE_UNLOAD", "TABLES_MANAGER", "TARGET_APPLY",
    "TARGET_LOAD", "TASK_MANAGER", "TRANSFORMATION", "VALIDATOR", "VALIDATOR_EXT", "DATA_RESYNC", "RESYNC_UNLOAD",
    "RESYNC_APPLY", "COMMON", "ADDONS", "DATA_STRUCTURE", "COMMUNICATION", "FILE_TRANSFER", "IO", "PERFORMANCE",
    "REST_SERVER",
)  # fmt: skip
_SEVERITIES = tuple(
    f"LOGGER_SEVERITY_{name}" for name in ("ERROR", "WARNING", "INFO", "DEFAULT", "DEBUG", "DETAILED_DEBUG")
)
_LOGGING = Block(
    {
        "EnableLogging": Flag(_OFF, instead=_LOGS),
        "EnableLogContext": Flag((True, False), instead=_LOGS),
        "LogComponents": Records(
            {
                "Id": Choice(("COMMON",), _LOG_COMPONENTS),
                "Severity": Choice(("LOGGER_SEVERITY_DEFAULT",), _SEVERITIES),
            },
            instead=_LOGS,
        ),
        "CloudWatchLogGroup": Words(instead=_LOGS),
        "CloudWatchLogStream": Words(instead=_LOGS),
        "DeleteTaskLogs": Flag(_OFF, instead=_LOGS),
    }
)

_CONTROL_TABLES = Block(
    {
        "ControlSchema": Words(instead="control tables have a schema or prefix of their own"),
        "HistoryTimeslotInMinutes": Number((5,), instead=_CONTROL),
        "HistoryTableEnabled": Flag(_OFF, instead=_CONTROL),
        "SuspendedTablesTableEnabled": Flag(_OFF, instead=_CONTROL),
        "StatusTableEnabled": Flag(_OFF, instead=_CONTROL),
        "FullLoadExceptionTableEnabled": Flag(_OFF, instead=_CONTROL),
    }
)

_STREAM_BUFFERS = Block(
    {
        "StreamBufferCount": Number((3,), least=1, instead=_CHANGES),
        "StreamBufferSizeInMB": Number((8,), least=1, instead=_CHANGES),
        "CtrlStreamBufferSizeInMB": Number((5,), least=1, most=8, instead=_CHANGES),
    }
)

_DDL_POLICY = Block(
    {
        "HandleSourceTableDropped": Flag(_ON, instead=_CHANGES),
        "HandleSourceTableTruncated": Flag(_ON, instead=_CHANGES),
        "HandleSourceTableAltered": Flag(_ON, instead=_CHANGES),
    }
)

_TUNING = Block(
    {
        "BatchApplyPreserveTransaction": Flag(_ON, instead=_CHANGES),
        "BatchApplyTimeoutMin": Number((1,), instead=_CHANGES),
        "BatchApplyTimeoutMax": Number((30,), instead=_CHANGES),
        "BatchApplyMemoryLimit": Number((500,), instead=_CHANGES),
        "BatchSplitSize": Number((0,), instead=_CHANGES),
        "MinTransactionSize": Number((1000,), instead=_CHANGES),
        "CommitTimeout": Number((1,), instead=_CHANGES),
        "MemoryLimitTotal": Number((1024,), instead=_CHANGES),
        "MemoryKeepTime": Number((60,), instead=_CHANGES),
        "StatementCacheSize": Number((50,), most=200, instead=_CHANGES),
        "RecoveryTimeout": Number((-1,), least=-1, instead=_CHANGES),
    }
)

_VALIDATION_SETTINGS = Block(
    {
        "EnableValidation": Flag(_OFF, instead=_VALIDATION),
        "ValidationMode": Choice(("ROW_LEVEL",), ("ROW_LEVEL", "GROUP_LEVEL"), instead=_VALIDATION),
        "ThreadCount": Number((5,), least=1, instead=_VALIDATION),
        "PartitionSize": Number((10000,), least=1, instead=_VALIDATION),
        "FailureMaxCount": Number((10000, 1000), instead=_VALIDATION),
        "TableFailureMaxCount": Number((1000, 10000), instead=_VALIDATION),
        "RecordFailureDelayInMinutes": Number((5,), instead=_VALIDATION),
        "RecordFailureDelayLimitInMinutes": Number((0, 1), instead=_VALIDATION),
        "RecordSuspendDelayInMinutes": Number((30,), instead=_VALIDATION),
        "MaxKeyColumnSize": Number((8096,), instead=_VALIDATION),
        "HandleCollationDiff": Flag(_OFF, instead=_VALIDATION),
        "ValidationOnly": Flag(_OFF, instead="this version moves rows in every task"),
        "SkipLobColumns": Flag(_OFF, instead=_VALIDATION),
        "ValidationPartialLobSize": Number((0,), instead=_VALIDATION),
        "ValidationQueryCdcDelaySeconds": Number((0, 180), instead=_VALIDATION),
    }
)

_RESYNC = Block(
    {
        "EnableResync": Flag(_OFF, instead="rows are not repaired"),
        "ResyncSchedule": Words(instead="rows are not repaired"),
        "MaxResyncTime": Number((), least=5, most=14400, instead="rows are not repaired"),
        "ValidationTaskId": Words(instead="rows are not repaired"),
    },
    nullable=True,
)

_ERRORS = Block(
    {
        "DataErrorPolicy": Choice(("LOG_ERROR",), _ERROR_POLICY, instead=_REFUSED),
        "DataTruncationErrorPolicy": Choice(("LOG_ERROR",), _ERROR_POLICY, instead="nothing is truncated: " + _REFUSED),
        "DataMaskingErrorPolicy": Choice(("STOP_TASK",), _ERROR_POLICY, instead=_REFUSED),
        "DataErrorEscalationPolicy": Choice(("SUSPEND_TABLE",), _SUSPEND_OR_STOP, instead=_REFUSED),
        "DataErrorEscalationCount": Number((0, 50), instead=_REFUSED),
        "EventErrorPolicy": Choice(("IGNORE",), ("IGNORE", "STOP_TASK"), instead="events cannot fail a task"),
        "TableErrorPolicy": Choice(("SUSPEND_TABLE",), _SUSPEND_OR_STOP, instead="other tables go on loading"),
        "TableErrorEscalationPolicy": Choice(("STOP_TASK",), ("STOP_TASK",), instead="other tables go on loading"),
        "TableErrorEscalationCount": Number((0, 50), instead="other tables go on loading"),
        "RecoverableErrorCount": Number((-1, 0), least=-1, honoured=True),
        "RecoverableErrorInterval": Number((5,), honoured=True),
        "RecoverableErrorThrottling": Flag(_ON, honoured=True),
        "RecoverableErrorThrottlingMax": Number((1800,), least=1, honoured=True),
        "RecoverableErrorStopRetryAfterThrottlingMax": Flag(
            (True, False), instead="retries go on until RecoverableErrorCount"
        ),
        "ApplyErrorDeletePolicy": Choice(("IGNORE_RECORD",), _ERROR_POLICY, instead=_CHANGES),
        "ApplyErrorInsertPolicy": Choice(("LOG_ERROR",), (*_ERROR_POLICY, "INSERT_RECORD"), instead=_CHANGES),
        "ApplyErrorUpdatePolicy": Choice(("LOG_ERROR",), (*_ERROR_POLICY, "UPDATE_RECORD"), instead=_CHANGES),
        "ApplyErrorEscalationPolicy": Choice(("LOG_ERROR",), ("LOG_ERROR", *_SUSPEND_OR_STOP), instead=_CHANGES),
        "ApplyErrorEscalationCount": Number((0,), instead=_CHANGES),
        "ApplyErrorFailOnTruncationDdl": Flag(_OFF, instead=_CHANGES),
        "FailOnNoTablesCaptured": Flag(_ON, honoured=True),
        "FailOnTransactionConsistencyBreached": Flag(_OFF, instead=_CHANGES),
        "FullLoadIgnoreConflicts": Flag(_ON, instead=_CHANGES),
    }
)

_TRAVEL = "no log of statements is written"
_TIME_TRAVEL = Block(
    {
        "EnableTT": Flag(_OFF, instead=_TRAVEL),
        "TTS3Settings": Block(
            {
                "EncryptionMode": Choice(("SSE_S3",), ("SSE_S3", "SSE_KMS"), instead=_TRAVEL),
                "ServerSideEncryptionKmsKeyId": Words(instead=_TRAVEL),
                "ServiceAccessRoleArn": Words(instead=_TRAVEL),
                "BucketName": Words(instead=_TRAVEL),
                "BucketFolder": Words(instead=_TRAVEL),
                "EnableDeletingFromS3OnTaskDelete": Flag(_OFF, instead=_TRAVEL),
            },
            nullable=True,
        ),
        "TTRecordSettings": Block(
            {
                "EnableRawData": Flag(_OFF, instead=_TRAVEL),
                "RawDataFormat": Choice(("TEXT",), ("TEXT", "HEX"), instead=_TRAVEL),
                "OperationsToLog": Words(("ALL", "INSERT", "UPDATE", "DELETE", "COMMIT", "ROLLBACK"), instead=_TRAVEL),
                "MaxRecordSize": Number((64,), instead=_TRAVEL),
            },
            nullable=True,
        ),
    },
    nullable=True,
)

_BEFORE_IMAGE = Block(
    {
        "EnableBeforeImage": Flag(_OFF, instead=_CHANGES),
        "FieldName": Words(instead=_CHANGES),
        "ColumnFilter": Choice(("pk-only",), ("pk-only", "non-lob", "all"), instead=_CHANGES),
    },
    nullable=True,
)

_LOOPBACK = Block(
    {
        "EnableLoopbackPrevention": Flag(_OFF, instead=_CHANGES),
        "SourceSchema": Words(instead=_CHANGES),
        "TargetSchema": Words(instead=_CHANGES),
    },
    nullable=True,
)

_CHARACTERS = "characters are carried as they are"
_CHARACTER_SETS = Block(
    {
        "CharacterReplacements": Records(
            {"SourceCharacterCodePoint": Words(()), "TargetCharacterCodePoint": Words(())}, instead=_CHARACTERS
        ),
        "CharacterSetSupport": Block(
            {
                "CharacterSet": Words(instead=_CHARACTERS),
                "ReplaceWithCharacterCodePoint": Words((), instead=_CHARACTERS),
            },
            nullable=True,
        ),
    },
    nullable=True,
)

SETTINGS = Block(
    {
        "TargetMetadata": _TARGET_METADATA,
        "FailTaskWhenCleanTaskResourceFailed": Flag(_OFF, instead="control rows are removed with the task"),
        "FullLoadSettings": _FULL_LOAD,
        "Logging": _LOGGING,
        "ControlTablesSettings": _CONTROL_TABLES,
        "StreamBufferSettings": _STREAM_BUFFERS,
        "ChangeProcessingDdlHandlingPolicy": _DDL_POLICY,
        "ChangeProcessingTuning": _TUNING,
        "ValidationSettings": _VALIDATION_SETTINGS,
        "ResyncSettings": _RESYNC,
        "ErrorBehavior": _ERRORS,
        "TTSettings": _TIME_TRAVEL,
        "BeforeImageSettings": _BEFORE_IMAGE,
        "LoopbackPreventionSettings": _LOOPBACK,
        "CharacterSetSettings": _CHARACTER_SETS,
        "PostProcessingRules": Records({}, instead="nothing is done after the load"),
    }
)
"""The whole document."""
