"""Cuts a cursor's rows into batches bounded in rows and bytes (G10)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]

MAX_ROWS = 1000
MAX_BYTES = 256 * 1024


def batches(cursor: Iterable[Row]) -> Iterator[list[Row]]:
    """Batches of rows; the last column of each row is its size.

    When the cursor fails, the rows read so far come first and the error after them.
    """
    batch: list[Row] = []
    size = 0
    try:
        for row in cursor:
            batch.append(row)
            size += row[-1]
            if size >= MAX_BYTES or len(batch) >= MAX_ROWS:
                yield batch
                batch, size = [], 0
    except sqlite3.Error:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
