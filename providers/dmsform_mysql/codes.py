"""Diagnostics that only MySQL and MariaDB give; DMS541 to DMS559."""

from dmsform.diagnostics import Code, ExitCode

NAME_REFUSED = Code(
    "DMS541",
    "Name is not possible in MySQL",
    "MySQL and MariaDB keep 64 characters of a name, none of them beyond U+FFFF and no blank at its end.",
    ExitCode.REFUSED,
)
CONVERSION_REFUSED = Code(
    "DMS542",
    "Conversion would lose something",
    "A transformation rule asks for a type to which the source's values cannot be converted without loss.",
    ExitCode.REFUSED,
)
FILTER_REFUSED = Code(
    "DMS543",
    "Filter does not fit its column",
    "A filter's operand is no value of the column's type, or the type cannot be compared in that way.",
    ExitCode.CONFIGURATION,
)
TABLE_IN_USE = Code(
    "DMS544",
    "Other objects depend on the target table",
    "Dropping or emptying the table would break foreign keys that the plan did not name.",
    ExitCode.REFUSED,
)
TARGET_TRIGGERS = Code(
    "DMS545",
    "Target table has triggers",
    "Triggers would fire for every loaded row and could change it or write elsewhere.",
    ExitCode.REFUSED,
)
SERVER_TOO_OLD = Code(
    "DMS546", "Server is too old", "dmsform supports MySQL 8.0 and MariaDB 10.6 and newer.", ExitCode.CONFIGURATION
)
LOCAL_INFILE_OFF = Code(
    "DMS547",
    "Server takes no LOAD DATA LOCAL",
    "Rows are loaded by LOAD DATA LOCAL, and the server's variable local_infile forbids it.",
    ExitCode.REFUSED,
)
READ_ONLY = Code("DMS548", "Target is read-only", "The server takes no writes.", ExitCode.REFUSED)
NOT_TRANSACTIONAL = Code(
    "DMS549",
    "Storage engine has no transactions",
    "A load into such a table could not be rolled back, or a read from it is of no one moment.",
    ExitCode.REFUSED,
)
TABLE_MISSING = Code(
    "DMS550", "Source table does not exist", "A mapped table is not, or no longer, in the source.", ExitCode.REFUSED
)
PACKET_TOO_SMALL = Code(
    "DMS551",
    "Value is larger than max_allowed_packet",
    "The server handles no value larger than its variable max_allowed_packet.",
    ExitCode.TASK_FAILED,
)
CHARACTER_SET_MISSING = Code(
    "DMS552",
    "Character set or collation does not exist on the target",
    "A column's character set or collation is not known to the target server.",
    ExitCode.REFUSED,
)
VIEW_BROKEN = Code(
    "DMS553",
    "View cannot be read",
    "A view refers to something that is gone, or to something that its definer or reader may not read.",
    ExitCode.REFUSED,
)
TABLE_TOO_WIDE = Code(
    "DMS554",
    "Table is too wide",
    "MySQL's rows, keys and pages have room for only so many columns and bytes.",
    ExitCode.REFUSED,
)

CODES = (
    NAME_REFUSED, CONVERSION_REFUSED, FILTER_REFUSED, TABLE_IN_USE, TARGET_TRIGGERS, SERVER_TOO_OLD, LOCAL_INFILE_OFF,
    READ_ONLY, NOT_TRANSACTIONAL, TABLE_MISSING, PACKET_TOO_SMALL, CHARACTER_SET_MISSING, VIEW_BROKEN,
    TABLE_TOO_WIDE,
)  # fmt: skip
