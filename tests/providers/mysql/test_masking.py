"""Masks computed by the servers: digits hidden, digits drawn anew, values hashed; NULL stays NULL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable, Masked, MaskKind
from dmsform.catalog.types import Integer, LogicalType, Text
from dmsform.provider import codes
from tests.providers.mysql.reading import lines_of, mapped_of, refused
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

DECLARED = {
    "t": "varchar(60) CHARACTER SET utf8mb4",
    "l": "varchar(60) CHARACTER SET latin1",
    "n": "decimal(9,3)",
    "i": "tinyint",
    "d": "datetime(3)",
    "z": "timestamp(6) NULL",
    "f": "double",
    "b": "varbinary(9)",
}
TEXT = r"C6\tBGJ566\\٣²é日1"
VALUES = rf"'{TEXT}', 'é12\\3', -12.500, -127, '2024-02-29 01:02:03.5', '2024-02-29 01:02:03.5', 1e22, x'01ff'"
FIELDS = {
    "t": TEXT, "l": r"é12\\3", "n": "-12.500", "i": "-127", "d": "2024-02-29 01:02:03.5",
    "z": "2024-02-29 01:02:03.5+00", "f": "1e22", "b": r"\\x01ff",
}  # fmt: skip


def _masked(
    mapped: MappedTable, kind: MaskKind, character: str = "", logical: LogicalType | None = None
) -> MappedTable:
    def mask(column: MappedColumn) -> MappedColumn:
        assert isinstance(column.value, Copied)
        source = column.value.column
        kept = source.type if isinstance(source.type, Integer) else Text()
        return replace(column, value=Masked(source, kind, character), type=logical or kept, native=None)

    return replace(mapped, columns=tuple(mask(c) for c in mapped.columns[1:]))


def _make(database: MysqlDatabase, rows: int = 1) -> MappedTable:
    columns = ", ".join(f"{name} {declared}" for name, declared in DECLARED.items())
    values = ", ".join(f"({number}, {VALUES})" for number in range(rows))
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute(f"CREATE TABLE t (id int PRIMARY KEY, {columns})")
        cursor.execute(f"INSERT INTO t VALUES {values}")
        cursor.execute("INSERT INTO t (id) VALUES (1000)")
    return mapped_of(database, "t")


def _rows(database: MysqlDatabase, mapped: MappedTable) -> list[list[str]]:
    return [line.decode().split("\t") for line in lines_of(database, mapped)]


def _unescaped(field: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"t": "\t", "n": "\n"}.get(found[1], found[1]), field)


@pytest.fixture
def database(make_family_database: Callable[[], MysqlDatabase]) -> MysqlDatabase:
    return make_family_database()


def test_digits_mask(database: MysqlDatabase) -> None:
    mapped = _make(database)
    for character, field in (("#", "#"), ("'", "'"), ("\\", r"\\"), ("7", "7"), ("é", "é"), ("%", "%")):
        found, nulls = _rows(database, _masked(mapped, MaskKind.DIGITS_MASK, character))
        assert found == ["".join(field if c in "0123456789" else c for c in text) for text in FIELDS.values()]
        assert nulls == [r"\N"] * len(FIELDS)


def test_hash_mask_is_the_sha256_of_the_canonical_text(database: MysqlDatabase) -> None:
    found, nulls = _rows(database, _masked(_make(database), MaskKind.HASH_MASK, logical=Text(64)))
    assert found == [hashlib.sha256(_unescaped(text).encode()).hexdigest().upper() for text in FIELDS.values()]
    assert nulls == [r"\N"] * len(FIELDS)


def test_digits_randomize_draws_for_every_row_and_digit(database: MysqlDatabase) -> None:
    """The rows are all alike, so that a result kept for equal values would show."""
    *found, nulls = _rows(database, _masked(_make(database, rows=40), MaskKind.DIGITS_RANDOMIZE))
    assert nulls == [r"\N"] * len(FIELDS)
    for number, (name, text) in enumerate(FIELDS.items()):
        column = [row[number] for row in found]
        assert len(set(column)) > 15, name
        if name == "i":
            assert all(-127 <= int(value) <= 0 for value in column)
            continue
        shape = re.compile(re.sub("[0-9]", "([0-9])", re.escape(text)))
        digits = [match.groups() for value in column if (match := shape.fullmatch(value))]
        assert len(digits) == 40, name
        assert all(len(set(place)) > 3 for place in zip(*digits, strict=True)), name


def test_digits_randomize_keeps_long_texts_whole(database: MysqlDatabase) -> None:
    database.execute(
        "CREATE TABLE t (id int, t longtext CHARACTER SET utf8mb4)",
        "INSERT INTO t VALUES (1, REPEAT('日a', 30000)), (2, ''), (3, '5')",
    )
    long, empty, digit = _rows(database, _masked(mapped_of(database, "t"), MaskKind.DIGITS_RANDOMIZE))
    assert long == ["日a" * 30000]
    assert empty == [""]
    assert re.fullmatch("[0-9]", digit[0])


def test_what_has_no_text_is_refused_without_showing_it(database: MysqlDatabase) -> None:
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, c varchar(9) CHARACTER SET cp1251)",
        "INSERT INTO t VALUES (1, CONCAT('secret', x'98'))",
    )
    diagnostic = refused(database, _masked(mapped_of(database, "t"), MaskKind.HASH_MASK))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert diagnostic.place.column == "c"
    assert "secret" not in repr(diagnostic)
    assert b"secret".hex() not in repr(diagnostic)
