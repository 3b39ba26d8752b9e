"""Diagnostics of applying."""

from dmsform.diagnostics import Code, ExitCode

SKIPPED = Code(
    "DMS801",
    "Step was skipped",
    "A step that this one depends on failed, so that it was not begun.",
)
UNEXPECTED = Code(
    "DMS802",
    "System error while applying",
    "The operating system refused something to a step; what was applied before it is in the state.",
)
NO_SUCH_TASK = Code(
    "DMS803",
    "No such resource in the state",
    "The name is of no task or replication instance that was applied.",
    ExitCode.CONFIGURATION,
)
LEFT_ON_SERVER = Code(
    "DMS804",
    "Server could not be asked",
    "The replication server of a removed task could not be started, so that its copy of the task may remain there.",
)
TASK_GONE = Code(
    "DMS805",
    "Task is gone",
    "The replication server does not know the task any more that this command waited for.",
    ExitCode.TASK_FAILED,
)
UNKNOWN_ENDPOINT = Code(
    "DMS806",
    "No such endpoint in the configuration",
    "The name is of no endpoint that the files declare.",
    ExitCode.CONFIGURATION,
)
UNKNOWN_TASK = Code(
    "DMS807",
    "No such task in the configuration",
    "The name is of no task that the files declare.",
    ExitCode.CONFIGURATION,
)
SOURCE_UNKNOWN = Code(
    "DMS808",
    "Source cannot be assessed yet",
    "The source's server is one that apply has still to start, so that it has no catalogue to read.",
)

CODES = (SKIPPED, UNEXPECTED, NO_SUCH_TASK, LEFT_ON_SERVER, TASK_GONE, UNKNOWN_ENDPOINT, UNKNOWN_TASK, SOURCE_UNKNOWN)
