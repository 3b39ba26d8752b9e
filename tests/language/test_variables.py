"""Variables: where values come from, which holds, and what is said when none fits."""

from __future__ import annotations

import pytest

from dmsform.diagnostics import Severity
from dmsform.language import codes
from dmsform.language.config import UNKNOWN
from tests.language.helpers import Directory, told

DECLARED = 'variable "x" {\n  type = string\n  default = "default"\n}\noutput "x" {\n  value = var.x\n}\n'


def test_precedence(directory: Directory) -> None:
    """Each source added overrides the ones before it."""
    directory.write(DECLARED)

    def holds(*inputs: tuple[str, str], environ: dict[str, str] | None = None) -> tuple[object, str]:
        config = directory.config(*inputs, environ=environ or {})
        return config.outputs[0].value, config.variables[0].source

    environ = {"DMS_VAR_x": "environment"}
    assert holds() == ("default", "its default")
    assert holds(environ=environ) == ("environment", "DMS_VAR_x")
    directory.write('x = "file"\n', "dmsform.dmsvars.hcl")
    assert holds(environ=environ) == ("file", "dmsform.dmsvars.hcl:1")
    directory.write('x = "auto b"\n', "b.auto.dmsvars.hcl").write('x = "auto a"\n', "a.auto.dmsvars.hcl")
    assert holds(environ=environ) == ("auto b", "b.auto.dmsvars.hcl:1")
    directory.write('\nx = "given"\n', "given.dmsvars.hcl")
    assert holds(("file", "given.dmsvars.hcl"), environ=environ) == ("given", "given.dmsvars.hcl:2")
    assert holds(("file", "given.dmsvars.hcl"), ("var", "x=option")) == ("option", '-var="x=..."')
    assert holds(("var", "x=option"), ("file", "given.dmsvars.hcl")) == ("given", "given.dmsvars.hcl:2")
    assert holds(("var", "x=one"), ("var", "x=two=2")) == ("two=2", '-var="x=..."')
    assert holds(("var", "x=one"), ("json", 'x="recorded"')) == ("recorded", "the saved plan")


TYPED = {
    ("string", "5"): "5",
    ("string", '"quoted"'): '"quoted"',
    ("number", "5.0"): 5,
    ("bool", "true"): True,
    ("list(string)", '["a", "b"]'): ["a", "b"],
    ("list(number)", '["1", 2]'): [1, 2],
    ("map(number)", "{a = 1}"): {"a": 1},
    ("object({host = string, port = optional(number, 5432)})", '{host = "h"}'): {"host": "h", "port": 5432},
    ("any", "[1]"): [1],
    ("any", '"x"'): "x",
}


@pytest.mark.parametrize(("kind", "given"), TYPED)
@pytest.mark.parametrize("source", ["option", "environment"])
def test_text_becomes_the_type(directory: Directory, kind: str, given: str, source: str) -> None:
    directory.write(f'variable "x" {{\n  type = {kind}\n}}\n')
    inputs = [("var", f"x={given}")] if source == "option" else []
    environ = {"DMS_VAR_x": given} if source == "environment" else {}
    assert directory.output("var.x", *inputs, environ=environ) == TYPED[kind, given]


def test_without_a_type_text_is_text(directory: Directory) -> None:
    directory.write('variable "x" {\n}\n')
    assert directory.output("var.x", ("var", "x=[1]")) == "[1]"
    assert directory.output("var.x", ("json", "x=[1.5]")) == [1.5]


