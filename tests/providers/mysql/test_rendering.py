"""Every type's values as row text, read from both servers and compared with texts written by hand."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from contextlib import closing

import pytest

from dmsform.testing.mysql_server import MysqlServer
from tests.providers.mysql.reading import lines_of, mapped_of
from tests.providers.mysql.values import Sample, samples_of
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server


def _fill(database: MysqlDatabase, samples: tuple[Sample, ...]) -> None:
    """A table `t`: a column per sample, a row per value, with NULL where a sample has no more values."""
    columns = ", ".join(f"c{number} {sample.declared}" for number, sample in enumerate(samples))
    statements = [f"CREATE TABLE t (id int PRIMARY KEY, {columns})"]
    for place in range(max(len(sample.values) for sample in samples)):
        given = ", ".join(_literal(sample, place) for sample in samples)
        statements.append(f"INSERT INTO t VALUES ({place}, {given})")
    with closing(database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET sql_mode = 'ALLOW_INVALID_DATES,STRICT_ALL_TABLES', time_zone = '+00:00'")
        for statement in statements:
            cursor.execute(statement)


def _literal(sample: Sample, place: int) -> str:
    if place < len(sample.values):
        return sample.values[place][0]
    return sample.values[0][0] if "not null" in sample.declared else "NULL"


def _expected(sample: Sample, place: int) -> str:
    if place < len(sample.values):
        return sample.values[place][1]
    return sample.values[0][1] if "not null" in sample.declared else r"\N"


def test_every_value_has_its_canonical_text(
    mysql_family_server: MysqlServer, make_family_database: Callable[[], MysqlDatabase]
) -> None:
    database = make_family_database()
    samples = samples_of(mysql_family_server.flavor)
    _fill(database, samples)
    found = [line.decode().split("\t") for line in lines_of(database, mapped_of(database, "t"))]
    assert len(found) == max(len(sample.values) for sample in samples)
    wrong = [
        (sample.declared, _literal(sample, place), row[number + 1], _expected(sample, place))
        for place, row in enumerate(found)
        for number, sample in enumerate(samples)
        if row[number + 1] != _expected(sample, place)
    ]
    assert wrong == []
    assert sum(len(sample.values) for sample in samples) > 300


def test_random_floats_read_back_as_themselves(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """MySQL prints the results of expressions in 22 characters, which loses the last digit of some negative ones."""
    database = make_family_database()
    draw = random.Random(11)
    doubles = [x for x in (_double(draw.getrandbits(64)) for _ in range(3000)) if x - x == 0]
    floats = [x for x in (_float(draw.getrandbits(32)) for _ in range(len(doubles) * 2)) if x - x == 0][: len(doubles)]
    rows = ", ".join(f"({n}, {d!r}, {f!r})" for n, (d, f) in enumerate(zip(doubles, floats, strict=True)))
    database.execute("CREATE TABLE t (id int PRIMARY KEY, d double, f float)", f"INSERT INTO t VALUES {rows}")
    found = [line.split(b"\t") for line in lines_of(database, mapped_of(database, "t"))]
    assert [float(row[1]) for row in found] == doubles
    assert [float(row[2]) for row in found] == floats


def _double(bits: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<Q", bits))[0]
    return value


def _float(bits: int) -> float:
    value: float = struct.unpack("<f", struct.pack("<I", bits))[0]
    return value
