"""The refusal of a value, and the words for it."""

from __future__ import annotations

from typing import TypeAlias

from dmsform.diagnostics import shortened

Value: TypeAlias = int | float | str | bytes
"""What SQLite stores, NULL apart."""


class RefusedError(Exception):
    """A value that does not denote exactly one value of the wanted type.

    reason -- completes "the value ..."; remedy -- what to do.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[RefusedError], tuple[str, str]]:
        """Survive the trip between worker processes."""
        return RefusedError, (self.reason, self.remedy)


class CellRefusedError(Exception):
    """A value of a batch was refused: where it is (both count from 0), and why."""

    def __init__(self, row: int, refused: RefusedError) -> None:
        super().__init__(refused.reason)
        self.row = row
        self.column = 0
        self.refused = refused


def storage_class(value: object) -> str:
    """SQLite's name for what a value is stored as (https://sqlite.org/datatype3.html, section 2)."""
    match value:
        case None:
            return "NULL"
        case int():
            return "INTEGER"
        case float():
            return "REAL"
        case str():
            return "TEXT"
        case _:
            return "BLOB"


def shown(value: object) -> str:
    """The value as an SQL literal would show it, shortened; a blob in hexadecimal."""
    if isinstance(value, bytes):
        return shortened(f"x'{value[:100].hex()}'") if len(value) <= 100 else f"x'{value[:100].hex()}...'"
    return shortened(str(value)) if value is not None else "NULL"


def wrong_class(value: Value, wanted: str, type_name: str = "string") -> RefusedError:
    """The refusal of a value of a storage class that the type does not allow."""
    return RefusedError(
        f"is stored as {storage_class(value)}, and the column's declared type asks for {wanted}",
        f"Correct the value in the source (UPDATE), leave the row out by a filter, or give the column the type "
        f'"{type_name}" by a transformation rule (change-data-type).',
    )


def malformed(wanted: str, type_name: str = "string") -> RefusedError:
    """The refusal of a text or number that denotes no value of the type."""
    return RefusedError(
        f"denotes no {wanted}",
        f"Correct the value in the source (UPDATE), leave the row out by a filter, or give the column the type "
        f'"{type_name}" by a transformation rule (change-data-type).',
    )


def too_large(wanted: str) -> RefusedError:
    """The refusal of a value that the type would have to cut or round."""
    return RefusedError(
        f"does not fit into {wanted} unchanged",
        "Ask for a wider type by the transformation rule (change-data-type), or correct the value in the source.",
    )
