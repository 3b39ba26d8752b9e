"""PostgreSQL computes an expression with exactly SQLite's result, or it is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from dmsform.testing.postgresql_server import PostgresServer
from tests.providers.postgresql.expression_table import BothEngines

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def engines(postgres_server: PostgresServer) -> Iterator[BothEngines]:
    name = postgres_server.create_database()
    with contextlib.ExitStack() as stack:
        stack.callback(postgres_server.drop_database, name)
        connection = stack.enter_context(postgres_server.connect(name))
        both = BothEngines.filled(connection)
        stack.callback(both.sqlite.close)
        yield both


EXACT = [
    "$s || '_' || $t",
    "$i || ':' || $big",
    "upper($s) || lower($t)",
    "trim($t) || ltrim($t) || rtrim($t, ' d')",
    "trim($s, '')",
    "replace($s, 'a', 'xyz')",
    "replace($s, '', NULL)",
    "replace($i, '7', 'seven')",
    "replaceChars($s, 'abcd%', '12')",
    "replaceChars($t, 'abAB', '')",
    "substr($s, 2)",
    "substr($s, -3)",
    "substr($s, 0, 3)",
    "substr($s, -4, 2)",
    "substr($s, 3, -2)",
    "substr($s, -100, 3)",
    "substr($s, $j, $i % 4)",
    "substr($s, $j)",
    "substr($t, -2, -5)",
    "substr($t, 0, -1)",
    "hex($s) || hex($data) || hex($i) || hex(NULL)",
    "hash_sha256($s) || hash_sha256($i)",
    "hash_sha256($data)",
    "zeroblob($j)",
    "x'00ff'",
    "abs($i) + abs($j)",
    "abs($x)",
    "round($x)",
    "round($y)",
    "round($i, 2)",
    "round(-2.5)",
    "max($i, $j, 1)",
    "min($s, $t)",
    "max($s, NULL)",
    "coalesce($s, $t, 'none')",
    "ifnull($x, 0.0)",
    "nullif($i, 7)",
    "nullif($s, '')",
    "-$i",
    "- $x",
    "+ $s",
    "7 / $j",
    "$i / 0",
    "$i % $j",
    "$big % 7",
    "$x / $y",
    "$x / 0",
    "$x * 2 + $i",
    "$i = 7 OR $s = ''",
    "NOT $flag",
    "$flag + 1",
    "$i > 1.5",
    "$big > 1.5",
    "$s < $t",
    "$s <> 'abc'",
    "$s IS NULL",
    "$i IS NOT 7",
    "$i IS $j",
    "$s NOTNULL",
    "$i BETWEEN -10 AND 10",
    "$i NOT BETWEEN $j AND 100",
    "$t IN ('abc', 'ABC', NULL)",
    "$t NOT IN ('abc', 'ABC')",
    "$t LIKE 'AB_'",
    "$s LIKE '%B\\_c%'",
    "$s NOT LIKE 'g%'",
    "CASE WHEN $i > 0 THEN 'pos' WHEN $i < 0 THEN 'neg' ELSE 'zero' END",
    "CASE $t WHEN 'abc' THEN 1 WHEN NULL THEN 2 END",
    "CASE WHEN $flag THEN $i END",
    "CASE LOWER(SUBSTR(HEX($data), 1, 8) || '-') WHEN '-' THEN NULL ELSE 'x' END",
    "date($d)",
    "date($us) || time($us) || datetime($us)",
    "datetime($utc)",
    "$d || ' ' || $ms",
    "strftime('%Y/%m/%d %H-%M-%S \"%%\" %j', $us)",
    "strftime('%f', $ms)",
    "strftime('%s', $us) || ' ' || strftime('%w', $us) || ' ' || strftime('%W', $us)",
    "strftime('%s', $d)",
    "strftime('%Y-%m-%d %H:%M:%f', $us, '+0 seconds')",
    "julianday($d)",
    "julianday($us)",
    "julianday('2024-01-31 10:11:12.5')",
    "date($d, '+1 day')",
    "date($d, '+1 month')",
    "date($ms, 'start of month', '+1 month', '-1 day')",
    "datetime($us, '-90 minutes', 'start of day')",
    "date('2024-01-31', '+1 month')",
    "date('2024-02-29', '+1 year')",
    "datetime($i, 'unixepoch')",
    "datetime($big, 'unixepoch')",
    "date(NULL)",
    "date($d) IS NULL",
]


def comparable(values: list[Any]) -> list[Any]:
    """Values with their class: 1 and 1.0 are not the same."""
    return [(type(value).__name__, repr(value)) for value in values]


@pytest.mark.parametrize("expression", EXACT)
def test_both_engines_agree(engines: BothEngines, expression: str) -> None:
    found = engines.in_postgresql(expression)
    assert comparable(found) == comparable(engines.in_sqlite(expression))
