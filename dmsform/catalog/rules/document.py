"""Reads a whole table-mapping document: each rule by its rule-type, then what must hold between rules."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, assert_never

from dmsform.catalog import codes
from dmsform.catalog.rules.model import (
    RuleHead,
    Selection,
    SelectionAction,
    TableMappings,
    Transformation,
    Unhonoured,
)
from dmsform.catalog.rules.reading import Findings, Reader, SubjectOf
from dmsform.catalog.rules.selection import read_selection
from dmsform.catalog.rules.transformation import read_transformation
from dmsform.catalog.rules.unhonoured import (
    read_object_mapping,
    read_post_processing,
    read_table_settings,
    read_validation,
)
from dmsform.diagnostics import Diagnostic, SourceRange

Rule = Selection | Transformation | Unhonoured
_MOST_ID = 2**63 - 1


class RuleType(StrEnum):
    """All `rule-type` values."""

    SELECTION = "selection"
    TRANSFORMATION = "transformation"
    TABLE_SETTINGS = "table-settings"
    VALIDATION = "validation"
    OBJECT_MAPPING = "object-mapping"
    POST_PROCESSING = "post-processing"


def _nowhere(_path: str) -> SourceRange | None:
    return None


def parse_rules(
    document: dict[str, Any], *, subject_of: SubjectOf = _nowhere
) -> tuple[TableMappings, list[Diagnostic]]:
    """Read an AWS DMS table-mapping document (`{"rules": [...]}`).

    `subject_of` maps a path such as `rules[0].rule-action` to its place in the configuration. The mappings hold the
    rules that could be read; use them only when no diagnostic is an error.
    """
    findings = Findings(subject_of)
    root = Reader(document, "", findings)
    readers = list(root.children("rules", required=True))
    root.end()
    rules: list[Rule] = []
    heads: list[RuleHead] = []
    for reader in readers:
        head, rule = _read_rule(reader)
        heads += [head] if head else []
        rules += [rule] if rule else []
    _refuse_duplicates(heads, findings)
    if readers and not findings.diagnostics and not _includes(rules):
        findings.error(
            codes.NO_SELECTION,
            "rules",
            "no selection rule includes or names a table, so the task would move nothing.",
            'Add a rule with rule-type "selection" and rule-action "include".',
        )
    return _mappings(rules), findings.diagnostics


def _includes(rules: list[Rule]) -> bool:
    return any(isinstance(rule, Selection) and rule.action is not SelectionAction.EXCLUDE for rule in rules)


def _mappings(rules: list[Rule]) -> TableMappings:
    ordered = sorted(rules, key=lambda rule: rule.head.id)
    return TableMappings(
        tuple(rule for rule in ordered if isinstance(rule, Selection)),
        tuple(rule for rule in ordered if isinstance(rule, Transformation)),
        tuple(rule for rule in ordered if isinstance(rule, Unhonoured)),
    )


def _read_rule(reader: Reader) -> tuple[RuleHead | None, Rule | None]:
    kind = reader.choice("rule-type", RuleType)
    head = _read_head(reader)
    if kind is None:
        return head, None
    known = head or RuleHead(0, "", reader.path)
    rule = _reader_of(kind)(reader, known)
    reader.end()
    return head, rule if head else None


def _read_head(reader: Reader) -> RuleHead | None:
    identity = reader.number("rule-id", 0, _MOST_ID, required=True)
    name = reader.text("rule-name")
    if identity is None or name is None:
        return None
    return RuleHead(identity, name, reader.path, reader.findings.subject_of(reader.path))


def _reader_of(kind: RuleType) -> Callable[[Reader, RuleHead], Rule | None]:
    match kind:
        case RuleType.SELECTION:
            return read_selection
        case RuleType.TRANSFORMATION:
            return read_transformation
        case RuleType.TABLE_SETTINGS:
            return read_table_settings
        case RuleType.VALIDATION:
            return read_validation
        case RuleType.OBJECT_MAPPING:
            return read_object_mapping
        case RuleType.POST_PROCESSING:
            return read_post_processing
        case _:
            assert_never(kind)


def _refuse_duplicates(heads: list[RuleHead], findings: Findings) -> None:
    ids: dict[int, RuleHead] = {}
    names: dict[str, RuleHead] = {}
    for head in heads:
        if first := ids.setdefault(head.id, head):
            _refuse_duplicate(head, first, "rule-id", str(head.id), findings)
        if first := names.setdefault(head.name, head):
            _refuse_duplicate(head, first, "rule-name", head.name, findings)


def _refuse_duplicate(head: RuleHead, first: RuleHead, key: str, value: str, findings: Findings) -> None:
    if first is head:
        return
    findings.error(
        codes.DUPLICATE_RULE,
        f"{head.path}.{key}",
        f'"{value}" is already the {key} of {first.path}.',
        f"Give every rule a {key} of its own.",
    )
