"""Metadata and headers of AWS DMS are replaced by what they are worth in a full load."""

from __future__ import annotations

import pytest

from dmsform.catalog.expressions.binding import Metadata, bind, check_columns
from dmsform.catalog.expressions.constant import evaluated
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.printing import printed

TABLE = Metadata("shop", "orders", "warehouse", "bestellungen")
COLUMN = Metadata("shop", "orders", "warehouse", "bestellungen", "id", "int8")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("$AR_M_SOURCE_SCHEMA || '.' || $AR_M_SOURCE_TABLE_NAME", "'shop' || '.' || 'orders'"),
        ("$AR_M_MODIFIED_SCHEMA || $AR_M_MODIFIED_TABLE_NAME", "'warehouse' || 'bestellungen'"),
        ("$AR_M_SOURCE_COLUMN_NAME || $AR_M_SOURCE_COLUMN_DATATYPE", "'id' || 'int8'"),
        ("$AR_H_OPERATION || AR_H_USER || $AR_H_STREAM_POSITION || $AR_H_CHANGE_SEQ", "'INSERT' || '' || '' || ''"),
        ("$AR_H_TIMESTAMP", "strftime('%Y-%m-%d %H:%M:%f', 'now')"),
        ("operation_indicator('D', 'U', 'I')", "'I'"),
        ("$AR_column", "$AR_column"),
    ],
)
def test_binds(text: str, bound: str) -> None:
    assert printed(bind(parse(text), COLUMN)) == bound


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("$AR_M_SOURCE_COLUMN_NAME", "no value here"),
        ("$AR_M_SOURCE_SHEMA", "Did you mean $AR_M_SOURCE_SCHEMA?"),
        ("$AR_H_OPERATON", "Did you mean $AR_H_OPERATION?"),
    ],
)
def test_refuses_metadata_that_is_not_there(text: str, why: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        bind(parse(text), TABLE)
    assert why in caught.value.detail


def test_columns_are_checked_with_a_hint() -> None:
    check_columns(parse("$amount + 1"), ["amount"], "shop.orders")
    with pytest.raises(ExpressionError) as caught:
        check_columns(parse("$amont + 1"), ["amount", "id"], "shop.orders")
    assert "$amont is not a column of shop.orders. Did you mean $amount?" in caught.value.detail


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("upper($AR_M_SOURCE_SCHEMA) || '_' || $AR_M_SOURCE_TABLE_NAME", "SHOP_orders"),
        ("replaceChars($AR_M_SOURCE_TABLE_NAME, 'o', '0')", "0rders"),
        ("substr(hash_sha256('abc'), 1, 8)", "ba7816bf"),
        ("1 + 1", "2"),
        ("NULL", None),
    ],
)
def test_evaluates_without_columns(text: str, value: str | None) -> None:
    assert evaluated(bind(parse(text), TABLE)) == value


def test_a_constant_has_no_columns() -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluated(parse("lower($amount)"))
    assert "only $AR_M_... metadata" in caught.value.detail
