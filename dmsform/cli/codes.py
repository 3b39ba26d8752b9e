"""Diagnostics of the command line itself: what was typed, what was answered, and our own mistakes."""

from dmsform.diagnostics import Code, ExitCode

UNKNOWN_COMMAND = Code(
    "DMS851", "Unknown command", "There is no command of that name; nothing was done.", ExitCode.CONFIGURATION
)
UNKNOWN_FLAG = Code(
    "DMS852", "Unknown flag", "The command does not know the flag; nothing was done.", ExitCode.CONFIGURATION
)
BAD_ARGUMENT = Code(
    "DMS853",
    "Invalid command-line argument",
    "An argument is missing, is one too many, or has a value of the wrong form; nothing was done.",
    ExitCode.CONFIGURATION,
)
NOT_BUILT = Code(
    "DMS854",
    "Command not built yet",
    "The command is part of dmsform's design, and this version does not have it yet.",
    ExitCode.CONFIGURATION,
)
NEEDS_APPROVAL = Code(
    "DMS855",
    "Nobody to ask for approval",
    "The command asks before it changes anything, and its input is no terminal; nothing was done.",
    ExitCode.REFUSED,
)
NOT_APPROVED = Code(
    "DMS856", "Not approved", "The question was answered with something else than yes.", ExitCode.CANCELLED
)
INTERRUPTED = Code(
    "DMS857",
    "Interrupted",
    "Ctrl-C (or SIGTERM) ended the command. Steps that were applied are in the state, its lock is released, and tasks "
    "go on under their replication server.",
    ExitCode.CANCELLED,
)
BUG = Code(
    "DMS858",
    "This is a bug in dmsform",
    "An error that dmsform does not know ended the command; its traceback was written to a file.",
)
UNKNOWN_RESOURCE = Code(
    "DMS859", "Not in the state", "The state holds no resource of that address.", ExitCode.CONFIGURATION
)
UNKNOWN_OUTPUT = Code(
    "DMS860", "Unknown output", "The state holds no output of that name.", ExitCode.CONFIGURATION
)  # fmt: skip
NOT_RAW = Code(
    "DMS861",
    "Output cannot be printed raw",
    "Only strings, numbers and booleans have a raw form, and only where they are not sensitive.",
    ExitCode.CONFIGURATION,
)
TASK_FAILED = Code(
    "DMS862",
    "Task did not complete",
    "A task failed, was stopped before its end, or has tables in error. What completed stays.",
    ExitCode.TASK_FAILED,
)
PLAN_IS_FIXED = Code(
    "DMS863",
    "A saved plan takes no planning flags",
    "A plan file says by itself what is destroyed; planning flags would have no effect.",
    ExitCode.CONFIGURATION,
)
UNUSABLE_DIRECTORY = Code(
    "DMS864", "Unusable directory", "The directory given by -chdir cannot be entered.", ExitCode.CONFIGURATION
)
WAIT_ENDED = Code(
    "DMS865",
    "Waiting ended, the task goes on",
    "Ctrl-C (or SIGTERM) ended the waiting of apply. The task runs on under its replication server.",
    ExitCode.CANCELLED,
)
UNWRITABLE_OUTPUT = Code(
    "DMS866",
    "Output cannot be written",
    "What standard output or standard error is redirected to takes nothing more: its disk is full or fails. What the "
    "command did before stays done.",
)
UNWRITABLE_FILE = Code(
    "DMS867",
    "File cannot be written",
    "The file that -out names cannot be written; whatever stood there is as it was.",
)

CODES = (
    UNKNOWN_COMMAND, UNKNOWN_FLAG, BAD_ARGUMENT, NOT_BUILT, NEEDS_APPROVAL, NOT_APPROVED, INTERRUPTED, BUG,
    UNKNOWN_RESOURCE, UNKNOWN_OUTPUT, NOT_RAW, TASK_FAILED, PLAN_IS_FIXED, UNUSABLE_DIRECTORY, WAIT_ENDED,
    UNWRITABLE_OUTPUT, UNWRITABLE_FILE,
)  # fmt: skip
