"""The quickstart as a whole: every value of its database arrives, and the second run has nothing to do."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.e2e.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples" / "01-quickstart"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"quickstart_{name}", EXAMPLE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("quickstart")
    for name in ("main.dms.hcl", "generate.py", "schema.sql", "look.py"):
        shutil.copy(EXAMPLE / name, folder)
    project = Project(folder, fresh=True)
    _module("generate").generate(folder / "shop.db", 1)
    planned = project.run("plan", "-detailed-exitcode")
    assert planned.exit_code == 2, planned.output
    assert f"Data: {len(_module('generate').TABLES)} tables" in planned.stdout
    assert "nothing on the target is destroyed" in planned.stdout
    project.apply()
    yield project
    project.ok("destroy", "-auto-approve")
    project.close()


@pytest.mark.slow
@pytest.mark.server
def test_the_second_run_has_nothing_to_do(applied: Project) -> None:
    assert "No changes" in applied.plan_is_empty().stdout


@pytest.mark.slow
@pytest.mark.server
def test_every_value_arrives(applied: Project) -> None:
    home = applied.directory / ".dmsform" / "warehouse"
    source = sqlite3.connect(applied.directory / "shop.db")
    target = psycopg.connect(
        host="127.0.0.1",
        port=int((home / "port").read_text()),
        dbname="warehouse",
        user="postgres",
        password=(home / "password").read_text(),
    )
    for table, _ in _module("generate").TABLES:
        found = target.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("shop", table)))
        assert found.description is not None
        readers = [READERS.get(column.type_display, _same) for column in found.description]
        there = sorted((tuple(map(_comparable, row)) for row in found), key=repr)
        here = sorted((_read(row, readers) for row in source.execute(f'SELECT * FROM "{table}"')), key=repr)
        assert here == there, table
    target.close()
    source.close()


def _same(value: Any) -> Any:
    return value


# What a source value must be read as, by the type of the target's column.
READERS: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "uuid": uuid.UUID,
    "json": json.loads,
    "numeric": lambda value: Decimal(repr(value) if isinstance(value, float) else value),
}


def _read(row: Sequence[Any], readers: Sequence[Callable[[Any], Any]]) -> tuple[Any, ...]:
    read = (None if value is None else reader(value) for value, reader in zip(row, readers, strict=True))
    return tuple(map(_comparable, read))


def _comparable(value: Any) -> Any:
    """Decimals without the zeros at their end; everything else as it is."""
    return value.normalize() if isinstance(value, Decimal) else value
