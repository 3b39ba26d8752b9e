"""`show -json`: Terraform's fields, places in the files, data impact, and no secret."""

from __future__ import annotations

import json

from dmsform.plan.build import build
from dmsform.plan.json import plan_document
from tests.plan.helpers import COPY, SHOP, TASK, applied, endpoint, everything, finished, instance, task, world


def test_a_creation() -> None:
    document = plan_document(build(everything()))
    json.dumps(document)
    changes = {c["address"]: c for c in document["resource_changes"]}
    moved = changes[str(TASK)]
    assert moved["change"]["actions"] == ["create"]
    assert moved["change"]["before"] is None
    assert moved["change"]["after"]["source"] == str(SHOP)
    assert moved["range"]["start"]["line"] == 1
    assert [t["target"] for t in moved["data"]["tables"]] == ["public.customer", "public.note"]
    assert document["applyable"] is True


def test_an_update_and_a_removal() -> None:
    first = world(instance(), endpoint(SHOP, "Sesame1"), endpoint(COPY), task())
    snapshot = applied(first, build(first))
    desired = (instance(), endpoint(SHOP, "Sesame2", path="/new.db"), endpoint(COPY))
    document = plan_document(build(finished(desired, snapshot)))
    changes = {c["address"]: c["change"] for c in document["resource_changes"]}
    assert changes[str(TASK)]["actions"] == ["delete"]
    assert changes[str(TASK)]["after"] is None
    assert changes[str(SHOP)]["before"] == {"password": None, "path": "/shop.db"}
    assert changes[str(SHOP)]["after_sensitive"] == {"password": True}
    assert "Sesame" not in json.dumps(document)


def test_a_replacement_names_its_paths() -> None:
    first = everything()
    snapshot = applied(first, build(first))
    desired = (instance(), endpoint(SHOP, engine="postgresql"), endpoint(COPY), task())
    document = plan_document(build(finished(desired, snapshot)))
    change = next(c["change"] for c in document["resource_changes"] if c["address"] == str(SHOP))
    assert (change["actions"], change["replace_paths"]) == (["delete", "create"], [["engine"]])
