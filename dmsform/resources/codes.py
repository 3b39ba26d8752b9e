"""Diagnostics of resources: what a block says that cannot be, and what stands in a task's way."""

from dmsform.diagnostics import Code, ExitCode

ADDRESS_EXPECTED = Code(
    "DMS451",
    "Reference to a resource expected",
    "The argument takes a resource as a whole, such as `endpoint.shop`, and was given something else.",
    ExitCode.CONFIGURATION,
)
INVALID_SETTING = Code(
    "DMS452", "Invalid task setting", "A setting of a task has a wrong value.", ExitCode.CONFIGURATION
)
GIVEN_TWICE = Code(
    "DMS453",
    "Setting given twice",
    "A setting stands in the task's blocks and in its AWS DMS document.",
    ExitCode.CONFIGURATION,
)
INVALID_DOCUMENT = Code(
    "DMS454", "Not a JSON document", "The argument takes the text of a JSON object.", ExitCode.CONFIGURATION
)
BOTH_FORMS = Code(
    "DMS455",
    "Rules given in two forms",
    "A task takes its rules from blocks or from an AWS DMS document, not from both.",
    ExitCode.CONFIGURATION,
)
EMBEDDED_ARGUMENT = Code(
    "DMS456",
    "Argument of an embedded endpoint",
    "An endpoint whose server apply starts takes the connection from that server.",
    ExitCode.CONFIGURATION,
)
NO_EMBEDDED_SERVER = Code(
    "DMS457",
    "Engine has no embedded server",
    "No server of this engine can be started for an endpoint.",
    ExitCode.CONFIGURATION,
)
SAME_STORE = Code(
    "DMS458",
    "Source and target are one store",
    "A task that loads into its own source would overwrite what it reads.",
    ExitCode.CONFIGURATION,
)
UNSUPPORTED_LEFT_OUT = Code(
    "DMS459",
    "Column left out",
    "A column has a type that cannot be carried, and `on_unsupported` says to leave it out.",
)
OTHER_OWNER = Code(
    "DMS460",
    "Target table belongs to another task",
    "Another task, of this state or of another, loads into the target table.",
    ExitCode.LOCKED,
)
TASK_DOES_NOT_STOP = Code(
    "DMS461",
    "Task does not stop",
    "A running task has to stop before it can be modified, and did not in time.",
    ExitCode.TASK_FAILED,
)
ENDPOINT_NOT_READY = Code(
    "DMS462",
    "Endpoint is not ready",
    "A task needs the connection of an endpoint whose server does not run.",
    ExitCode.UNREACHABLE,
)
UNFIT_PAIR = Code(
    "DMS463",
    "No way between these engines",
    "The providers of source and target share no way to move rows, or lack what a task needs.",
    ExitCode.CONFIGURATION,
)
SHARED_TARGET = Code(
    "DMS464",
    "Two tasks load one target table",
    "A target table has one task that loads it; two would replace or mix each other's rows.",
    ExitCode.CONFIGURATION,
)

CODES = (
    ADDRESS_EXPECTED, INVALID_SETTING, GIVEN_TWICE, INVALID_DOCUMENT, BOTH_FORMS, EMBEDDED_ARGUMENT,
    NO_EMBEDDED_SERVER, SAME_STORE, UNSUPPORTED_LEFT_OUT, OTHER_OWNER, TASK_DOES_NOT_STOP, ENDPOINT_NOT_READY,
    UNFIT_PAIR, SHARED_TARGET,
)  # fmt: skip
