"""The state for people and as JSON; of secrets nothing but their names."""

from __future__ import annotations

import json

import pytest

from dmsform.addresses import Address, Kind
from dmsform.cli.lookup import find_named, find_resource
from dmsform.cli.views.state import outputs_document, resource_document, snapshot_document, snapshot_text
from dmsform.diagnostics import DiagnosticError
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot

RECORD = ResourceRecord(
    Address(Kind.ENDPOINT, "shop"),
    {"engine": "mysql", "port": 3306},
    {"password": "scrypt$fingerprint"},
    (Address(Kind.ENDPOINT, "other"),),
)
OUTPUTS = (OutputRecord("open", ["a"]), OutputRecord("secret", None, True, "scrypt$other"))
SNAPSHOT = Snapshot("lineage", 7, "salt", (RECORD,), OUTPUTS)


def test_text() -> None:
    assert snapshot_text(SNAPSHOT) == (
        "# endpoint.shop:\n"
        'endpoint "shop" {\n'
        '  engine   = "mysql"\n'
        "  password = (sensitive value)\n"
        "  port     = 3306\n"
        "}\n"
        "\n"
        "Outputs:\n"
        "\n"
        'open   = ["a"]\n'
        "secret = (sensitive value)"
    )
    assert snapshot_text(Snapshot()) == "The state is empty."


def test_documents_hold_no_fingerprint() -> None:
    text = json.dumps([snapshot_document(SNAPSHOT), resource_document(RECORD), outputs_document(OUTPUTS)])
    assert "scrypt" not in text
    assert "salt" not in text
    assert resource_document(RECORD)["sensitive"] == ["password"]
    assert outputs_document(OUTPUTS)["secret"] == {"sensitive": True, "value": None}


def test_lookup() -> None:
    assert find_resource(SNAPSHOT, "endpoint.shop") is RECORD
    assert find_named(SNAPSHOT, Kind.ENDPOINT, "shop") is RECORD
    assert find_named(SNAPSHOT, Kind.ENDPOINT, "endpoint.shop") is RECORD


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("endpoint.shp", 'Did you mean "endpoint.shop"?'),
        ("task.x", "It holds: endpoint.shop."),
        ("shop", "is not an address"),
    ],
)
def test_lookup_of_what_is_not_there(address: str, says: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        find_resource(SNAPSHOT, address)
    assert says in caught.value.diagnostics[0].detail
    with pytest.raises(DiagnosticError, match="It is empty"):
        find_resource(Snapshot(), "task.x")
