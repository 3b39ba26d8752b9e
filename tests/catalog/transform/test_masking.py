"""Data-masking actions: which columns they fit and what the target column becomes."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.catalog import types as t
from dmsform.catalog.mapping import Masked, MaskKind
from dmsform.catalog.transform.masking import masked_type
from dmsform.diagnostics import Severity
from tests.catalog.builders import CUSTOMERS, ORDERS, codes_of, column_of, finding, only, transformation


def mask(column: str, kind: str, **more: Any) -> dict[str, Any]:
    return transformation("column", f"data-masking-{kind}", {"column-name": column}, **more)


def test_digits_mask_keeps_the_column_as_it_is() -> None:
    first = column_of(only(CUSTOMERS, mask("First", "digits-mask", value="#")), "First")
    assert first.value == Masked(CUSTOMERS.column("First"), MaskKind.DIGITS_MASK, "#")
    assert (first.type, first.native, first.converted) == (t.Text(40), "varchar(40)", False)


def test_hash_mask_makes_room_for_the_hash() -> None:
    found = only(CUSTOMERS, mask("First", "hash-mask"), mask("Full", "hash-mask"))
    assert (column_of(found, "First").type, column_of(found, "First").native) == (t.Text(64), None)
    assert (column_of(found, "Full").type, column_of(found, "Full").native) == (t.Text(90), "varchar(90)")


def test_what_is_text_only_on_the_wire_becomes_text() -> None:
    card = column_of(only(CUSTOMERS, mask("Card", "digits-mask", value="#")), "Card")
    assert (card.type, card.native) == (t.Text(), None)


def test_a_mask_follows_the_change_of_type_whatever_the_ids() -> None:
    change = transformation(
        "column", "change-data-type", {"column-name": "customer"}, data_type={"type": "string", "length": 20}
    )
    found = only(ORDERS, mask("customer", "digits-mask", value="#"), change)
    customer = column_of(found, "customer")
    assert (customer.type, customer.converted) == (t.Text(20), True)
    assert isinstance(customer.value, Masked)


@pytest.mark.parametrize(
    ("logical", "kind", "masked"),
    [
        (t.Integer(32), MaskKind.DIGITS_RANDOMIZE, t.Integer(32)),
        (t.Decimal(5, 2), MaskKind.DIGITS_RANDOMIZE, t.Decimal(5, 2)),
        (t.Text(5), MaskKind.DIGITS_RANDOMIZE, t.Text(5)),
        (t.Integer(32), MaskKind.DIGITS_MASK, None),
        (t.Integer(32), MaskKind.HASH_MASK, None),
        (t.Date(), MaskKind.DIGITS_RANDOMIZE, None),
        (t.Float(64), MaskKind.DIGITS_RANDOMIZE, None),
        (t.Binary(), MaskKind.HASH_MASK, None),
        (t.Json(), MaskKind.DIGITS_MASK, None),
        (t.Unsupported("x", "y"), MaskKind.HASH_MASK, None),
        (t.Enumeration(("a",)), MaskKind.HASH_MASK, t.Text()),
    ],
)
def test_types_that_can_be_masked(logical: t.LogicalType, kind: MaskKind, masked: t.LogicalType | None) -> None:
    assert masked_type(logical, kind) == masked


def test_a_mask_that_does_not_fit_is_refused() -> None:
    _, diagnostics = finding(ORDERS, mask("placed", "digits-randomize"))
    assert codes_of(diagnostics) == ["DMS340"]
    assert "placed" in diagnostics[0].detail


def test_a_masked_key_is_warned_of_unless_hashed() -> None:
    found, diagnostics = finding(ORDERS, mask("id", "digits-randomize"))
    assert [(d.code, d.severity) for d in diagnostics] == [("DMS341", Severity.WARNING)]
    assert column_of(found, "id").identity is None
    text = transformation("column", "change-data-type", {"column-name": "id"}, data_type={"type": "string"})
    assert finding(ORDERS, text, mask("id", "hash-mask"))[1] == []


def test_of_two_masks_the_lower_id_wins() -> None:
    found, diagnostics = finding(CUSTOMERS, mask("First", "hash-mask"), mask("F%", "digits-mask", value="#"))
    first = column_of(found, "First").value
    assert isinstance(first, Masked)
    assert first.kind is MaskKind.HASH_MASK
    assert codes_of(diagnostics) == ["DMS342"]
