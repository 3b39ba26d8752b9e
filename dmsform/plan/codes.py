"""Diagnostics of planning."""

from dmsform.diagnostics import Code, ExitCode

PREVENT_DESTROY = Code(
    "DMS401",
    "Resource cannot be destroyed",
    "`lifecycle.prevent_destroy` is set, also where the block itself was removed, and the plan would destroy it.",
    ExitCode.REFUSED,
)
OTHER_MACHINE = Code(
    "DMS402",
    "Replication instance belongs to another machine",
    "A `local` replication instance, its cache and its tasks live on the machine that it was created on.",
    ExitCode.REFUSED,
)
TARGET_HOLDS_ROWS = Code(
    "DMS403",
    "Target table holds rows",
    "The preparation mode `do-nothing` neither keeps nor destroys rows that the task did not load.",
    ExitCode.REFUSED,
)
LOADED_DIFFERENTLY = Code(
    "DMS404",
    "Table was loaded under another definition",
    "A table that the task loaded earlier is now mapped differently, and `do-nothing` must not replace its rows.",
    ExitCode.REFUSED,
)
SOURCE_TABLE_CHANGED = Code(
    "DMS405",
    "Table changed since it was loaded",
    "The source table's definition is not the one that the task loaded; the target keeps what was loaded.",
)
SOURCE_MOVED = Code(
    "DMS406",
    "Source endpoint changed",
    "The endpoint now leads to another store; tables that are loaded keep the rows of the former one.",
)
PLAN_FILE = Code(
    "DMS407", "Not a saved plan", "The file is no plan that `plan -out` wrote, or it was changed.",
    ExitCode.CONFIGURATION,
)  # fmt: skip
PLAN_VERSION = Code(
    "DMS408",
    "Saved by another version",
    "A plan is applied only by the version that made it.",
    ExitCode.STALE_PLAN,
)
STALE_PLAN = Code(
    "DMS409",
    "Saved plan is stale",
    "What the plan was made from has changed, so that applying it could do something else than was reviewed.",
    ExitCode.STALE_PLAN,
)
TARGET_IS_VIEW = Code(
    "DMS410",
    "View in the place of a target table",
    "A view stands on the target under the name of a table to load; rows are loaded into tables alone, and no view is "
    "ever dropped.",
    ExitCode.REFUSED,
)

CODES = (
    PREVENT_DESTROY, OTHER_MACHINE, TARGET_HOLDS_ROWS, LOADED_DIFFERENTLY, SOURCE_TABLE_CHANGED, SOURCE_MOVED,
    PLAN_FILE, PLAN_VERSION, STALE_PLAN, TARGET_IS_VIEW,
)  # fmt: skip
