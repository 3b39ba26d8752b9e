"""What is said to fit is loaded on both servers, and read back the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as Number
from typing import assert_never

from dmsform.catalog import types
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.types import LogicalType
from dmsform.provider.values import Owner, Position, TableWrite
from dmsform.task.settings import TargetTablePrepMode
from dmsform_mysql.control import claim, release
from dmsform_mysql.types import parsed
from dmsform_mysql.writer import load_row_text
from tests.providers.mysql import reading
from tests.providers.mysql.fits import FITS
from tests.providers.mysql.mapping import design_of, mapped_of
from tests.servers import MysqlDatabase

_OF_ONE = {"uuid": "mariadb", "inet4": "mariadb", "inet6": "mariadb", "vector": "mysql", "json": "mysql"}
_POINT = "\\x0101000020e61000000000000000003e400000000000002440"


def _texts(logical_type: LogicalType, native: str) -> tuple[str, ...]:  # noqa: C901  one plain case per type
    """Canonical texts at both ends of the type."""
    match logical_type:
        case types.Boolean():
            return ("t", "f")
        case types.Integer() if native == "year":
            return ("0", "2155")
        case types.Integer(bits=bits, signed=signed):
            return (str(-(2 ** (bits - 1)) if signed else 0), str(2 ** (bits - 1) - 1 if signed else 2**bits - 1))
        case types.Decimal(precision=precision):
            return ("-12345678.91", "0.05" if precision else f"{'9' * 35}.{'9' * 30}")
        case types.Float(bits=bits):
            return ("0.10000000149011612", "-3.4028234663852886e+38") if bits == 32 else ("5e-324", "-0")
        case types.Uuid():
            return ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000")
        case types.Text(length=length) if native.startswith("set"):
            return ("a,b", "")
        case types.Text(length=length):
            longest = ("x" * (length - 1) + "é")[-(length or 1) :] if length else "Grüße 😀"
            return (longest.replace("é", "x") if "ascii" in native or "inet" in native else longest, "")
        case types.Binary(length=length):
            size = int(parsed(native).arguments[0]) * 4 if native.startswith("vector") else length or 3
            return ("\\\\x" + "00ff80"[: 2 * size] + "00" * max(size - 3, 0), "\\\\x" + "7f" * size)
        case types.Date():
            return ("0001-01-01", "9999-12-31")
        case types.Time(precision=precision):
            return ("00:00:00", "23:59:59" + _fraction(precision))
        case types.Duration(precision=precision):
            return ("-838:59:59", "838:59:58" + _fraction(precision))
        case types.Timestamp(precision=precision, zoned=True):
            return ("1970-01-01 00:00:01+00", f"2038-01-19 03:14:07{_fraction(precision)}+00")
        case types.Timestamp(precision=precision):
            return ("0001-01-01 00:00:00", "9999-12-31 23:59:59" + _fraction(precision))
        case types.Interval():
            return ("-178000000 years -11 mons 2147483647 days -2562047788:00:54.775807", "00:00:00")
        case types.Json():
            return ('{"a": 1}', "[]") if native == "json" else ('{"a" : 1.00, "a": 2}', "[ ]")
        case types.Bits(length=length):
            return ("0" * (length or 1), "1" * (length or 1))
        case types.Enumeration(labels=labels):
            return (labels[0], labels[-1])
        case types.Geometry():
            return ("\\" + _POINT, "\\" + _POINT)
        case types.Native() | types.Unsupported():
            raise AssertionError(logical_type)
        case _:
            assert_never(logical_type)


def _fraction(precision: int) -> str:
    return "." + "9" * precision if precision else ""


def _same(sent: str, found: str, existing: str, wanted: LogicalType) -> bool:
    """Whether the text that is read of the existing column is the value that was sent."""
    kind = parsed(existing).name
    match wanted:
        case types.Boolean():
            return found in ({"t": ("t", "1"), "f": ("f", "0")}[sent])
        case types.Decimal() | types.Integer():
            return Number(sent) == Number(found)
        case types.Float():
            return float(sent).hex() == float(found).hex()
        case types.Date() if kind == "datetime":
            return found == f"{sent} 00:00:00"
        case types.Timestamp(zoned=True) if kind == "datetime":
            return f"{found}+00" == sent
        case _:
            return sent == found


def _cases(database: MysqlDatabase) -> list[tuple[str, LogicalType | str]]:
    """What this server has the types for."""
    flavor = database.server.flavor

    def has(native: LogicalType | str) -> bool:
        if not isinstance(native, str):
            return True
        return _OF_ONE.get(parsed(native).name, flavor) == flavor and (flavor == "mysql" or " srid " not in native)

    return [(existing, wanted) for existing, wanted in FITS if has(existing)]


def _load(database: MysqlDatabase, mapped: MappedTable, rows: list[bytes]) -> None:
    owner, endpoint = Owner(database.name, "task", "ann@host"), database.endpoint()
    epoch = claim(endpoint, owner, [mapped.target])
    write = TableWrite(owner, epoch, 1, mapped, design_of(mapped, "mysql"), TargetTablePrepMode.DO_NOTHING)
    with load_row_text(endpoint, write) as load:
        load.prepare()
        load.write_row_text(b"".join(rows))
        load.finish_rows(len(rows))
        load.add_primary_key()
        load.record(len(rows), Position("cut"))
        load.commit()
    release(endpoint, owner)


def test_what_fits_arrives_unchanged(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    cases = _cases(database)
    columns = ", ".join(f"c{n} {existing} NULL" for n, (existing, _) in enumerate(cases))
    database.execute(f"CREATE TABLE t ({columns})")
    mapped = mapped_of(*(wanted for _, wanted in cases), schema=database.name)
    mapped = replace(
        mapped,
        columns=tuple(
            c if isinstance(wanted, str) else replace(c, native=None)
            for c, (_, wanted) in zip(mapped.columns, cases, strict=True)
        ),
    )
    texts = [_texts(c.type, c.native or "") for c in mapped.columns]
    rows = [("\t".join(text[n] for text in texts) + "\n").encode() for n in (0, 1)]
    _load(database, mapped, [*rows, b"\t".join([rb"\N"] * len(cases)) + b"\n"])
    found = [line.decode().split("\t") for line in reading.lines_of(database, reading.mapped_of(database, "t"))]
    assert len(found) == 3
    assert found[2] == ["\\N"] * len(cases)
    wrong = [
        (existing, wanted, sent[n], fields[column])
        for n, fields in enumerate(found[:2])
        for column, ((existing, wanted), sent) in enumerate(zip(cases, texts, strict=True))
        if not _same(sent[n], fields[column], existing, mapped.columns[column].type)
    ]
    assert wrong == []
