"""AWS DMS's data types and the logical types they stand for."""

from __future__ import annotations

import pytest

from dmsform.catalog import types as t
from dmsform.catalog.data_types import COLLECTION_TYPES, NAMES, DataType, DataTypeError, dms_name


@pytest.mark.parametrize(
    ("data_type", "logical"),
    [
        (DataType("string", 50), t.Text(50)),
        (DataType("wstring"), t.Text()),
        (DataType("nclob"), t.Text()),
        (DataType("bytes", 16), t.Binary(16)),
        (DataType("blob"), t.Binary()),
        (DataType("int1"), t.Integer(8)),
        (DataType("uint8"), t.Integer(64, signed=False)),
        (DataType("numeric", precision=10, scale=2), t.Decimal(10, 2)),
        (DataType("numeric", precision=10), t.Decimal(10, 0)),
        (DataType("numeric"), t.Decimal()),
        (DataType("real4"), t.Float(32)),
        (DataType("boolean"), t.Boolean()),
        (DataType("date"), t.Date()),
        (DataType("time", scale=3), t.Time(3)),
        (DataType("datetime", precision=6), t.Timestamp(6)),
        (DataType("datetime", scale=0), t.Timestamp(0)),
    ],
)
def test_stands_for(data_type: DataType, logical: t.LogicalType) -> None:
    assert data_type.logical() == logical


@pytest.mark.parametrize(
    "data_type",
    [
        DataType("int4", length=4),
        DataType("string", precision=4),
        DataType("string", length=0),
        DataType("numeric", scale=2),
        DataType("numeric", precision=2, scale=3),
        DataType("numeric", precision=1001),
        DataType("datetime", scale=7),
        DataType("map"),
        DataType("varchar"),
    ],
)
def test_refuses(data_type: DataType) -> None:
    with pytest.raises(DataTypeError):
        data_type.logical()


@pytest.mark.parametrize("name", sorted(set(NAMES) - COLLECTION_TYPES))
def test_every_name_of_the_grammar_has_a_type_and_a_way_back(name: str) -> None:
    aliases = {"clob": "nclob", "string": "nclob", "wstring": "nclob", "bytes": "blob"}  # without a length
    assert dms_name(DataType(name).logical()) == aliases.get(name, name)


@pytest.mark.parametrize(
    ("logical", "name"),
    [
        (t.Text(10), "wstring"),
        (t.Binary(10), "bytes"),
        (t.Integer(24), "int4"),
        (t.Json(), "nclob"),
        (t.Uuid(), "string"),
        (t.Native("postgresql", "inet"), "string"),
    ],
)
def test_names_of_source_types(logical: t.LogicalType, name: str) -> None:
    assert dms_name(logical) == name
