"""Reads transformation rules: which action goes with which target, and what each needs.

Source: AWS DMS user guide, "Transformation rules and actions".
"""

from __future__ import annotations

from enum import StrEnum

from dmsform.catalog import codes
from dmsform.catalog.data_types import NAMES
from dmsform.catalog.rules.actions import read_action
from dmsform.catalog.rules.model import Locator, RuleHead, RuleTarget, Transformation, Unhonoured
from dmsform.catalog.rules.reading import Reader
from dmsform.catalog.rules.unhonoured import read_before_image


class ActionName(StrEnum):
    """All `rule-action` values of transformation rules."""

    RENAME = "rename"
    REMOVE_COLUMN = "remove-column"
    INCLUDE_COLUMN = "include-column"
    CONVERT_LOWERCASE = "convert-lowercase"
    CONVERT_UPPERCASE = "convert-uppercase"
    ADD_PREFIX = "add-prefix"
    REMOVE_PREFIX = "remove-prefix"
    REPLACE_PREFIX = "replace-prefix"
    ADD_SUFFIX = "add-suffix"
    REMOVE_SUFFIX = "remove-suffix"
    REPLACE_SUFFIX = "replace-suffix"
    ADD_COLUMN = "add-column"
    DEFINE_PRIMARY_KEY = "define-primary-key"
    CHANGE_DATA_TYPE = "change-data-type"
    ADD_BEFORE_IMAGE_COLUMNS = "add-before-image-columns"
    DIGITS_MASK = "data-masking-digits-mask"
    DIGITS_RANDOMIZE = "data-masking-digits-randomize"
    HASH_MASK = "data-masking-hash-mask"


_NAMED = (RuleTarget.SCHEMA, RuleTarget.TABLE, RuleTarget.COLUMN)
_TARGETS: dict[ActionName, tuple[RuleTarget, ...]] = {
    ActionName.RENAME: tuple(RuleTarget),
    ActionName.DEFINE_PRIMARY_KEY: (RuleTarget.TABLE,),
    **dict.fromkeys(
        (
            ActionName.CONVERT_LOWERCASE,
            ActionName.CONVERT_UPPERCASE,
            ActionName.ADD_PREFIX,
            ActionName.REMOVE_PREFIX,
            ActionName.REPLACE_PREFIX,
            ActionName.ADD_SUFFIX,
            ActionName.REMOVE_SUFFIX,
            ActionName.REPLACE_SUFFIX,
        ),
        _NAMED,
    ),
}
_COLUMN_ONLY = (RuleTarget.COLUMN,)

_KEYS_OF_ACTIONS = ("value", "old-value", "data-type", "expression", "primary-key-def", "before-image-def")


def read_transformation(reader: Reader, head: RuleHead) -> Transformation | Unhonoured | None:
    """The rule, or None when it has errors that leave it without a meaning."""
    target = reader.choice("rule-target", RuleTarget)
    name = reader.choice("rule-action", ActionName)
    if target is None or name is None:
        reader.also("object-locator", *_KEYS_OF_ACTIONS)
        return None
    if not _goes_with(reader, name, target):
        return None
    locator = _read_locator(reader, name, target)
    if name is ActionName.ADD_BEFORE_IMAGE_COLUMNS:
        return read_before_image(reader, head)
    action = read_action(name.value, reader)
    _refuse_keys_of_others(reader, name)
    return Transformation(head, target, locator, action) if locator and action else None


def _goes_with(reader: Reader, name: ActionName, target: RuleTarget) -> bool:
    allowed = _TARGETS.get(name, _COLUMN_ONLY)
    if target in allowed:
        return True
    reader.also("object-locator", *_KEYS_OF_ACTIONS)
    reader.findings.error(
        codes.CONTRADICTORY_RULE,
        reader.at("rule-action"),
        f'the action "{name.value}" cannot be applied to rule-target "{target.value}".',
        f"Use it with rule-target {' or '.join(each.value for each in allowed)}.",
    )
    return False


def _read_locator(rule: Reader, name: ActionName, target: RuleTarget) -> Locator | None:
    reader = rule.child("object-locator", required=True)
    if reader is None:
        return None
    if name is ActionName.DEFINE_PRIMARY_KEY:
        why = "a primary key is defined for one table"
        schema, table = reader.exact("schema-name", why), reader.exact("table-name", why)
    else:
        schema = reader.pattern("schema-name")
        table = reader.pattern("table-name", required=target in (RuleTarget.TABLE, RuleTarget.COLUMN))
    wants_column = target is RuleTarget.COLUMN and name is not ActionName.ADD_COLUMN
    column = reader.pattern("column-name", required=wants_column)
    tablespace = None
    for each in (RuleTarget.TABLE_TABLESPACE, RuleTarget.INDEX_TABLESPACE):
        found = reader.pattern(f"{each.value}-name", required=target is each)
        tablespace = found if target is each else tablespace
    data_type = _read_data_type_name(reader)
    _refuse_foreign_parts(reader, target)
    reader.end()
    if schema is None or (name is ActionName.DEFINE_PRIMARY_KEY and table is None):
        return None
    exact = name is ActionName.DEFINE_PRIMARY_KEY
    return Locator(schema, table or "%", column or "%", tablespace or "%", data_type, exact)


def _read_data_type_name(reader: Reader) -> str | None:
    name = reader.text("data-type", required=False)
    if name is not None and name not in NAMES:
        reader.not_one_of("data-type", name, NAMES)
        return None
    return name


_PARTS: dict[RuleTarget, tuple[str, ...]] = {
    RuleTarget.SCHEMA: (),
    RuleTarget.TABLE: ("table-name",),
    RuleTarget.COLUMN: ("table-name", "column-name", "data-type"),
    RuleTarget.TABLE_TABLESPACE: ("table-name", "table-tablespace-name"),
    RuleTarget.INDEX_TABLESPACE: ("table-name", "index-tablespace-name"),
}


def _refuse_foreign_parts(reader: Reader, target: RuleTarget) -> None:
    for key in ("table-name", "column-name", "data-type", "table-tablespace-name", "index-tablespace-name"):
        if key in _PARTS[target] or not reader.has(key) or reader.record[key] == "%":
            continue
        reader.findings.error(
            codes.CONTRADICTORY_RULE,
            reader.at(key),
            f'a rule with rule-target "{target.value}" cannot be limited by "{key}".',
            f'Remove "{key}", or choose the rule-target that it belongs to.',
        )


_KEYS: dict[ActionName, tuple[str, ...]] = {
    ActionName.RENAME: ("value", "expression"),
    ActionName.ADD_PREFIX: ("value",),
    ActionName.REMOVE_PREFIX: ("value",),
    ActionName.REPLACE_PREFIX: ("value", "old-value"),
    ActionName.ADD_SUFFIX: ("value",),
    ActionName.REMOVE_SUFFIX: ("value",),
    ActionName.REPLACE_SUFFIX: ("value", "old-value"),
    ActionName.ADD_COLUMN: ("value", "expression", "data-type"),
    ActionName.DEFINE_PRIMARY_KEY: ("primary-key-def",),
    ActionName.CHANGE_DATA_TYPE: ("data-type",),
    ActionName.DIGITS_MASK: ("value",),
}


def _refuse_keys_of_others(reader: Reader, name: ActionName) -> None:
    for key in _KEYS_OF_ACTIONS:
        if reader.has(key) and key not in _KEYS.get(name, ()):
            reader.findings.error(
                codes.CONTRADICTORY_RULE,
                reader.at(key),
                f'the action "{name.value}" does not take "{key}".',
                f'Remove "{key}".',
            )
