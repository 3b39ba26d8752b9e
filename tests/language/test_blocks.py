"""Blocks: form, types, what is refused by name because it is not built."""

from __future__ import annotations

import pytest

from dmsform.language import codes
from dmsform.language.blocks.table import ROOT
from dmsform.language.schema import BlockSchema
from tests.language.configurations import COMPLETE, INSTANCE, with_task
from tests.language.helpers import Directory, told

NOT_BUILT = {
    "module": 'module "x" {\n  source = "./x"\n}\n',
    "data": 'data "x" "y" {\n}\n',
    "moved": "moved {\n  from = a.b\n  to = a.c\n}\n",
    "import": 'import {\n  id = "x"\n}\n',
    "removed": "removed {\n}\n",
    "check": 'check "x" {\n}\n',
    "provider": 'provider "x" {\n}\n',
    '"ssh"': INSTANCE.replace("local", "ssh"),
    '"remote"': INSTANCE.replace("local", "remote"),
    '"ray"': INSTANCE.replace("local", "ray"),
    "allocated_storage": INSTANCE.replace("}", '  allocated_storage = "20GiB"\n}'),
    "max_full_load_tasks": INSTANCE.replace("}", "  max_full_load_tasks = 4\n}"),
    '"cdc"': COMPLETE.replace('"full-load"', '"cdc"'),
    '"full-load-and-cdc"': COMPLETE.replace('"full-load"', '"full-load-and-cdc"'),
    'block "cdc"': with_task('  cdc {\n    apply_mode = "transactional"\n  }\n'),
    "value true": with_task("  validation {\n    enabled = true\n  }\n"),
    "schedule": with_task('  schedule = "0 2 * * *"\n'),
    "for_each": with_task("  for_each = toset([])\n"),
    "count": with_task("  count = 2\n"),
    "dynamic": with_task('  dynamic "selection" {\n    for_each = []\n  }\n'),
    "ignore_changes": with_task("  lifecycle {\n    ignore_changes = all\n  }\n"),
    "data_error_policy": with_task('  error_behavior {\n    data_error_policy = "x"\n  }\n'),
    "commit_rate": with_task("  full_load {\n    commit_rate = 5\n  }\n"),
    "logging": with_task("  logging {\n  }\n"),
    "table_settings": with_task('  table_settings "x" {\n  }\n'),
    "add-before-image-columns": with_task(
        '  transformation "t" {\n    target = "column"\n    schema = "a"\n'
        '    action = "add-before-image-columns"\n  }\n'
    ),
    "ephemeral": 'variable "x" {\n  ephemeral = true\n  default = 1\n}\n',
    "backend": 'dmsform {\n  backend "s3" {\n  }\n}\n',
}


@pytest.mark.parametrize("name", NOT_BUILT)
def test_what_is_not_built_is_refused_by_name(directory: Directory, name: str) -> None:
    found = directory.write(NOT_BUILT[name]).problem()
    assert found.code == codes.NOT_BUILT.id
    assert name in found.detail
    assert "not built yet" in found.detail
    assert found.remedy
    assert found.subject is not None


