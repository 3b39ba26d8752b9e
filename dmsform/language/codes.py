"""Diagnostics of the language: DMS101 to DMS199."""

from __future__ import annotations

from dmsform.diagnostics import Code, ExitCode
from dmsform.graph import DEPENDENCY_CYCLE as DEPENDENCY_CYCLE

_EXIT = ExitCode.CONFIGURATION

INVALID_EXPRESSION = Code("DMS101", "Invalid expression", "An expression does not follow HCL's grammar.", _EXIT)
INVALID_BLOCK = Code(
    "DMS102",
    "Invalid block definition",
    "A block's header or body does not follow HCL's grammar.",
    _EXIT,
)
MISSING_NEWLINE = Code("DMS103", "Missing newline after argument", "Arguments and blocks end with their line.", _EXIT)
UNCLOSED = Code("DMS104", "Unclosed bracket", "A brace, bracket or parenthesis is opened and never closed.", _EXIT)
INVALID_STRING = Code(
    "DMS105",
    "Invalid string",
    "A quoted string is not closed on its line, or holds an unknown escape.",
    _EXIT,
)
INVALID_TEMPLATE = Code("DMS106", "Invalid template", "A template's interpolation or directive is incomplete.", _EXIT)
INVALID_CHARACTER = Code("DMS107", "Invalid character", "A character has no meaning in HCL at this place.", _EXIT)
DUPLICATE_ARGUMENT = Code("DMS108", "Argument redefined", "An argument is set twice in the same block.", _EXIT)
UNREADABLE_FILE = Code(
    "DMS109",
    "Configuration file cannot be read",
    "A configuration file is missing, not readable or not UTF-8.",
    _EXIT,
)
NO_CONFIGURATION = Code("DMS110", "No configuration files", "The directory holds no file that ends in .dms.hcl.", _EXIT)
UNSUPPORTED_BLOCK = Code(
    "DMS111",
    "Unsupported block type",
    "A block of this type has no meaning at this place.",
    _EXIT,
)
UNSUPPORTED_ARGUMENT = Code(
    "DMS112",
    "Unsupported argument",
    "An argument of this name has no meaning in this block.",
    _EXIT,
)
MISSING_ARGUMENT = Code(
    "DMS113",
    "Missing required argument",
    "A block lacks an argument that it cannot do without.",
    _EXIT,
)
NOT_BUILT = Code(
    "DMS114",
    "Not built yet",
    "The configuration uses something that dmsform knows but that this version does not do.",
    _EXIT,
)
INVALID_LABELS = Code(
    "DMS115",
    "Wrong block labels",
    "A block has too few or too many labels, or a name that is not one.",
    _EXIT,
)
DUPLICATE_BLOCK = Code(
    "DMS116",
    "Duplicate block",
    "Two blocks declare the same thing, or a block stands where one is there already.",
    _EXIT,
)
UNSUITABLE_VALUE = Code(
    "DMS117",
    "Unsuitable value",
    "An argument's value has the wrong type or is not among the allowed ones.",
    _EXIT,
)
VALUE_NOT_KNOWN = Code("DMS118", "Value must be known", "A value that the plan needs is known only after apply.", _EXIT)
MISSING_BLOCK = Code("DMS119", "Missing block", "A block lacks a nested block that it cannot do without.", _EXIT)
VERSION_MISMATCH = Code(
    "DMS120",
    "Unsupported dmsform version",
    "The configuration asks for another version of dmsform.",
    _EXIT,
)
SENSITIVE_OUTPUT = Code(
    "DMS121",
    "Output refers to sensitive values",
    "An output would show a value that was marked sensitive.",
    _EXIT,
)
UNDECLARED_VARIABLE = Code(
    "DMS130",
    "Reference to undeclared input variable",
    "An expression names a variable that no block declares.",
    _EXIT,
)
UNDECLARED_LOCAL = Code(
    "DMS131",
    "Reference to undeclared local value",
    "An expression names a local value that no locals block defines.",
    _EXIT,
)
UNDECLARED_RESOURCE = Code(
    "DMS132",
    "Reference to undeclared resource",
    "An expression names a resource that no block declares.",
    _EXIT,
)
INVALID_REFERENCE = Code(
    "DMS133",
    "Invalid reference",
    "An expression begins with a name that means nothing here, or misses a part.",
    _EXIT,
)
UNSUPPORTED_ATTRIBUTE = Code("DMS134", "Unsupported attribute", "A value has no attribute of this name.", _EXIT)
INVALID_INDEX = Code("DMS135", "Invalid index", "A list, map or tuple has no element at this index.", _EXIT)
INVALID_OPERAND = Code(
    "DMS136",
    "Invalid operand",
    "An operator was given a value of a type it cannot work with.",
    _EXIT,
)
INVALID_CONDITION = Code("DMS137", "Invalid condition", "A condition is not true or false.", _EXIT)
INCONSISTENT_RESULTS = Code(
    "DMS138",
    "Inconsistent conditional result types",
    "The two results of a condition have types that do not go together.",
    _EXIT,
)
UNKNOWN_FUNCTION = Code("DMS139", "Call to unknown function", "There is no function of that name.", _EXIT)
WRONG_ARGUMENTS = Code(
    "DMS140",
    "Wrong function arguments",
    "A function was called with too few or too many arguments.",
    _EXIT,
)
INVALID_FUNCTION_ARGUMENT = Code(
    "DMS141",
    "Invalid function argument",
    "A function was given a value that it cannot work with.",
    _EXIT,
)
INVALID_FOR = Code(
    "DMS142",
    "Invalid 'for' expression",
    "A for expression or directive runs over something that is no collection, or yields unusable keys.",
    _EXIT,
)
INVALID_TEMPLATE_VALUE = Code("DMS143", "Invalid template value", "A template includes a value that is no text.", _EXIT)
INVALID_OBJECT_KEY = Code("DMS144", "Invalid object key", "A key in an object is no text.", _EXIT)
MISSING_VARIABLE = Code(
    "DMS151",
    "No value for required variable",
    "A variable without a default was given no value.",
    _EXIT,
)
UNSUITABLE_VARIABLE = Code(
    "DMS152",
    "Unsuitable value for variable",
    "A variable's value does not fit its type.",
    _EXIT,
)
INVALID_VARIABLE = Code(
    "DMS153",
    "Invalid value for variable",
    "A variable's value breaks one of its validation rules.",
    _EXIT,
)
UNDECLARED_VALUE = Code(
    "DMS154",
    "Value for undeclared variable",
    "A value was given for a variable that no block declares.",
    _EXIT,
)
INVALID_VALUES_FILE = Code(
    "DMS155",
    "Invalid variable values",
    "A values file or -var option is not readable as variable values.",
    _EXIT,
)
VISIBLE_SECRET = Code(
    "DMS156",
    "Sensitive variable on the command line",
    "A secret given by -var shows in the process list and in the shell's history.",
    _EXIT,
)
INVALID_TYPE = Code("DMS157", "Invalid type specification", "A variable's type is not a type constraint.", _EXIT)
INVALID_DEFAULT = Code(
    "DMS158",
    "Invalid default value for variable",
    "A variable's default does not fit its type.",
    _EXIT,
)

