"""data-masking-digits-mask, -digits-randomize and -hash-mask: values are masked at the source.

Which types can be masked follows AWS DMS's list ("Using data masking to hide sensitive information"): digits-mask and
hash-mask strings, digits-randomize strings and numbers. Unbounded text counts as a string here. What is masked is the
canonical text; a type that is text only on the wire (uuid, enum ...) becomes text.
"""

from __future__ import annotations

from typing import assert_never

from dmsform.catalog import codes
from dmsform.catalog.data_types import dms_name
from dmsform.catalog.mapping import Masked, MaskKind
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import MaskData, RuleHead
from dmsform.catalog.transform.draft import DraftColumn, DraftTable
from dmsform.catalog.types import Decimal, Integer, LogicalType, Text, Unsupported, describe

_HASH_LENGTH = 64


def mask_data(draft: DraftTable, column: DraftColumn, action: MaskData, head: RuleHead, report: Report) -> None:
    """Mask a column that was copied so far, after any change of its type."""
    if column.source is None:
        return
    masked = masked_type(column.type, action.kind)
    if masked is None:
        report.error(
            codes.MASK_TYPE,
            head,
            f"{action.kind.value} cannot be applied to column {column.source.name} of {draft.source.name}, "
            f"which is {describe(column.type)}.",
            "Add a change-data-type rule that makes the column a string, or mask another column.",
            draft.place(column.source.name),
        )
        return
    if masked != column.type:
        column.native = None
    column.type = masked
    column.identity = None
    column.value = Masked(column.source, action.kind, action.character)
    key = draft.source.primary_key
    if key and column.source.name in key.columns and action.kind is not MaskKind.HASH_MASK:
        report.warning(
            codes.MASKED_KEY,
            head,
            f"Column {column.source.name} of {draft.source.name} is part of the primary key; {action.kind.value} "
            "can make two keys equal, and then the load fails.",
            "Mask it with data-masking-hash-mask, which keeps distinct values distinct.",
            draft.place(column.source.name),
        )


def masked_type(logical: LogicalType, kind: MaskKind) -> LogicalType | None:
    """The type of a masked column, or None when the mask cannot be applied to the type."""
    match kind:
        case MaskKind.DIGITS_RANDOMIZE if isinstance(logical, Integer | Decimal):
            return logical
        case MaskKind.DIGITS_MASK | MaskKind.DIGITS_RANDOMIZE:
            return _text(logical)
        case MaskKind.HASH_MASK:
            text = _text(logical)
            holds = text is not None and (text.length is None or text.length >= _HASH_LENGTH)
            return text if text is None or holds else Text(_HASH_LENGTH)
        case _:
            assert_never(kind)


def _text(logical: LogicalType) -> Text | None:
    if isinstance(logical, Text):
        return logical
    if isinstance(logical, Unsupported) or dms_name(logical) != "string":
        return None
    return Text()