PROBLEMS = {
    'endpont "shop" {\n}\n': (
        'DMS111 1,1: Blocks of the type "endpont" are not expected here. Did you mean "endpoint"?'
    ),
    "terraform {\n}\n": 'DMS111 1,1: Blocks of the type "terraform" are not expected here. Did you mean "dmsform"?',
    'resource "a" "b" {\n}\n': (
        'DMS111 1,1: Blocks of the type "resource" are not expected here. Resources stand without that word: '
        "replication_instance, endpoint and task are blocks themselves."
    ),
    with_task('  selektion "x" {\n  }\n'): (
        'DMS111 25,3: Blocks of the type "selektion" are not expected here. Did you mean "selection"?'
    ),
    with_task('  full_load = "x"\n'): 'DMS112 25,3: "full_load" is a block, not an argument of task.',
    with_task("  start {\n  }\n"): 'DMS111 25,3: Blocks of the type "start" are not expected here.',
    COMPLETE.replace("  migration_type ", "  migraton_type "): None,
    "a = 1\n": 'DMS112 1,1: "a" is set outside of any block.',
    'endpoint "a" {\n}\n': (
        'DMS113 1,1: The argument "engine" of this endpoint is required, but no value is given: '
        'the provider: "postgresql", "sqlite", ...'
    ),
    'endpoint "a" {\n  engine = null\n}\n': (
        'DMS113 1,1: The argument "engine" of this endpoint is required, but no value is given: '
        'the provider: "postgresql", "sqlite", ...'
    ),
    'endpoint {\n  engine = "x"\n}\n': "DMS115 1,1: The block endpoint takes 1 label, but none is given.",
    'endpoint "a" "b" {\n  engine = "x"\n}\n': "DMS115 1,1: The block endpoint takes 1 label, but 2 are given.",
    'endpoint "a b" {\n  engine = "x"\n}\n': (
        'DMS115 1,10: "a b" is not a name: names are made of letters, digits, - and _, and begin with a letter or _.'
    ),
    INSTANCE + INSTANCE: ("DMS116 4,1: replication_instance.main was already given at main.dms.hcl:1,1-28."),
    "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n": (
        'DMS116 5,3: The local "a" was already given at main.dms.hcl:2,3-4.'
    ),
    with_task('  selection "everything" {\n    schema = "a"\n    table = "b"\n  }\n'): (
        'DMS116 25,3: This task already has a block selection "everything" at main.dms.hcl:21,3-25.'
    ),
    with_task("  full_load {\n  }\n  full_load {\n  }\n"): (
        "DMS116 27,3: This task already has a block full_load at main.dms.hcl:25,3-12."
    ),
    with_task('  full_load {\n    parallel_tables = "many"\n  }\n'): (
        'DMS117 26,23: Unsuitable value for the argument "parallel_tables": a number is required. It is "many".'
    ),
    with_task("  full_load {\n    parallel_tables = 1.5\n  }\n"): (
        'DMS117 26,23: Unsuitable value for the argument "parallel_tables": 1.5 is not a whole number.'
    ),
    with_task('  full_load {\n    target_table_prep_mode = "drop_and_create"\n  }\n'): (
        'DMS117 26,30: Unsuitable value for the argument "target_table_prep_mode": "drop_and_create" is not among the '
        'values it takes. Did you mean "drop-and-create"?'
    ),
    COMPLETE.replace('"full-load"', '"fullload"'): (
        'DMS117 19,26: Unsuitable value for the argument "migration_type": "fullload" is not among the values it '
        'takes. Did you mean "full-load"?'
    ),
    COMPLETE.replace("= endpoint.copy", '= "copy"'): (
        'DMS117 18,26: Unsuitable value for the argument "target": a reference to a whole endpoint is needed; '
        "text in quotes names no resource."
    ),
    COMPLETE.replace("= endpoint.copy", "= replication_instance.main"): (
        'DMS117 18,26: Unsuitable value for the argument "target": a reference to a whole endpoint is needed; '
        "this is replication_instance.main."
    ),
    INSTANCE + 'output "o" {\n  value = [replication_instance.main]\n}\n': (
        'DMS117 5,11: Unsuitable value for the argument "value": replication_instance.main is a whole resource, '
        "where a value is needed."
    ),
    COMPLETE + 'endpoint "x" {\n  engine = task.shop.status\n}\n': (
        'DMS118 27,12: The argument "engine" of endpoint depends on something that is known only after apply, '
        "but the plan needs it."
    ),
    'dmsform {\n  required_version = ">= 99"\n}\n': None,
    "dmsform {\n}\ndmsform {\n}\n": "DMS116 3,1: The dmsform block was already given at main.dms.hcl:1,1-8.",
    'dmsform {\n  required_version = "latest"\n}\n': (
        "DMS117 2,22: required_version is \"latest\": 'latest' is no condition on a version."
    ),
}


@pytest.mark.parametrize("text", [text for text, message in PROBLEMS.items() if message])
def test_problem(directory: Directory, text: str) -> None:
    found = directory.write(text).problem()
    assert told(found) == PROBLEMS[text]
    assert found.remedy
    assert found.exit_code == 3


def test_a_misspelt_argument(directory: Directory) -> None:
    found = directory.write(COMPLETE.replace("  migration_type ", "  migraton_type ")).problems()
    assert [(d.code, d.subject.start.line) for d in found if d.subject] == [("DMS113", 15), ("DMS112", 19)]
    assert 'Did you mean "migration_type"?' in found[1].detail
    assert '"source"' in found[1].remedy
    assert "schedule" not in found[1].remedy


def test_a_version_that_does_not_fit(directory: Directory) -> None:
    found = directory.write('dmsform {\n  required_version = ">= 99"\n}\n').problem()
    assert found.code == codes.VERSION_MISMATCH.id
    assert ">= 99" in found.detail


