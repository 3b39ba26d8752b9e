"""Diagnostics of table mappings: of the document itself, of its expressions, and of what it does to a catalogue."""

from dmsform.diagnostics import Code, ExitCode

INVALID_MAPPINGS = Code(
    "DMS301",
    "Invalid table mappings",
    "A part of the table-mapping document has the wrong JSON type or shape.",
    ExitCode.CONFIGURATION,
)
UNKNOWN_KEY = Code(
    "DMS302",
    "Unknown key in table mappings",
    "A rule has a key that AWS DMS's grammar does not know in that place.",
    ExitCode.CONFIGURATION,
)
INVALID_VALUE = Code(
    "DMS303",
    "Invalid value in table mappings",
    "A key of a rule has a value outside of what the grammar allows.",
    ExitCode.CONFIGURATION,
)
MISSING_KEY = Code(
    "DMS304", "Missing key in table mappings", "A rule lacks a key that it needs.", ExitCode.CONFIGURATION
)
DUPLICATE_RULE = Code(
    "DMS305", "Duplicate rule", "Two rules share a rule-id or a rule-name; both must be unique.", ExitCode.CONFIGURATION
)
EXACT_NAME = Code(
    "DMS306",
    "Exact name required",
    "A rule uses a wildcard where only the exact name of one schema and table is allowed.",
    ExitCode.CONFIGURATION,
)
INVALID_PATTERN = Code("DMS307", "Invalid pattern", "A name pattern is not well formed.", ExitCode.CONFIGURATION)
CONTRADICTORY_RULE = Code(
    "DMS308", "Contradictory rule", "Keys of one rule contradict each other.", ExitCode.CONFIGURATION
)
NOT_HONOURED = Code(
    "DMS309",
    "Rule not honoured",
    "The rule is part of AWS DMS's grammar, but this version does not act on it.",
    ExitCode.CONFIGURATION,
)
NO_SELECTION = Code(
    "DMS310",
    "No tables selected",
    "The table mappings have no selection rule that includes tables.",
    ExitCode.CONFIGURATION,
)
INVALID_EXPRESSION = Code(
    "DMS320", "Invalid expression", "An expression is not well-formed SQLite syntax.", ExitCode.CONFIGURATION
)
EXPRESSION_REFUSED = Code(
    "DMS321",
    "Expression not supported",
    "An expression uses a function or operator outside of AWS DMS's list.",
    ExitCode.CONFIGURATION,
)
EXPRESSION_COLUMN = Code(
    "DMS322",
    "Unknown name in expression",
    "An expression refers to a column or to metadata that does not exist where it is used.",
    ExitCode.CONFIGURATION,
)
EXPRESSION_NOT_RENDERABLE = Code(
    "DMS323",
    "Expression cannot be evaluated exactly",
    "The source's engine cannot compute the expression with exactly SQLite's result.",
    ExitCode.REFUSED,
)
NO_TABLES = Code(
    "DMS330",
    "No table matches",
    "The selection rules match no table or view of the source.",
    ExitCode.CONFIGURATION,
)
RULE_WITHOUT_EFFECT = Code(
    "DMS331", "Rule without effect", "A rule matches nothing in the source.", ExitCode.CONFIGURATION
)
FILTER_COLUMN = Code(
    "DMS332",
    "Filter on a missing column",
    "A filter names a column that the source table does not have.",
    ExitCode.CONFIGURATION,
)
FILTER_VALUE = Code(
    "DMS333",
    "Filter does not fit its column",
    "A filter's operator or value cannot be compared with a column of that type.",
    ExitCode.CONFIGURATION,
)
SAME_TARGET_TABLE = Code(
    "DMS334",
    "Two tables map to one",
    "Two source tables would load into the same target table.",
    ExitCode.CONFIGURATION,
)
SAME_TARGET_COLUMN = Code(
    "DMS335",
    "Two columns map to one",
    "Two columns of a table would have the same name on the target.",
    ExitCode.CONFIGURATION,
)
NO_COLUMNS = Code("DMS336", "No column left", "A table has no column left after its rules.", ExitCode.CONFIGURATION)
KEY_DROPPED = Code(
    "DMS337",
    "Primary key dropped",
    "A rule removes a column of the primary key, so the target table is created without one.",
)
KEY_COLUMN = Code(
    "DMS338",
    "Unknown column in primary key",
    "A define-primary-key rule names a column that the target table does not have.",
    ExitCode.CONFIGURATION,
)
INVALID_NAME = Code(
    "DMS339",
    "Invalid target name",
    "A rule gives a schema, table or column an empty name.",
    ExitCode.CONFIGURATION,
)
MASK_TYPE = Code(
    "DMS340",
    "Mask does not fit its column",
    "A data-masking action cannot be applied to a column of that type.",
    ExitCode.CONFIGURATION,
)
MASKED_KEY = Code("DMS341", "Key column is masked", "A mask of a key column does not keep its values distinct.")
RULE_OVERRIDDEN = Code(
    "DMS342",
    "Rule overridden",
    "Two rules of one kind match the same object; the one with the lower rule-id is applied.",
)
ADDED_COLUMN_EXISTS = Code(
    "DMS343",
    "Added column exists",
    "An add-column rule names a column that the table has already.",
    ExitCode.CONFIGURATION,
)

CODES = (
    INVALID_MAPPINGS, UNKNOWN_KEY, INVALID_VALUE, MISSING_KEY, DUPLICATE_RULE, EXACT_NAME, INVALID_PATTERN,
    CONTRADICTORY_RULE, NOT_HONOURED, NO_SELECTION, INVALID_EXPRESSION, EXPRESSION_REFUSED, EXPRESSION_COLUMN,
    EXPRESSION_NOT_RENDERABLE, NO_TABLES, RULE_WITHOUT_EFFECT, FILTER_COLUMN, FILTER_VALUE, SAME_TARGET_TABLE,
    SAME_TARGET_COLUMN, NO_COLUMNS, KEY_DROPPED, KEY_COLUMN, INVALID_NAME, MASK_TYPE, MASKED_KEY, RULE_OVERRIDDEN,
    ADDED_COLUMN_EXISTS,
)  # fmt: skip
