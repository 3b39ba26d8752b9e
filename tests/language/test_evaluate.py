"""The evaluated configuration as a whole: outputs, digest, state, offline."""

from __future__ import annotations

import pytest

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import DiagnosticError, Severity
from dmsform.language import codes
from dmsform.language.config import UNKNOWN
from dmsform.language.evaluate import state_url, validate
from dmsform.language.load import parse_directory
from dmsform.language.variables import VariableInput
from tests.language.configurations import COMPLETE
from tests.language.helpers import Directory

STATUS = {Address(Kind.TASK, "shop"): {"status": "running"}}


def test_outputs(directory: Directory) -> None:
    directory.write(COMPLETE)
    directory.write(
        'output "b" {\n  value = task.shop.status\n  description = "how it goes"\n}\n'
        'output "a" {\n  value = sensitive("x")\n  sensitive = true\n}\noutput "n" {\n  value = 1.5\n}\n',
        "outputs.dms.hcl",
    )
    unknown, secret, number = directory.config().outputs
    assert (unknown.name, unknown.value, unknown.description) == ("b", UNKNOWN, "how it goes")
    assert (secret.value, secret.sensitive) == ("x", True)
    assert number.value == 1.5
    assert directory.config(known=STATUS).outputs[0].value == "running"


@pytest.mark.parametrize("expression", ["var.pw", '"a ${var.pw}"', "{ a = [var.pw] }", "upper(var.pw)"])
def test_an_output_does_not_show_a_secret(directory: Directory, expression: str) -> None:
    directory.write('variable "pw" {\n  sensitive = true\n  default = "hush"\n}\n')
    directory.write(f'output "o" {{\n  value = {expression}\n}}\n', "o.dms.hcl")
    found = directory.problem()
    assert found.code == codes.SENSITIVE_OUTPUT.id
    assert "hush" not in found.detail
    directory.write(f'output "o" {{\n  value = nonsensitive({expression})\n}}\n', "o.dms.hcl")
    assert not directory.config().outputs[0].sensitive


def test_arguments_know_place_and_mark(directory: Directory) -> None:
    directory.write(
        'variable "pw" {\n  sensitive = true\n  default = "hush"\n}\n'
        'endpoint "a" {\n  engine = "x"\n  url = "db://u:${var.pw}@h"\n}\n'
    )
    (resource,) = directory.config().resources
    url = resource.block.attributes["url"]
    assert (url.value, url.sensitive, str(url.subject)) == ("db://u:hush@h", True, "main.dms.hcl:7,9-29")
    assert str(resource.block.subject) == "main.dms.hcl:5,1-13"


def digest(directory: Directory, *inputs: tuple[str, str]) -> str:
    return directory.config(*inputs).digest


def test_digest_follows_files_variables_and_files_read(directory: Directory) -> None:
    directory.write('variable "x" {\n  default = 1\n}\nvariable "pw" {\n  sensitive = true\n  default = "a"\n}\n')
    directory.write('output "o" {\n  value = file("read.txt")\n}\n', "o.dms.hcl").write("1", "read.txt")
    first = digest(directory)
    assert digest(directory) == first
    assert digest(directory, ("var", "pw=b")) == first
    assert digest(directory, ("var", "x=2")) != first
    directory.write("2", "read.txt")
    second = digest(directory)
    assert second != first
    directory.write("# new\n", "p.dms.hcl")
    assert digest(directory) != second


def test_digest_does_not_follow_results_of_references(directory: Directory) -> None:
    directory.write(COMPLETE)
    directory.write('output "o" {\n  value = task.shop.status\n}\n', "o.dms.hcl")
    assert directory.config(known=STATUS).digest == directory.config().digest