def test_many_problems_are_told_at_once_and_in_order(directory: Directory) -> None:
    directory.write(
        'endpoint "a" {\n  engin = "x"\n  host = var.nope\n}\nendpont "b" {\n}\nlocals {\n  x = 1 + "a"\n}\n'
        'output "o" {\n  value = local.x\n}\n'
    )
    found = [(d.code, d.subject.start.line) for d in directory.problems() if d.subject]
    assert found == [("DMS113", 1), ("DMS130", 3), ("DMS111", 5), ("DMS136", 8)]


def test_an_endpoint_takes_any_argument(directory: Directory) -> None:
    """Its provider checks them."""
    directory.write('endpoint "a" {\n  engine = "x"\n  anything = [1, { b = true }]\n  ssl_mode = "verify-full"\n}\n')
    (resource,) = directory.config().resources
    values = {name: attribute.value for name, attribute in resource.block.attributes.items()}
    assert values == {"engine": "x", "anything": [1, {"b": True}], "ssl_mode": "verify-full"}


def test_an_embedded_endpoint(directory: Directory) -> None:
    directory.write('endpoint "a" {\n  engine = "x"\n  embedded {\n    data_dir = ".dmsform/a"\n  }\n}\n')
    (resource,) = directory.config().resources
    (embedded,) = resource.block.nested("embedded")
    assert embedded.attributes["data_dir"].value == ".dmsform/a"


def test_a_task_with_everything(directory: Directory) -> None:
    directory.write(
        with_task(
            """
  description   = "all of it"
  start         = false
  target_schema = "main"
  selection "recent" {
    schema     = "public"
    table      = "orders"
    action     = "include"
    table_type = "table"
    load_order = 5
    filter {
      column   = "created_at"
      operator = "gte"
      value    = 2024
    }
    filter {
      column = "id"
      condition {
        operator    = "between"
        start_value = 1
        end_value   = "9"
      }
      condition {
        operator = "null"
      }
    }
  }
  transformation "t" {
    target     = "column"
    schema     = "%"
    table      = "%"
    column     = "c"
    action     = "add-column"
    value      = "full"
    old_value  = "x"
    expression = "$a||' '||$b"
    data_type {
      type   = "string"
      length = 100
    }
    primary_key {
      name    = "pk"
      columns = ["a"]
    }
  }
  schema_conversion {
    on_unsupported = "warn"
  }
  full_load {
    target_table_prep_mode = "drop-and-create"
    parallel_tables        = 2
  }
  validation {
    enabled = false
  }
  error_behavior {
    recoverable_error_count = 3
  }
  lifecycle {
    prevent_destroy = true
  }
"""
        )
    )
    task = directory.config().resources[-1].block
    assert "description" not in task.attributes
    assert task.attributes["start"].value is False
    recent = list(task.nested("selection"))[1]
    assert recent.labels == ("recent",)
    first, second = recent.nested("filter")
    assert first.attributes["value"].value == "2024"
    assert [c.attributes["operator"].value for c in second.nested("condition")] == ["between", "null"]
    (transformation,) = task.nested("transformation")
    assert next(transformation.nested("data_type")).attributes["length"].value == 100
    assert next(transformation.nested("primary_key")).attributes["columns"].value == ["a"]
    assert next(task.nested("lifecycle")).attributes["prevent_destroy"].value is True


def test_documents_instead_of_blocks(directory: Directory) -> None:
    directory.write('{"rules": []}', "mappings.json")
    directory.write(COMPLETE[: COMPLETE.index("  selection")] + '  table_mappings = file("mappings.json")\n}\n')
    task = directory.config().resources[-1].block
    assert task.attributes["table_mappings"].value == '{"rules": []}'


def _all(schema: BlockSchema) -> list[BlockSchema]:
    return [schema, *(inner for block in schema.blocks for inner in _all(block))]


@pytest.mark.parametrize("schema", _all(ROOT)[1:], ids=lambda schema: schema.type)
def test_tables_are_fit_for_documentation(schema: BlockSchema) -> None:
    """Everything is described, told once, and what is not built says what to do instead."""
    assert schema.description.endswith("."), schema.description
    names = [attribute.name for attribute in schema.attributes]
    assert len(names) == len(set(names))
    for attribute in schema.attributes:
        assert attribute.description.endswith("."), attribute.description
        assert {value.value for value in attribute.not_built} <= {*attribute.choices, True}
        assert all(value.instead for value in attribute.not_built)
