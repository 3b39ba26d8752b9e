"""Checks before anything runs, each finding with what mends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own
from dmsform_sqlite.connect import missing_directory, path_of, reading, writing
from dmsform_sqlite.control import named_twice
from dmsform_sqlite.errors import diagnosed
from dmsform_sqlite.filters import filters_of
from dmsform_sqlite.introspect import left_out, read_tables
from dmsform_sqlite.select import source_columns

SELECTION = "all-check-source-selection-rules"
TABLES = "sqlite-check-other-tables"
WRITERS = "sqlite-check-journal-mode"
TARGET_RIGHTS = "sqlite-check-target-privileges"
ROOM = "sqlite-check-free-space"
NAMES = "sqlite-check-target-table-names"


def checks(role: Role) -> Sequence[str]:
    """The checks that `preflight` makes in this role, in the manner of AWS DMS's premigration assessments."""
    match role:
        case Role.SOURCE:
            return (WRITERS, TABLES, SELECTION)
        case Role.TARGET:
            return (NAMES, TARGET_RIGHTS, ROOM)
        case _:
            assert_never(role)


def preflight(endpoint: EndpointDefinition, role: Role, mapped: Sequence[MappedTable]) -> Sequence[Diagnostic]:
    """Everything found, errors and warnings. Raises DiagnosticError when the file cannot be opened."""
    match role:
        case Role.SOURCE:
            return list(_source(endpoint, mapped))
        case Role.TARGET:
            return list(_target(endpoint, mapped))
        case _:
            assert_never(role)


def _source(endpoint: EndpointDefinition, mapped: Sequence[MappedTable]) -> Iterator[Diagnostic]:
    with reading(endpoint) as connection, diagnosed(endpoint):
        for table in mapped:
            filters_of(table)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mapped and mode != "wal":
            yield _writers_wait(endpoint)
        for kind, name in left_out(connection) if mapped else ():
            yield own.TABLE_SKIPPED.warning(
                f'The {kind} "{name}" of endpoint {endpoint.name} is not among the tables that can be selected.',
                "Nothing is to be done unless you need it: then copy its rows into a plain table of the source.",
                place=DataPlace(endpoint=endpoint.name, table=f"main.{name}"),
                check=TABLES,
            )
        yield from _missing(endpoint, mapped, {t.name: {c.name for c in t.columns} for t in read_tables(connection)})


def _missing(
    endpoint: EndpointDefinition, mapped: Sequence[MappedTable], stand: dict[object, set[str]]
) -> Iterator[Diagnostic]:
    for table in mapped:
        name = table.source.name
        gone = [c.name for c in source_columns(table) if c.name not in stand.get(name, set())]
        if name not in stand or gone:
            what = f"Column {gone[0]} of {name}" if name in stand else f"Table {name}"
            yield own.TABLE_MISSING.error(
                f"{what} does not exist in endpoint {endpoint.name}.",
                "Plan again: the source changed.",
                place=DataPlace(endpoint=endpoint.name, table=str(name), column=gone[0] if name in stand else None),
                check=SELECTION,
            )


def _writers_wait(endpoint: EndpointDefinition) -> Diagnostic:
    return own.WRITERS_WAIT.warning(
        f"The file of endpoint {endpoint.name} is not in WAL mode: programs that write to it wait while a table is "
        "read, and fail if they do not wait long enough.",
        "If other programs write to it: PRAGMA journal_mode = WAL, once, on the source.",
        place=DataPlace(endpoint=endpoint.name),
        check=WRITERS,
    )


def _target(endpoint: EndpointDefinition, mapped: Sequence[MappedTable]) -> Iterator[Diagnostic]:
    yield from named_twice([table.target for table in mapped], check=NAMES)
    path = path_of(endpoint)
    if not path.parent.is_dir():
        yield from (replace(d, check=TARGET_RIGHTS) for d in missing_directory(endpoint, path).diagnostics)
        return
    if path.exists():
        with writing(endpoint):
            pass
    yield from _rights(endpoint, path)
    yield from _room(endpoint, path, mapped)


def _rights(endpoint: EndpointDefinition, path: Path) -> Iterator[Diagnostic]:
    """The directory too: SQLite puts its journal beside the file."""
    for place in (path.parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            yield codes.MISSING_GRANT.error(
                f"Endpoint {endpoint.name} may not write {place}.",
                f"Run as the owner or an administrator: chmod u+w {place} (and chown it to the user of the "
                "replication instance).",
                place=DataPlace(endpoint=endpoint.name),
                check=TARGET_RIGHTS,
            )


def _room(endpoint: EndpointDefinition, path: Path, mapped: Sequence[MappedTable]) -> Iterator[Diagnostic]:
    """A warning only: the sizes are estimates."""
    needed = sum(m.source.estimated_bytes or 0 for m in mapped)
    free = shutil.disk_usage(path.parent).free
    if needed > free:
        yield codes.DISK_FULL.warning(
            f"The tables take about {needed:,} bytes, and {path.parent} has {free:,} left.",
            "Free or add space there before the load.",
            place=DataPlace(endpoint=endpoint.name),
            check=ROOM,
        )
