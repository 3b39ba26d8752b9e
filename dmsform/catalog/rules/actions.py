"""Reads what a transformation rule's action needs, one function per action, in one explicit table."""

from __future__ import annotations

import string
from collections.abc import Callable

from dmsform.catalog import codes
from dmsform.catalog.data_types import NAMES, DataType, DataTypeError
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.syntax import Expression
from dmsform.catalog.mapping import MaskKind
from dmsform.catalog.rules.model import (
    Action,
    AddColumn,
    AddPrefix,
    AddSuffix,
    ChangeDataType,
    ConvertCase,
    DefinePrimaryKey,
    IncludeColumn,
    Letters,
    MaskData,
    RemoveColumn,
    RemovePrefix,
    RemoveSuffix,
    Rename,
    ReplacePrefix,
    ReplaceSuffix,
)
from dmsform.catalog.rules.reading import Reader
from dmsform.catalog.types import LogicalType

_MOST = 2147483647


def read_action(name: str, reader: Reader) -> Action | None:
    """The action of that `rule-action`, or None when what it needs is missing or wrong."""
    return _ACTIONS[name](reader)


def _rename(reader: Reader) -> Action | None:
    if reader.has("expression") and reader.has("value"):
        reader.findings.error(
            codes.CONTRADICTORY_RULE,
            reader.at("expression"),
            "the new name is given by a value and by an expression.",
            'Keep either "value" or "expression".',
        )
        return None
    if reader.has("expression"):
        expression = read_expression(reader)
        return Rename(expression=expression) if expression else None
    value = reader.text("value")
    return Rename(value) if value else None


def _with_value(make: Callable[[str], Action]) -> Callable[[Reader], Action | None]:
    def read(reader: Reader) -> Action | None:
        value = reader.text("value")
        return make(value) if value else None

    return read


def _replacement(make: Callable[[str, str], Action]) -> Callable[[Reader], Action | None]:
    def read(reader: Reader) -> Action | None:
        old, value = reader.text("old-value"), reader.text("value")
        return make(old, value) if old and value else None

    return read


def _plain(action: Action) -> Callable[[Reader], Action | None]:
    return lambda _reader: action


def _add_column(reader: Reader) -> Action | None:
    name, expression = reader.text("value"), None
    if reader.has("expression"):
        expression = read_expression(reader)
    else:
        reader.text("expression")
    logical = read_data_type(reader)
    return AddColumn(name, expression, logical) if name and expression and logical else None


def _change_data_type(reader: Reader) -> Action | None:
    logical = read_data_type(reader)
    return ChangeDataType(logical) if logical else None


def _digits_mask(reader: Reader) -> Action | None:
    character = reader.text("value")
    if character is None:
        return None
    printable = len(character) == 1 and character in string.printable and not character.isspace()
    if not printable:
        reader.findings.error(
            codes.INVALID_VALUE,
            reader.at("value"),
            f"{character!r} cannot stand for a digit.",
            "Give one printable ASCII character that is not a blank, such as #.",
        )
        return None
    return MaskData(MaskKind.DIGITS_MASK, character)


def _define_primary_key(reader: Reader) -> Action | None:
    definition = reader.child("primary-key-def", required=True)
    if definition is None:
        return None
    name = definition.text("name")
    columns = definition.texts("columns", required=True)
    origin = definition.text("origin", required=False)
    if origin not in (None, "primary-key", "unique-index"):
        definition.not_one_of("origin", origin, ["primary-key", "unique-index"])
    elif origin == "unique-index":
        definition.findings.warning(
            codes.NOT_HONOURED,
            definition.at("origin"),
            "this version creates a primary key in the place of a unique index: its columns cannot hold NULL.",
            "Remove the rule if the columns hold NULL.",
        )
    if len(set(columns)) < len(columns):
        definition.findings.error(
            codes.INVALID_VALUE, definition.at("columns"), "a column is named twice.", "Name each key column once."
        )
    definition.end()
    return DefinePrimaryKey(name, columns) if name and columns else None


def read_expression(reader: Reader) -> Expression | None:
    """The parsed `expression` of a rule."""
    text = reader.text("expression")
    if text is None:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        reader.findings.error(error.code, reader.at("expression"), error.detail, error.remedy)
        return None


def read_data_type(reader: Reader) -> LogicalType | None:
    """The logical type of a rule's `data-type` block."""
    block = reader.child("data-type", required=True)
    if block is None:
        return None
    before = len(block.findings.diagnostics)
    name = block.text("type")
    if name is not None and name not in NAMES:
        block.not_one_of("type", name, NAMES)
    length, precision, scale = (block.number(key, 0, _MOST) for key in ("length", "precision", "scale"))
    block.end()
    if name is None or len(block.findings.diagnostics) > before:
        return None
    try:
        return DataType(name, length, precision, scale).logical()
    except DataTypeError as error:
        block.findings.error(
            codes.INVALID_VALUE, block.path, f"{error}.", "Correct the type, or leave the measure out."
        )
        return None


_ACTIONS: dict[str, Callable[[Reader], Action | None]] = {
    "rename": _rename,
    "remove-column": _plain(RemoveColumn()),
    "include-column": _plain(IncludeColumn()),
    "convert-lowercase": _plain(ConvertCase(Letters.LOWERCASE)),
    "convert-uppercase": _plain(ConvertCase(Letters.UPPERCASE)),
    "add-prefix": _with_value(AddPrefix),
    "remove-prefix": _with_value(RemovePrefix),
    "replace-prefix": _replacement(ReplacePrefix),
    "add-suffix": _with_value(AddSuffix),
    "remove-suffix": _with_value(RemoveSuffix),
    "replace-suffix": _replacement(ReplaceSuffix),
    "add-column": _add_column,
    "define-primary-key": _define_primary_key,
    "change-data-type": _change_data_type,
    "data-masking-digits-mask": _digits_mask,
    "data-masking-digits-randomize": _plain(MaskData(MaskKind.DIGITS_RANDOMIZE)),
    "data-masking-hash-mask": _plain(MaskData(MaskKind.HASH_MASK)),
}
