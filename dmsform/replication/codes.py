"""Diagnostics of a running task."""

from dmsform.diagnostics import Code, ExitCode

NOT_PLANNED = Code(
    "DMS601",
    "Table was not in the plan",
    "The mapping matches a table, or sends it somewhere, that the reviewed plan did not show.",
    ExitCode.STALE_PLAN,
)
SOURCE_CHANGED = Code(
    "DMS602",
    "Source table changed since the plan",
    "The source table's definition is not the one the plan was made for.",
    ExitCode.STALE_PLAN,
)
SOURCE_GONE = Code(
    "DMS603",
    "Source table does not exist any more",
    "The plan named a table that the mapping no longer matches on the source.",
    ExitCode.STALE_PLAN,
)
TARGET_APPEARED = Code(
    "DMS604",
    "Target table appeared since the plan",
    "The plan said that the target table does not exist yet; what stands there now is not the plan's to touch.",
    ExitCode.STALE_PLAN,
)
TARGET_FILLED = Code(
    "DMS605",
    "Target table got rows since the plan",
    "The plan said that the target table is empty; the rows there now are not the plan's to touch.",
    ExitCode.STALE_PLAN,
)
TARGET_UNSEEN = Code(
    "DMS606",
    "Target table holds rows that the plan could not see",
    "The target could not be reached when the plan was made, so nothing that stands there may be destroyed.",
    ExitCode.REFUSED,
)
NO_TABLES = Code(
    "DMS607",
    "No table to load",
    "The mapping matches no table of the source.",
    ExitCode.CONFIGURATION,
)
UNSUPPORTED_MIGRATION = Code(
    "DMS608",
    "Migration type cannot run",
    "This version of the server runs full loads only.",
    ExitCode.CONFIGURATION,
)
RETRIES_EXHAUSTED = Code(
    "DMS609",
    "Retries exhausted",
    "A lost connection did not come back within the retries that the error behavior allows.",
    ExitCode.UNREACHABLE,
)
WORKER_LOST = Code(
    "DMS610",
    "Worker process was killed",
    "The process that loads the table ended without a word, several times; often it is short of memory.",
    ExitCode.TASK_FAILED,
)
UNEXPECTED = Code(
    "DMS611",
    "Unexpected error in the task",
    "The task met an error that it does not know; this is a defect of dmsform or of a provider.",
    ExitCode.TASK_FAILED,
)

CODES = (
    NOT_PLANNED, SOURCE_CHANGED, SOURCE_GONE, TARGET_APPEARED, TARGET_FILLED, TARGET_UNSEEN, NO_TABLES,
    UNSUPPORTED_MIGRATION, RETRIES_EXHAUSTED, WORKER_LOST, UNEXPECTED,
)  # fmt: skip
