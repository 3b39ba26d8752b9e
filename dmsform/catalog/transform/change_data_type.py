"""change-data-type: the target column gets the type that the rule says, and the source converts values to it."""

from __future__ import annotations

from dmsform.catalog.rules.model import ChangeDataType
from dmsform.catalog.transform.draft import DraftColumn
from dmsform.catalog.types import Integer


def change_data_type(column: DraftColumn, action: ChangeDataType) -> None:
    """Give the column the rule's type; only whole numbers can go on numbering themselves."""
    column.type = action.type
    column.native = None
    column.converted = True
    if not isinstance(action.type, Integer):
        column.identity = None
