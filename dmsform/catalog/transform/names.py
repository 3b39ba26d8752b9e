"""Actions that change a name: rename, convert case, and prefixes and suffixes added, removed or replaced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from dmsform.catalog import codes
from dmsform.catalog.expressions.binding import Metadata, bind
from dmsform.catalog.expressions.constant import evaluated
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import (
    AddPrefix,
    AddSuffix,
    ConvertCase,
    Letters,
    NameAction,
    RemovePrefix,
    RemoveSuffix,
    Rename,
    ReplacePrefix,
    ReplaceSuffix,
    Transformation,
)
from dmsform.diagnostics import DataPlace


def renamed(name: str, rules: Iterable[Transformation], metadata: Metadata, report: Report, place: DataPlace) -> str:
    """The name after those of the rules that change names, one after the other."""
    for rule in rules:
        if not isinstance(rule.action, NameAction):
            continue
        try:
            changed = new_name(name, rule.action, metadata)
        except ExpressionError as error:
            report.error(error.code, rule.head, error.detail, error.remedy, place)
            continue
        if changed:
            name = changed
        else:
            report.error(
                codes.INVALID_NAME,
                rule.head,
                f'It makes the name of "{name}" empty.',
                "Change the rule so that a name is left, or narrow what it matches.",
                place,
            )
    return name


def new_name(name: str, action: NameAction, metadata: Metadata) -> str:
    """The name after one action. Raises ExpressionError."""
    match action:
        case Rename(value, expression):
            return value or (evaluated(bind(expression, metadata)) if expression else None) or ""
        case ConvertCase(letters):
            return name.lower() if letters is Letters.LOWERCASE else name.upper()
        case AddPrefix(value):
            return value + name
        case RemovePrefix(value):
            return name.removeprefix(value)
        case ReplacePrefix(old, value):
            return value + name.removeprefix(old) if name.startswith(old) else name
        case AddSuffix(value):
            return name + value
        case RemoveSuffix(value):
            return name.removesuffix(value)
        case ReplaceSuffix(old, value):
            return name.removesuffix(old) + value if name.endswith(old) else name
        case _:
            assert_never(action)
