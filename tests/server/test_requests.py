"""Requests of the wrong form, as any HTTP client may send them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from dmsform.server import codes
from tests.server.stores import PASSWORD, definition
from tests.server.support import Server


def request(server: Server, method: str, path: str, **options: Any) -> httpx.Response:
    transport = httpx.HTTPTransport(uds=str(server.data_dir / "api.sock"))
    with httpx.Client(transport=transport, base_url="http://server") as client:
        return client.request(method, path, **options)


def put_body(**changes: Any) -> dict[str, Any]:
    return {"definition": {**definition().model_dump(mode="json"), **changes}, "state_serial": 1}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/nothing", None),
        ("POST", "/v1/status", None),
        ("GET", "/", None),
        ("PUT", "/v1/tasks/lineage-1/shop", "no JSON"),
        ("PUT", "/v1/tasks/lineage-1/shop", json.dumps({"state_serial": 1})),
        ("PUT", "/v1/tasks/lineage-1/other", json.dumps(put_body())),
        ("PUT", "/v1/tasks/lineage-1/shop", json.dumps(put_body(surprise=1))),
        ("GET", "/v1/events?after=x", None),
        ("GET", "/v1/events?after=-1", None),
        ("GET", "/v1/events?wait=nan", None),
    ],
)
def test_each_is_refused_with_a_problem(server: Server, method: str, path: str, body: str | None) -> None:
    server.start()
    answer = request(server, method, path, content=body)
    assert answer.status_code == 422
    (found,) = answer.json()["diagnostics"]
    assert found["code"] == codes.INVALID_REQUEST.id
    assert found["remedy"]


def test_a_refused_definition_is_not_quoted(server: Server) -> None:
    server.start()
    body = put_body(run={"password": PASSWORD})
    answer = request(server, "PUT", "/v1/tasks/lineage-1/shop", content=json.dumps(body))
    assert answer.status_code == 422
    assert PASSWORD not in answer.text


def test_statuses(server: Server) -> None:
    server.start()
    assert request(server, "GET", "/v1/tasks/lineage-1/shop").status_code == 404
    assert request(server, "PUT", "/v1/tasks/lineage-1/shop", json=put_body()).status_code == 200
    assert request(server, "PUT", "/v1/tasks/lineage-1/shop", json={**put_body(), "state_serial": 0}).status_code == 409
    assert request(server, "GET", "/v1/tasks/lineage-1/shop/tables").json() == []
    started = request(server, "GET", "/v1/events").json()["events"][0]
    assert (started["name"], started["task"]) == ("ServerStarted", None)
