"""URLs and service files: what state and digests see of them, and that no password is in sight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dmsform.diagnostics import Diagnostic
from dmsform.resources.endpoint import Endpoint, connection, connection_digest, decode_endpoint, store_digest
from dmsform.task.definition import EndpointDefinition
from tests.resources.blocks import SHOP, Sensitive, resource, told

SALT = "00" * 16
URL = "postgresql://dms:Sesame1@db1.internal:5433/shop?sslmode=require"
PARTS = {
    "host": "db1.internal", "port": 5433, "database": "shop", "username": "dms", "password": "Sesame1",
    "ssl_mode": "require",
}  # fmt: skip


def decoded(body: dict[str, Any], directory: Path = Path("/module")) -> tuple[Endpoint, list[Diagnostic]]:
    findings: list[Diagnostic] = []
    found = decode_endpoint(resource(SHOP, {"engine": "postgresql", **body}), directory, findings)
    assert found is not None
    return found, findings


def definition(body: dict[str, Any], directory: Path = Path("/module")) -> EndpointDefinition:
    endpoint, findings = decoded(body, directory)
    assert findings == []
    found = connection(endpoint, None).definition
    assert found is not None
    return found


def test_a_url_shows_its_parts_but_the_password() -> None:
    found, findings = decoded({"url": URL})
    assert findings == []
    assert found.desired.secrets == {"password": "Sesame1"}
    attributes = found.desired.attributes
    assert {n: attributes[n] for n in PARTS if n != "password"} == {n: v for n, v in PARTS.items() if n != "password"}
    assert attributes.get("url") is None
    assert "Sesame1" not in json.dumps(attributes) + repr(found)


def test_all_parts_of_a_sensitive_url_are_secrets() -> None:
    found, _ = decoded({"url": Sensitive(URL), "connect_timeout": 20})
    assert found.desired.secrets.keys() >= {"host", "database", "username", "password"}
    shown = json.dumps(found.desired.attributes)
    for part in ("db1.internal", "shop", "dms", "Sesame1"):
        assert part not in shown.replace("postgresql", "")


def test_a_wrong_url_is_refused_at_its_block_and_not_repeated() -> None:
    findings: list[Diagnostic] = []
    body = {"engine": "postgresql", "url": "postgresql://dms:Ses@me1@db1/shop"}
    decode_endpoint(resource(SHOP, body), Path("/module"), findings)
    ((_, line, words),) = told(findings)
    assert line == 1, "the line of the URL would be shown"
    assert "%40" in words
    assert "Ses" not in str(findings)


def test_one_connection_however_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "services").write_text(
        "[prod]\nhost=db1.internal\nport=5433\ndbname=shop\nuser=dms\npassword=Sesame1\nsslmode=require\n"
    )
    service = {"service": "prod", "service_file": "services"}
    ways = [definition(PARTS), definition({"url": URL}), definition(service, tmp_path)]
    assert ways[2].settings["service_file"] == str(tmp_path / "services")
    assert len({store_digest(way) for way in ways}) == 1
    assert len({connection_digest(way, SALT) for way in ways}) == 1


@pytest.mark.parametrize(("changed", "moved"), [("password=Sesame2", False), ("host=db2.internal", True)])
def test_a_changed_service_file_is_another_connection(tmp_path: Path, changed: str, moved: bool) -> None:
    file = tmp_path / "services"
    body = {"service": "prod", "service_file": "services"}
    file.write_text("[prod]\nhost=db1.internal\ndbname=shop\nuser=dms\npassword=Sesame1\n")
    found = definition(body, tmp_path)
    assert "Sesame1" not in json.dumps(found.settings)
    before = store_digest(found), connection_digest(found, SALT)
    name = changed.partition("=")[0]
    kept = [line for line in file.read_text().splitlines() if not line.startswith(f"{name}=")]
    file.write_text("\n".join([*kept, changed]))
    assert (store_digest(found) != before[0]) is moved
    assert connection_digest(found, SALT) != before[1]
    file.unlink()
    assert store_digest(found) == store_digest(definition(body, tmp_path))
