"""Diagnostics of task-settings documents."""

from dmsform.diagnostics import Code, ExitCode

INVALID_DOCUMENT = Code(
    "DMS361",
    "Invalid task settings",
    "A part of the task-settings document has the wrong JSON type.",
    ExitCode.CONFIGURATION,
)
UNKNOWN_SETTING = Code(
    "DMS362",
    "Unknown task setting",
    "AWS DMS has no task setting of that name in that place.",
    ExitCode.CONFIGURATION,
)
INVALID_SETTING = Code(
    "DMS363",
    "Invalid value of a task setting",
    "A task setting has a value outside of what AWS DMS allows.",
    ExitCode.CONFIGURATION,
)
NOT_HONOURED = Code(
    "DMS364",
    "Task setting not honoured",
    "The setting is AWS DMS's and is not at its default, but this version does not act on it.",
    ExitCode.CONFIGURATION,
)
CONTRADICTORY = Code(
    "DMS365", "Contradictory task settings", "Two task settings exclude each other.", ExitCode.CONFIGURATION
)

CODES = (INVALID_DOCUMENT, UNKNOWN_SETTING, INVALID_SETTING, NOT_HONOURED, CONTRADICTORY)
