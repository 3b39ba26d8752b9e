"""Diagnostics that only SQLite gives; DMS561 to DMS580."""

from dmsform.diagnostics import Code, ExitCode

NOT_A_DATABASE = Code(
    "DMS561",
    "File is not an SQLite database",
    "The endpoint's path leads to something that SQLite cannot open as a database.",
    ExitCode.CONFIGURATION,
)
NEEDS_RECOVERY = Code(
    "DMS562",
    "Database needs recovery",
    "A program died while it wrote to the file; what it left must be rolled back, and a source is opened read-only.",
    ExitCode.REFUSED,
)
NAME_REFUSED = Code(
    "DMS563",
    "Name cannot be used in SQLite",
    "SQLite has the one schema `main`, reserves some names, and does not tell upper from lower case.",
    ExitCode.REFUSED,
)
CONVERSION_REFUSED = Code(
    "DMS564",
    "Conversion is not possible",
    "A transformation rule asks for a type that values of SQLite cannot be converted to.",
    ExitCode.REFUSED,
)
FILTER_REFUSED = Code(
    "DMS565",
    "Filter does not fit its column",
    "A filter's operand cannot be compared exactly with the column's values.",
    ExitCode.CONFIGURATION,
)
TABLE_MISSING = Code(
    "DMS566",
    "Source table changed",
    "A mapped table, or a column of it, is not or no longer in the source.",
    ExitCode.REFUSED,
)
TABLE_SKIPPED = Code(
    "DMS567", "Table is left out", "Virtual tables and views that do not work any more are not among the tables."
)
WRITERS_WAIT = Code(
    "DMS568",
    "Writers wait during the load",
    "A file that is not in WAL mode lets no one write while it is read.",
)
TARGET_TRIGGERS = Code(
    "DMS569",
    "Target table has triggers",
    "Triggers would fire for every loaded row and could change it or write elsewhere.",
    ExitCode.REFUSED,
)
LIBRARY_TOO_OLD = Code(
    "DMS570", "SQLite library is too old", "dmsform needs SQLite 3.37 or newer.", ExitCode.CONFIGURATION
)
IO_ERROR = Code("DMS571", "File cannot be read or written", "The operating system refused to read or write the file.")

CODES = (
    NOT_A_DATABASE, NEEDS_RECOVERY, NAME_REFUSED, CONVERSION_REFUSED, FILTER_REFUSED, TABLE_MISSING, TABLE_SKIPPED,
    WRITERS_WAIT, TARGET_TRIGGERS, LIBRARY_TOO_OLD, IO_ERROR,
)  # fmt: skip
