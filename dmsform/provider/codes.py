"""Diagnostics that every provider shares, so that a wrong password reads alike whatever the engine."""

from dmsform.diagnostics import Code, ExitCode

UNKNOWN_ENGINE = Code("DMS501", "Unknown engine", "No provider of that name is installed.", ExitCode.CONFIGURATION)
MISSING_DRIVER = Code(
    "DMS502", "Missing driver", "The provider needs a package that is not installed.", ExitCode.CONFIGURATION
)
UNREACHABLE = Code(
    "DMS503", "Endpoint is unreachable", "No server answered at the endpoint's address.", ExitCode.UNREACHABLE
)
AUTHENTICATION = Code(
    "DMS504", "Authentication failed", "The server refused the user name or password.", ExitCode.AUTHENTICATION
)
MISSING_DATABASE = Code(
    "DMS505",
    "Database does not exist",
    "The server answered, but has no such database or file.",
    ExitCode.CONFIGURATION,
)
MISSING_GRANT = Code("DMS506", "Missing grant", "The user lacks a right that the task needs.", ExitCode.AUTHENTICATION)
CONNECTION_LOST = Code(
    "DMS507",
    "Connection lost",
    "The connection to the data store broke; nothing of the open transaction was kept.",
    ExitCode.UNREACHABLE,
)
UNSUPPORTED_TYPE = Code(
    "DMS508", "Type cannot be carried", "A column's type has no lossless counterpart on the target.", ExitCode.REFUSED
)
VALUE_REFUSED = Code(
    "DMS509",
    "Value cannot be carried",
    "A value cannot be held by the target's column, so the table's load stopped.",
    ExitCode.TASK_FAILED,
)
TARGET_HOLDS_ROWS = Code(
    "DMS510",
    "Target table holds rows",
    "The preparation mode would keep or destroy rows that the plan did not name.",
    ExitCode.REFUSED,
)
TARGET_CLAIMED = Code(
    "DMS511", "Target table belongs to another task", "Another task loads into this table.", ExitCode.LOCKED
)
NOT_OWNER = Code(
    "DMS512",
    "Task has a new owner",
    "Another process took the task over; this one must not write any more.",
    ExitCode.LOCKED,
)
ROW_COUNT = Code(
    "DMS513",
    "Rows lost on the way",
    "The target took another number of rows than the source sent.",
    ExitCode.TASK_FAILED,
)
TARGET_DIFFERS = Code(
    "DMS514",
    "Target table differs",
    "The existing target table cannot take the source table's columns.",
    ExitCode.REFUSED,
)
DISK_FULL = Code("DMS515", "Disk full", "The data store has no room left.", ExitCode.TASK_FAILED)
INVALID_SETTINGS = Code(
    "DMS516",
    "Invalid endpoint setting",
    "An argument of an endpoint is unknown, missing or has a wrong value.",
    ExitCode.CONFIGURATION,
)
MISSING_FACE = Code(
    "DMS517",
    "Provider cannot do this",
    "The task needs something that an endpoint's provider does not offer.",
    ExitCode.CONFIGURATION,
)
STATEMENT_FAILED = Code("DMS518", "Statement failed", "The data store refused a statement.", ExitCode.TASK_FAILED)
TLS_FAILED = Code(
    "DMS519",
    "No encrypted connection",
    "The server and the endpoint's ssl_mode, certificates or keys do not agree, so that no connection is made rather "
    "than one that is less safe than asked for.",
    ExitCode.CONFIGURATION,
)
SOURCE_DIFFERS = Code(
    "DMS520",
    "Source table was altered",
    "The table has other columns than when it was matched, so that its rows would not be loaded as they are.",
    ExitCode.TASK_FAILED,
)
ORPHANS = Code(
    "DMS581",
    "Rows refer to nothing",
    "A foreign key cannot be added, as rows refer to rows that the target does not have.",
    ExitCode.TASK_FAILED,
)
FOREIGN_KEY_REFUSED = Code(
    "DMS582",
    "Foreign key cannot be added",
    "The target refuses a foreign key. The rows are loaded; nothing holds them to it.",
    ExitCode.TASK_FAILED,
)

CODES = (
    UNKNOWN_ENGINE, MISSING_DRIVER, UNREACHABLE, AUTHENTICATION, MISSING_DATABASE, MISSING_GRANT, CONNECTION_LOST,
    UNSUPPORTED_TYPE, VALUE_REFUSED, TARGET_HOLDS_ROWS, TARGET_CLAIMED, NOT_OWNER, ROW_COUNT, TARGET_DIFFERS,
    DISK_FULL, INVALID_SETTINGS, MISSING_FACE, STATEMENT_FAILED, TLS_FAILED, SOURCE_DIFFERS, ORPHANS,
    FOREIGN_KEY_REFUSED,
)  # fmt: skip