def test_state_url(directory: Directory) -> None:
    directory.write(COMPLETE)
    assert directory.config().state_url == "sqlite:///dmsform.state.db"
    directory.write(
        'variable "db" {\n}\nvariable "other" {\n}\n'
        'dmsform {\n  required_version = ">= 0.0"\n  state {\n    url = "sqlite:///${var.db}"\n  }\n}\n'
    )
    module = parse_directory(directory.path)
    assert state_url(module, [VariableInput("var", "db=x")], {}) == "sqlite:///x"
    with pytest.raises(DiagnosticError) as raised:
        state_url(module, [], {})
    assert [d.code for d in raised.value.diagnostics] == [codes.MISSING_VARIABLE.id]


def test_the_states_place_must_be_known(directory: Directory) -> None:
    directory.write(COMPLETE + "dmsform {\n  state {\n    url = task.shop.status\n  }\n}\n")
    with pytest.raises(DiagnosticError) as raised:
        state_url(parse_directory(directory.path), [], {})
    assert [d.code for d in raised.value.diagnostics] == [codes.VALUE_NOT_KNOWN.id]


def test_a_state_url_in_a_circle_ends(directory: Directory) -> None:
    directory.write("dmsform {\n  state {\n    url = local.a\n  }\n}\nlocals {\n  a = local.b\n  b = local.a\n}\n")
    with pytest.raises(DiagnosticError) as raised:
        state_url(parse_directory(directory.path), [], {})
    assert [d.code for d in raised.value.diagnostics] == [codes.DEPENDENCY_CYCLE.id]


def test_validate_needs_no_values(directory: Directory) -> None:
    directory.write(COMPLETE.replace('"db1"', "var.host").replace('"%"', "var.table"))
    directory.write('variable "host" {\n}\nvariable "table" {\n  type = string\n}\n', "v.dms.hcl")
    assert validate(parse_directory(directory.path)) == []
    assert [d.code for d in directory.problems()] == [codes.MISSING_VARIABLE.id] * 2


def test_validate_tells_errors_and_warnings(directory: Directory) -> None:
    directory.write('variable "n" {\n  type = number\n}\nlocals {\n  a = var.n + "x"\n}\n')
    directory.write("nope = 1\n", "dmsform.dmsvars.hcl")
    found = validate(parse_directory(directory.path))
    assert [(d.severity, d.code) for d in found] == [
        (Severity.ERROR, codes.INVALID_OPERAND.id),
        (Severity.WARNING, codes.UNDECLARED_VALUE.id),
    ]


def test_an_unused_local_is_checked(directory: Directory) -> None:
    directory.write("locals {\n  a = lenght([])\n}\n")
    assert directory.problem().code == codes.UNKNOWN_FUNCTION.id


def test_an_error_in_a_local_is_told_once_and_at_its_place(directory: Directory) -> None:
    directory.write(COMPLETE.replace('"db1"', "local.a").replace('"copy.db"', "local.a"))
    directory.write("locals {\n  a = 1 / 0\n  b = local.a\n}\n", "locals.dms.hcl")
    assert str(directory.problem().subject) == "locals.dms.hcl:2,11-12"


def test_an_empty_configuration(directory: Directory) -> None:
    config = directory.write("").config()
    assert (config.resources, config.outputs, config.variables, config.warnings) == ((), (), (), ())


def test_a_thousand_resources(directory: Directory) -> None:
    """Nothing in the language is quadratic or recursive in the number of blocks."""
    chain = "".join(f"  l{n} = local.l{n + 1}\n" for n in range(1500))
    endpoints = "".join(f'endpoint "e{n}" {{\n  engine = "x"\n  host = local.l0\n}}\n' for n in range(1000))
    directory.write(f'locals {{\n{chain}  l1500 = "end"\n}}\n{endpoints}')
    config = directory.config()
    assert len(config.resources) == 1000
    assert {r.block.attributes["host"].value for r in config.resources} == {"end"}


def test_what_is_nested_too_deeply_is_told(directory: Directory) -> None:
    deep = "-" * 3000
    directory.write(f"locals {{\n  a = {deep} 1\n}}\n")
    found = directory.problem()
    assert found.code == codes.INVALID_EXPRESSION.id
    assert "nested too deeply" in found.detail
