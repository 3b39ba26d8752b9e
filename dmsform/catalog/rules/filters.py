"""Reads `filters` of a selection rule. Source: AWS DMS user guide, "Using source filters"."""

from __future__ import annotations

from typing import assert_never

from dmsform.catalog import codes
from dmsform.catalog.mapping import FilterCondition, FilterOperator
from dmsform.catalog.rules.model import SourceFilter
from dmsform.catalog.rules.reading import Reader


def read_filters(rule: Reader) -> tuple[SourceFilter, ...]:
    """The filters of a rule; those with errors are left out."""
    return tuple(found for reader in rule.children("filters") if (found := _read_filter(reader)))


def _read_filter(reader: Reader) -> SourceFilter | None:
    kind = reader.text("filter-type")
    if kind is not None and kind != "source":
        reader.not_one_of("filter-type", kind, ["source"])
    column = reader.text("column-name")
    readers = list(reader.children("filter-conditions", required=True))
    conditions = [_read_condition(each) for each in readers]
    reader.end()
    if column is None or not conditions or None in conditions:
        return None
    return SourceFilter(column, tuple(c for c in conditions if c), reader.path, reader.findings.subject_of(reader.path))


def _read_condition(reader: Reader) -> FilterCondition | None:
    operator = reader.choice("filter-operator", FilterOperator)
    if operator is None:
        reader.also("value", "start-value", "end-value")
        reader.end()
        return None
    values = [_operand(reader, key) for key in _operands(operator)]
    _refuse_other_operands(reader, operator)
    reader.end()
    return None if None in values else FilterCondition(operator, tuple(v for v in values if v is not None))


def _operands(operator: FilterOperator) -> tuple[str, ...]:
    match operator:
        case FilterOperator.NULL | FilterOperator.NOTNULL:
            return ()
        case FilterOperator.BETWEEN | FilterOperator.NOTBETWEEN:
            return ("start-value", "end-value")
        case FilterOperator.EQ | FilterOperator.NOTEQ | FilterOperator.GTE | FilterOperator.LTE | FilterOperator.STE:
            return ("value",)
        case _:
            assert_never(operator)


def _operand(reader: Reader, key: str) -> str | None:
    """A string or number; an empty string is a value here."""
    present = key in reader.record
    value = reader.record.get(key)
    reader.also(key)
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not present:
        reader.findings.error(
            codes.MISSING_KEY, reader.at(key), f'the operator needs "{key}".', f'Add "{key}" to the condition.'
        )
    else:
        reader.findings.error(
            codes.INVALID_MAPPINGS, reader.at(key), "expected a string.", "Write the value as a string."
        )
    return None


def _refuse_other_operands(reader: Reader, operator: FilterOperator) -> None:
    for key in ("value", "start-value", "end-value"):
        if key in reader.record and key not in _operands(operator):
            reader.also(key)
            reader.findings.error(
                codes.CONTRADICTORY_RULE,
                reader.at(key),
                f'operator "{operator.value}" does not take "{key}".',
                f'Remove "{key}", or choose an operator that takes it.',
            )