CODES = (
    INVALID_EXPRESSION, INVALID_BLOCK, MISSING_NEWLINE, UNCLOSED, INVALID_STRING, INVALID_TEMPLATE,
    INVALID_CHARACTER, DUPLICATE_ARGUMENT, UNREADABLE_FILE, NO_CONFIGURATION, UNSUPPORTED_BLOCK,
    UNSUPPORTED_ARGUMENT, MISSING_ARGUMENT, NOT_BUILT, INVALID_LABELS, DUPLICATE_BLOCK, UNSUITABLE_VALUE,
    VALUE_NOT_KNOWN, MISSING_BLOCK, VERSION_MISMATCH, SENSITIVE_OUTPUT, UNDECLARED_VARIABLE, UNDECLARED_LOCAL,
    UNDECLARED_RESOURCE, INVALID_REFERENCE, UNSUPPORTED_ATTRIBUTE, INVALID_INDEX, INVALID_OPERAND,
    INVALID_CONDITION, INCONSISTENT_RESULTS, UNKNOWN_FUNCTION, WRONG_ARGUMENTS, INVALID_FUNCTION_ARGUMENT,
    INVALID_FOR, INVALID_TEMPLATE_VALUE, INVALID_OBJECT_KEY, DEPENDENCY_CYCLE, MISSING_VARIABLE,
    UNSUITABLE_VARIABLE, INVALID_VARIABLE, UNDECLARED_VALUE, INVALID_VALUES_FILE, VISIBLE_SECRET, INVALID_TYPE,
    INVALID_DEFAULT,
)  # fmt: skip
