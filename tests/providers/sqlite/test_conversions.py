"""Conversions that a rule asks for: they read other storage classes, and lose nothing."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Float,
    Integer,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Unsupported,
)
from dmsform_sqlite.values.choose import conversion
from dmsform_sqlite.values.refused import RefusedError

_TAKEN: list[tuple[LogicalType, Any, str]] = [
    (Integer(64), 3.0, "3"),
    (Integer(64), "-12", "-12"),
    (Integer(8), 127, "127"),
    (Integer(8, signed=False), 255, "255"),
    (Boolean(), "TRUE", "t"),
    (Boolean(), "f", "f"),
    (Boolean(), 1, "t"),
    (Float(64), 7, "7.0"),
    (Float(64), "0.25", "0.25"),
    (Float(64), float("-inf"), "-Infinity"),
    (Float(32), 0.5, "0.5"),
    (Decimal(5, 2), 123.25, "123.25"),
    (Decimal(5, 2), "123.450", "123.450"),
    (Decimal(3, 0), 999, "999"),
    (Decimal(), 1e-7, "0.0000001"),
    (Decimal(), 1e22, "10000000000000000000000"),
    (Text(), 42, "42"),
    (Text(), 0.1, "0.1"),
    (Text(), float("inf"), "Infinity"),
    (Text(3), "äöü", "äöü"),
    (Text(3, padded=True), "ab", "ab"),
    (Binary(), "é", "\\xc3a9"),
    (Binary(2), b"\x00\xff", "\\x00ff"),
    (Date(), "2024-01-02 00:00:00", "2024-01-02"),
    (Date(), "2024-01-02T00:00", "2024-01-02"),
    (Timestamp(6), "2024-01-02T03:04:05Z", "2024-01-02 03:04:05"),
    (Timestamp(6), "2024-01-01 01:30:00.25+02:00", "2023-12-31 23:30:00.25"),
    (Timestamp(6), "2024-01-01 23:30-0130", "2024-01-02 01:00:00"),
    (Timestamp(3), "2024-01-02 03:04:05.123000", "2024-01-02 03:04:05.123"),
    (Timestamp(6, zoned=True), "2024-01-02 03:04:05", "2024-01-02 03:04:05+00"),
    (Timestamp(6, zoned=True), "2024-01-02 03:04:05+03", "2024-01-02 00:04:05+00"),
    (Time(3), "12:34:56.7", "12:34:56.7"),
]
_REFUSED: list[tuple[LogicalType, Any]] = [
    (Integer(64), 3.5),
    (Integer(64), -0.0),
    (Integer(64), "3.0"),
    (Integer(64), "012"),
    (Integer(64), "9223372036854775808"),
    (Integer(64), 1e19),
    (Integer(64), b"1"),
    (Integer(8), 128),
    (Integer(16, signed=False), -1),
    (Boolean(), 2),
    (Boolean(), "yes"),
    (Boolean(), 1.0),
    (Float(64), 2**53 + 1),
    (Float(64), "0.1000000000000000000001"),
    (Float(64), "1" + "0" * 400),
    (Float(64), "1e5"),
    (Float(32), 0.1),
    (Float(32), 1e300),
    (Decimal(5, 2), 1000),
    (Decimal(5, 2), 0.125),
    (Decimal(5, 2), float("inf")),
    (Decimal(30, 2), "1" * 29 + ".5"),
    (Text(), b"abc"),
    (Text(3), "abcd"),
    (Text(3), "abc "),
    (Text(3, padded=True), "ab "),
    (Text(), "a\0"),
    (Binary(), 5),
    (Binary(1), b"ab"),
    (Date(), "2024-01-02 00:00:01"),
    (Date(), "2024-01-02 00:00:00Z"),
    (Date(), 20240102),
    (Timestamp(6), 1704164645),
    (Timestamp(3), "2024-01-02 03:04:05.1234"),
    (Timestamp(6), "0001-01-01 00:00:00+01:00"),
    (Timestamp(6), "9999-12-31 23:59:59-01:00"),
    (Timestamp(6), "2024-01-02 03:04:05+24:00"),
    (Timestamp(0), "2024-01-02 03:04:05.5"),
    (Time(0), "12:34:56.5"),
    (Time(6), "12:34:56Z"),
]


@pytest.mark.parametrize(("logical", "value", "text"), _TAKEN)
def test_taken(logical: LogicalType, value: Any, text: str) -> None:
    convert = conversion(logical, lenient=True)
    assert convert is not None
    assert convert(value) == text


@pytest.mark.parametrize(("logical", "value"), _REFUSED)
def test_refused(logical: LogicalType, value: Any) -> None:
    convert = conversion(logical, lenient=True)
    assert convert is not None
    with pytest.raises(RefusedError) as raised:
        convert(value)
    assert raised.value.reason
    assert raised.value.remedy


@pytest.mark.parametrize("value", [3.0, "3", b"3"])
def test_nothing_is_converted_unless_a_rule_asks(value: Any) -> None:
    convert = conversion(Integer(64), lenient=False)
    assert convert is not None
    with pytest.raises(RefusedError, match=r"change|stored"):
        convert(value)


@pytest.mark.parametrize("logical", [Bits(3), Time(6, zoned=True), Unsupported("", "")])
def test_types_that_no_value_can_be_converted_to(logical: LogicalType) -> None:
    assert conversion(logical, lenient=True) is None
