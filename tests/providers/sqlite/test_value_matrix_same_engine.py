"""The value matrix, SQLite to SQLite: every value arrives in the same storage class with the same bytes.

A value that the column would change (it came past the column's affinity) is refused by column and value.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from tests.providers.pump import map_table, pump
from tests.providers.sqlite.harness import endpoint_of, run
from tests.providers.sqlite.oracle import BY_DECLARATION
from tests.providers.sqlite.samples import BROKEN_TEXTS, SAMPLES
from tests.providers.sqlite.tables import forge, store, store_broken_texts, stored, values_of

TARGET = TableName("main", "t")
DECLARED = (*BY_DECLARATION, "", "STRING", "POINT", "DATE NOT THERE", "ANY", '"odd (type"')


def copy(source: Path, target: Path) -> int:
    origin = endpoint_of(source, "source")
    return pump(origin, endpoint_of(target, "target"), map_table(origin, "t", TARGET, same_engine=True))


@pytest.mark.parametrize("declared", [d for d in DECLARED if "NOT" not in d])
def test_every_stored_value_arrives_as_it_is(tmp_path: Path, declared: str) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    store(source, declared, [*SAMPLES, None])
    assert copy(source, target) == len(SAMPLES) + 1
    assert stored(target) == stored(source)


@pytest.mark.parametrize("declared", ["ANY", "INT", "TEXT", "BLOB", "REAL"])
def test_strict_tables_stay_strict(tmp_path: Path, declared: str) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    kinds = {"ANY": object, "INT": int, "TEXT": str, "BLOB": bytes, "REAL": float}
    store(source, declared, [v for v in SAMPLES if isinstance(v, kinds[declared])], strict=True)
    copy(source, target)
    assert stored(target) == stored(source)
    with pytest.raises(Exception, match="cannot store TEXT value in INT column"):
        run(target, "CREATE TABLE probe (v INT) STRICT", "INSERT INTO probe VALUES ('x')")


@pytest.mark.parametrize("declared", ["TEXT", "BLOB", "", "INTEGER"])
def test_text_that_is_no_unicode_arrives_among_others(tmp_path: Path, declared: str) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    store_broken_texts(source, declared, [b"before", *BROKEN_TEXTS, b"between", BROKEN_TEXTS[0], b"\xc3\xa9"])
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
    run(
        source, f"INSERT INTO t (v) {many} SELECT 'text ' || i FROM n", "INSERT INTO t (v) VALUES (CAST(x'ff' AS TEXT))"
    )
    assert copy(source, target) == len(BROKEN_TEXTS) + 3005
    assert stored(target) == stored(source)


@pytest.mark.parametrize("declared", ["TEXT", "INTEGER", "NUMERIC", "REAL", "BLOB"])
def test_values_past_the_affinity_arrive_or_are_refused(tmp_path: Path, declared: str) -> None:
    """What a column of the target keeps arrives; what it would change is refused. SQLite itself says which is which."""
    probe = tmp_path / "probe.db"
    store(probe, declared, SAMPLES)
    # A REAL column reads every integer as a float, so that no integer can be past it.
    kept = {n: repr(v) == repr(SAMPLES[n - 1]) for n, v in values_of(probe).items()}
    keeps = [v for n, v in enumerate(SAMPLES, start=1) if kept[n]]
    changes = [v for n, v in enumerate(SAMPLES, start=1) if not kept[n] and not (declared == "REAL" and type(v) is int)]
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    forge(source, declared, keeps)
    assert copy(source, target) == len(keeps) > 0
    assert stored(target) == stored(source)
    assert bool(changes) == (declared != "BLOB")
    for number, value in enumerate(changes[:: max(1, len(changes) // 6)]):
        _refused(tmp_path / f"odd{number}.db", declared, value)


def _refused(path: Path, declared: str, value: object) -> None:
    forge(path, declared, [None, value])
    with pytest.raises(DiagnosticError) as raised:
        copy(path, path.with_suffix(".copy"))
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.code, diagnostic.place and diagnostic.place.column) == ("DMS509", "v"), value
    assert diagnostic.place
    assert (diagnostic.place.value or "").startswith(str(value)[:200])