PROBLEMS = {
    "missing": (
        'variable "x" {\n  type = string\n}\n',
        [],
        'DMS151 1,1: The variable "x" is not set, and has no default.',
    ),
    "unsuitable option": (
        'variable "x" {\n  type = number\n}\n',
        [("var", "x=abc")],
        'DMS152 1,1: Unsuitable value for var.x set by -var="x=...": a number is required. It is "abc".',
    ),
    "unsuitable secret": (
        'variable "x" {\n  type = number\n  sensitive = true\n}\n',
        [("var", "x=abc")],
        'DMS152 1,1: Unsuitable value for var.x set by -var="x=...": a number is required.',
    ),
    "unsuitable default": (
        'variable "x" {\n  type = list(number)\n  default = ["a"]\n}\n',
        [],
        'DMS158 3,13: The default of the variable "x" does not fit its type list(number): [0]: a number is required.',
    ),
    "null where it may not be": (
        'variable "x" {\n  nullable = false\n}\n',
        [("json", "x=null")],
        'DMS151 1,1: The variable "x" is null, which it must not be.',
    ),
    "undeclared option": (
        'variable "size" {\n  default = 1\n}\n',
        [("var", "sise=1")],
        'DMS154 : A value is given for "sise" by -var, but no variable of that name is declared. Did you mean "size"?',
    ),
    "option without equals": (
        DECLARED, [("var", "x")], "DMS155 : An option -var has no equals sign, so that it names no variable."
    ),
    "missing file": (
        DECLARED,
        [("file", "nowhere.dmsvars.hcl")],
        "DMS109 : The file nowhere.dmsvars.hcl cannot be read: No such file or directory.",
    ),
    "no expression": (
        'variable "x" {\n  type = list(string)\n}\n',
        [("var", "x=[a")],
        'DMS155 1,1: The value of var.x set by -var="x=..." is no expression. '
        "This opening bracket has no closing counterpart before the end of the file. A bracket further inside may be "
        "closed where it should not be.",
    ),
    "a name in a default": (
        'variable "x" {\n  default = var.y\n}\n',
        [],
        'DMS133 2,13: "var" cannot be used here: values and defaults of variables refer to nothing else.',
    ),
    "wrong type": (
        'variable "x" {\n  type = strng\n}\n', [], 'DMS157 2,10: There is no type "strng". Did you mean "string"?'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_problem(directory: Directory, name: str) -> None:
    text, inputs, message = PROBLEMS[name]
    found = directory.write(text).problems(*inputs)
    assert [told(d) for d in found if d.severity is Severity.ERROR] == [message]


def test_a_missing_variable_is_told_once_however_often_it_is_used(directory: Directory) -> None:
    directory.write(
        'variable "x" {\n}\nlocals {\n  a = var.x\n  b = local.a\n}\noutput "o" {\n  value = [var.x, local.b]\n}\n'
    )
    found = directory.problem()
    assert found.code == codes.MISSING_VARIABLE.id
    for words in ("-var 'x=VALUE'", "DMS_VAR_x", "dmsform.dmsvars.hcl"):
        assert words in found.remedy


def test_a_name_that_no_variable_has(directory: Directory) -> None:
    """An error for an option, a warning in a file, nothing in the environment."""
    directory.write(DECLARED)
    directory.write("z = 1\n", "dmsform.dmsvars.hcl").write("\nxx = 1\n", "more.dmsvars.hcl")
    config = directory.config(("file", "more.dmsvars.hcl"), environ={"DMS_VAR_zz": "1"})
    assert [(d.severity, d.code, str(d.subject)) for d in config.warnings] == [
        (Severity.WARNING, codes.UNDECLARED_VALUE.id, "dmsform.dmsvars.hcl:1,1-2"),
        (Severity.WARNING, codes.UNDECLARED_VALUE.id, "more.dmsvars.hcl:2,1-3"),
    ]


def test_a_block_in_a_values_file(directory: Directory) -> None:
    directory.write(DECLARED).write('variable "x" {\n}\n', "dmsform.dmsvars.hcl")
    assert directory.problem().code == codes.INVALID_VALUES_FILE.id


def test_a_sensitive_variable_on_the_command_line_is_warned_of(directory: Directory) -> None:
    directory.write('variable "pw" {\n  sensitive = true\n}\n')
    (warning,) = directory.config(("var", "pw=hush")).warnings
    assert warning.code == codes.VISIBLE_SECRET.id
    assert "hush" not in warning.detail + warning.remedy
    assert "DMS_VAR_pw" in warning.remedy
    directory.write('pw = "hush"\n', "pw.dmsvars.hcl")
    assert directory.config(("file", "pw.dmsvars.hcl")).warnings == ()
    assert directory.config(environ={"DMS_VAR_pw": "hush"}).warnings == ()
    assert directory.config(("json", 'pw="hush"')).warnings == ()


def test_sensitive_variables_are_marked(directory: Directory) -> None:
    directory.write('variable "pw" {\n  sensitive = true\n  default = "x"\n}\n')
    (variable,) = directory.config().variables
    assert (variable.value, variable.sensitive) == ("x", True)


def test_null_means_the_default_where_null_is_no_value(directory: Directory) -> None:
    directory.write('variable "x" {\n  nullable = false\n  default = 5\n}\nvariable "y" {\n  default = 5\n}\n')
    directory.write("x = null\ny = null\n", "dmsform.dmsvars.hcl")
    assert directory.output("[var.x, var.y]") == [5, None]


def test_validation_rules(directory: Directory) -> None:
    directory.write(
        'variable "env" {\n  default = "qa"\n  validation {\n    condition = contains(["dev", "prod"], var.env)\n'
        '    error_message = "No environment is called ${var.env}."\n  }\n}\n'
    )
    found = directory.problem()
    assert told(found) == (
        'DMS153 4,17: No environment is called qa.\nvar.env is "qa" (from its default). '
        "This was checked by the validation rule at main.dms.hcl:3,3-13."
    )
    assert directory.config(("var", "env=dev")).outputs == ()


def test_a_validation_does_not_show_secrets(directory: Directory) -> None:
    directory.write(
        'variable "pw" {\n  sensitive = true\n  validation {\n    condition = length(var.pw) > 8\n'
        '    error_message = "${var.pw} is short"\n  }\n}\n'
    )
    found = directory.problem(environ={"DMS_VAR_pw": "hush"})
    assert "hush" not in found.detail + found.remedy


def test_offline_what_is_not_given_is_unknown(directory: Directory) -> None:
    directory.write(
        'variable "x" {\n  type = string\n  validation {\n    condition = var.x != ""\n  error_message = "e"\n  }\n}\n'
    )
    assert directory.output('"a ${var.x}"', offline=True) is UNKNOWN


def test_messages_tell_where_a_variables_value_came_from(directory: Directory) -> None:
    directory.write('variable "x" {\n  type = string\n}\noutput "o" {\n  value = var.x + 1\n}\n')
    found = directory.problem(environ={"DMS_VAR_x": "abc"})
    assert found.detail.endswith('var.x is "abc" (set by DMS_VAR_x).')


def test_a_secret_that_is_no_expression_is_not_shown(directory: Directory) -> None:
    directory.write('variable "x" {\n  type = list(string)\n  sensitive = true\n}\n')
    found = directory.problems(environ={"DMS_VAR_x": "[1 hush]"})
    assert "hush" not in "".join(d.detail + d.remedy for d in found)
