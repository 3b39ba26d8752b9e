"""Diagnostics that only PostgreSQL gives; DMS521 to DMS540."""

from dmsform.diagnostics import Code, ExitCode

NAME_TOO_LONG = Code(
    "DMS521",
    "Name is too long for PostgreSQL",
    "PostgreSQL cuts names at 63 bytes without an error, so that two names could become one.",
    ExitCode.REFUSED,
)
CONVERSION_REFUSED = Code(
    "DMS522",
    "Conversion would lose something",
    "A transformation rule asks for a type to which the source's values cannot be converted without loss.",
    ExitCode.REFUSED,
)
FILTER_REFUSED = Code(
    "DMS523",
    "Filter does not fit its column",
    "A filter's operand is no value of the column's type, or the type cannot be compared in that way.",
    ExitCode.CONFIGURATION,
)
TABLE_IN_USE = Code(
    "DMS524",
    "Other objects depend on the target table",
    "Emptying or dropping the table would need to touch views or foreign keys that the plan did not name.",
    ExitCode.REFUSED,
)
TARGET_TRIGGERS = Code(
    "DMS525",
    "Target table has triggers",
    "Triggers would fire for every loaded row and could change it or write elsewhere.",
    ExitCode.REFUSED,
)
TYPE_MISSING = Code(
    "DMS526",
    "Type does not exist on the target",
    "A column has a type that an extension or the user defined, and the target database does not know it.",
    ExitCode.REFUSED,
)
ENUM_DIFFERS = Code(
    "DMS527",
    "Enumeration differs on the target",
    "The target has an enumeration of that name with other labels or another order.",
    ExitCode.REFUSED,
)
SERVER_TOO_OLD = Code(
    "DMS528", "Server is too old", "dmsform supports PostgreSQL 13 and newer.", ExitCode.CONFIGURATION
)
ENCODING_NOT_UTF8 = Code(
    "DMS529",
    "Target database is not in UTF-8",
    "A target database in another encoding cannot hold every character.",
    ExitCode.REFUSED,
)
ROW_SECURITY = Code(
    "DMS530",
    "Row security hides rows",
    "Row security policies would silently leave rows out of the copy.",
    ExitCode.REFUSED,
)
TABLESPACE_MISSING = Code(
    "DMS531",
    "Tablespace does not exist",
    "A transformation rule names a tablespace that the target does not have.",
    ExitCode.REFUSED,
)
TABLE_MISSING = Code(
    "DMS532", "Source table does not exist", "A mapped table is not, or no longer, in the source.", ExitCode.REFUSED
)
EMBEDDED_FAILED = Code(
    "DMS533", "Embedded server does not start", "The PostgreSQL server of an `embedded` block did not come up."
)
EMBEDDED_STUCK = Code(
    "DMS534", "Embedded server does not stop", "The PostgreSQL server of an `embedded` block ignored its signals."
)
RELATION_SKIPPED = Code(
    "DMS535",
    "Relation is no table",
    "Materialized views and foreign tables are not read: their rows belong to other relations.",
)
TARGET_READ_ONLY = Code("DMS536", "Target is read-only", "The server takes no writes.", ExitCode.REFUSED)

CODES = (
    NAME_TOO_LONG, CONVERSION_REFUSED, FILTER_REFUSED, TABLE_IN_USE, TARGET_TRIGGERS, TYPE_MISSING, ENUM_DIFFERS,
    SERVER_TOO_OLD, ENCODING_NOT_UTF8, ROW_SECURITY, TABLESPACE_MISSING, TABLE_MISSING, EMBEDDED_FAILED,
    EMBEDDED_STUCK, RELATION_SKIPPED, TARGET_READ_ONLY,
)  # fmt: skip
