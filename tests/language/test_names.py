"""References: what names mean, what is said of those that mean nothing, and cycles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dmsform.addresses import Address, Kind
from dmsform.language import codes
from dmsform.language.config import UNKNOWN
from tests.language.configurations import COMPLETE, ENDPOINTS, with_task
from tests.language.helpers import Directory, told

SHOP = Address(Kind.TASK, "shop")


def test_a_bare_resource_is_its_address(directory: Directory) -> None:
    directory.write(COMPLETE)
    task = directory.config().resource(SHOP)
    assert task is not None
    attributes = task.block.attributes
    assert attributes["source"].value == Address(Kind.ENDPOINT, "shop")
    assert attributes["source"].references == (Address(Kind.ENDPOINT, "shop"),)
    assert task.depends_on == (
        Address(Kind.ENDPOINT, "copy"),
        Address(Kind.ENDPOINT, "shop"),
        Address(Kind.REPLICATION_INSTANCE, "main"),
    )


def test_a_resource_by_way_of_a_local(directory: Directory) -> None:
    directory.write(COMPLETE.replace("= endpoint.copy", "= local.to"))
    directory.write("locals {\n  ends = { to = endpoint.copy }\n  to = local.ends.to\n}\n", "locals.dms.hcl")
    task = directory.config().resource(SHOP)
    assert task is not None
    assert task.block.attributes["target"].value == Address(Kind.ENDPOINT, "copy")
    assert Address(Kind.ENDPOINT, "copy") in task.depends_on


ATTRIBUTES: dict[str, tuple[dict[str, Any] | None, Any]] = {
    "endpoint.shop.port": (None, 5432),
    "endpoint.shop.host": ({"host": "of yesterday"}, "db1"),
    "endpoint.shop.server": (None, UNKNOWN),
    "endpoint.shop.server_version": ({"server_version": "18"}, "18"),
    'endpoint.shop["host"]': (None, "db1"),
    "task.shop.status": (None, UNKNOWN),
    "task.shop.start": (None, UNKNOWN),
    "task.shop.migration_type": (None, "full-load"),
    "replication_instance.main.type": (None, "local"),
    "replication_instance.main.host": (None, UNKNOWN),
    "[for e in [endpoint.shop, endpoint.copy] : e.engine]": (None, ["postgresql", "sqlite"]),
    "path.module": (None, "."),
}


@pytest.mark.parametrize("expression", ATTRIBUTES)
def test_attribute(directory: Directory, expression: str) -> None:
    """What the configuration sets holds, then what is known, then it is unknown."""
    known, expected = ATTRIBUTES[expression]
    directory.write(COMPLETE)
    found = directory.output(expression, known={} if known is None else {Address(Kind.ENDPOINT, "shop"): known})
    assert found == (str(directory.path) if expression == "path.module" else expected)


def test_what_is_known_of_a_task(directory: Directory) -> None:
    directory.write(COMPLETE)
    known = {SHOP: {"status": "stopped"}}
    assert directory.output("[task.shop.status, task.shop.target_schema]", known=known) == ["stopped", None]


def test_a_secret_argument_stays_secret(directory: Directory) -> None:
    directory.write('variable "pw" {\n  sensitive = true\n  default = "x"\n}\n')
    directory.write('endpoint "a" {\n  engine = "sqlite"\n  password = var.pw\n}\n', "a.dms.hcl")
    directory.write('output "o" {\n  value = endpoint.a.password\n}\n', "o.dms.hcl")
    assert directory.problem().code == codes.SENSITIVE_OUTPUT.id


UNDECLARED = {
    "var.portt": 'DMS130 2,11: No input variable named "portt" is declared. Did you mean "port"? Declared are "port".',
    "local.nmae": 'DMS131 2,11: No local value named "nmae" is declared. Did you mean "name"? Declared are "name".',
    "endpoint.shp": (
        'DMS132 2,11: No endpoint named "shp" is declared. Did you mean "shop"? Declared are "copy", "shop".'
    ),
    "task.nothing": 'DMS132 2,11: No task named "nothing" is declared. Declared are "shop".',
    "endpoint.shop.hots": None,
    "task.shop.stauts": 'DMS134 2,11: task.shop has no attribute "stauts". Did you mean "status"?',
    "endpont.shop": 'DMS133 2,11: "endpont" begins no reference and no function call. Did you mean "endpoint"?',
    "var": 'DMS133 2,11: The word "var" must be followed by a dot and a name.',
    'var["port"]': 'DMS133 2,11: The word "var" must be followed by a dot and a name.',
    "path.modul": 'DMS133 2,11: There is no path.modul. Did you mean "module"?',
    "module.x.y": 'DMS114 2,11: References to "module" are known to dmsform, but not built yet in this version.',
    "data.x.y": 'DMS114 2,11: References to "data" are known to dmsform, but not built yet in this version.',
    "each.value": 'DMS114 2,11: References to "each" are known to dmsform, but not built yet in this version.',
    "postgresql": 'DMS133 2,11: "postgresql" begins no reference and no function call.',
}


@pytest.mark.parametrize("expression", [name for name, message in UNDECLARED.items() if message])
def test_undeclared(directory: Directory, expression: str) -> None:
    directory.write(COMPLETE)
    directory.write('variable "port" {\n  default = 1\n}\nlocals {\n  name = "n"\n}\n', "more.dms.hcl")
    directory.write(f'output "o" {{\n  value = {expression}\n}}\n', "o.dms.hcl")
    found = directory.problem()
    assert told(found) == UNDECLARED[expression]
    assert found.remedy


def test_an_attribute_that_an_applied_endpoint_does_not_have(directory: Directory) -> None:
    """Before apply it may be anything; once applied, it is known what there is."""
    directory.write(ENDPOINTS)
    assert directory.output("endpoint.shop.hots") is UNKNOWN
    directory.write('output "o" {\n  value = try(endpoint.shop.hots, "none")\n}\n', "tested.dms.hcl")
    known = {Address(Kind.ENDPOINT, "shop"): {"host": "db1"}}
    assert directory.config(known=known).outputs[0].value == "none"


def test_cycle_of_locals(directory: Directory) -> None:
    directory.write('locals {\n  a = local.b\n  b = "${local.c}"\n}\nlocals {\n  c = [local.a]\n  d = local.a\n}\n')
    found = directory.problem()
    assert told(found) == (
        "DMS150 2,7: Each of these needs the next, and the last needs the first:\n"
        "  local.a -> local.b (main.dms.hcl:2,7-14)\n"
        "  local.b -> local.c (main.dms.hcl:3,10-17)\n"
        "  local.c -> local.a (main.dms.hcl:6,8-15)"
    )


def test_cycle_of_resources_through_a_local(directory: Directory) -> None:
    directory.write(
        'endpoint "a" {\n  engine = "x"\n  host = local.h\n}\n'
        'endpoint "b" {\n  engine = "x"\n  host = endpoint.a.host\n}\n'
        "locals {\n  h = endpoint.b.host\n}\n"
    )
    (found,) = directory.problems()
    assert found.code == codes.DEPENDENCY_CYCLE.id
    for edge in ("endpoint.a -> local.h", "local.h -> endpoint.b", "endpoint.b -> endpoint.a"):
        assert edge in found.detail


def test_a_resource_that_refers_to_itself(directory: Directory) -> None:
    directory.write('endpoint "a" {\n  engine = "x"\n  host = endpoint.a.port\n}\n')
    found = directory.problem()
    assert told(found) == "DMS150 3,10: endpoint.a refers to itself:\n  endpoint.a -> endpoint.a (main.dms.hcl:3,10-25)"


def test_a_cycle_by_depends_on(directory: Directory) -> None:
    directory.write(with_task("  depends_on = [task.other]\n"))
    other = COMPLETE[COMPLETE.index("task") :].replace('"shop" {', '"other" {\n  depends_on = [task.shop]')
    directory.write(other, "other.dms.hcl")
    assert directory.problem().code == codes.DEPENDENCY_CYCLE.id


def test_depends_on(directory: Directory) -> None:
    directory.write(with_task("  depends_on = [endpoint.third]\n"))
    directory.write('endpoint "third" {\n  engine = "sqlite"\n}\n', "third.dms.hcl")
    task = directory.config().resource(SHOP)
    assert task is not None
    assert Address(Kind.ENDPOINT, "third") in task.depends_on
    assert task.block.attributes["depends_on"].value == [Address(Kind.ENDPOINT, "third")]


@pytest.mark.parametrize("wrong", ["[var.x]", '["task.shop"]', "[endpoint.shop.host]", "[endpoint.nope]"])
def test_depends_on_takes_resources_alone(directory: Directory, wrong: str) -> None:
    directory.write(with_task(f"  depends_on = {wrong}\n"))
    expected = codes.UNDECLARED_RESOURCE if "nope" in wrong else codes.INVALID_REFERENCE
    assert directory.problem().code == expected.id


def test_names_bound_by_for_hide_the_modules(directory: Directory) -> None:
    directory.write(COMPLETE)
    assert directory.output("[for endpoint in [{shop = 1}] : endpoint.shop]") == [1]
    assert directory.output('{for var in ["a"] : var => var}') == {"a": "a"}


def test_files_are_read_from_the_modules_directory(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    directory.write("content", "x.txt")
    monkeypatch.chdir(Path("/"))
    assert directory.output('[file("x.txt"), file("${path.module}/x.txt")]') == ["content", "content"]
