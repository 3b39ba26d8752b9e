"""`variable` blocks: type, default, and the value that holds, converted and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dmsform.diagnostics import Diagnostic, DiagnosticError, has_errors
from dmsform.language import codes
from dmsform.language.convert import ConversionError, convert
from dmsform.language.evaluator import Evaluator
from dmsform.language.parse import parse_expression
from dmsform.language.syntax import BlockSyntax, Expression
from dmsform.language.type_constraints import type_constraint
from dmsform.language.types import ANY, Primitive, Type, described
from dmsform.language.values import Value, from_plain, shown, text, unknown
from dmsform.language.variables import ENVIRONMENT, Candidate, Gathered

DEFAULT = "its default"
NOT_GIVEN = "not given yet"
PLAIN_SOURCES = (DEFAULT, NOT_GIVEN)


@dataclass(slots=True)
class Declared:
    """A variable block, read."""

    name: str
    block: BlockSyntax
    type: Type
    default: Value | None
    sensitive: bool
    nullable: bool


@dataclass(slots=True)
class Setting:
    """The value that holds. failure -- why there is none; source -- where it came from, in words."""

    name: str
    value: Value | None
    source: str
    sensitive: bool
    failure: DiagnosticError | None = None


@dataclass(slots=True)
class Variables:
    """All variables of a module."""

    settings: dict[str, Setting] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


def resolve(blocks: Mapping[str, BlockSyntax], gathered: Gathered, constants: Evaluator, *, offline: bool) -> Variables:
    """The values of all variables. offline -- what is not given is unknown instead of an error."""
    found = Variables(problems=list(gathered.problems))
    broken = has_errors(gathered.problems)
    for name, block in blocks.items():
        try:
            declared = _declared(name, block, constants)
            setting = _setting(declared, gathered.values[name], constants, offline=offline)
            _warn_if_visible(declared, gathered.values[name], found)
        except DiagnosticError as error:
            setting = Setting(name, None, "", False, error)
            # A values file that could not be read may well have held the value.
            if not (broken and all(d.code == codes.MISSING_VARIABLE.id for d in error.diagnostics)):
                found.problems.extend(error.diagnostics)
        found.settings[name] = setting
    return found


def _argument(block: BlockSyntax, name: str) -> Expression | None:
    return next((a.expression for a in block.body.arguments if a.name == name), None)


def _flag(block: BlockSyntax, name: str, default: bool, constants: Evaluator) -> bool:
    node = _argument(block, name)
    if node is None:
        return default
    value = constants.condition(node, {}, f'the argument "{name}"')
    return value.data is True


def _declared(name: str, block: BlockSyntax, constants: Evaluator) -> Declared:
    type_node, default_node = _argument(block, "type"), _argument(block, "default")

    def constant(node: Expression) -> Value:
        return constants.evaluate(node, {})

    kind = type_constraint(type_node, constant) if type_node is not None else ANY
    default = None
    if default_node is not None:
        try:
            default = convert(constant(default_node), kind)
        except ConversionError as error:
            raise DiagnosticError(
                codes.INVALID_DEFAULT.error(
                    f'The default of the variable "{name}" does not fit its type {kind}: {error}.',
                    "Correct the default or the type.",
                    subject=default_node.span.range(),
                )
            ) from None
    sensitive = _flag(block, "sensitive", False, constants)
    return Declared(name, block, kind, default, sensitive, _flag(block, "nullable", True, constants))


def _setting(declared: Declared, candidates: Sequence[Candidate], constants: Evaluator, *, offline: bool) -> Setting:
    value, source = declared.default, DEFAULT
    if candidates:
        holding = candidates[-1]
        value, source = _converted(declared, holding, constants), holding.source
        if value.is_null and not declared.nullable and declared.default is not None:
            value, source = declared.default, DEFAULT
    if value is None and offline:
        value, source = unknown(declared.type), NOT_GIVEN
    if value is None or (value.is_null and not declared.nullable):
        raise DiagnosticError(_missing(declared, candidates))
    return Setting(declared.name, value.marked(declared.sensitive), source, declared.sensitive)


def _missing(declared: Declared, candidates: Sequence[Candidate]) -> Diagnostic:
    name = declared.name
    what = "is null, which it must not be" if candidates else "is not set, and has no default"
    return codes.MISSING_VARIABLE.error(
        f'The variable "{name}" {what}.',
        f"Give it a value: -var '{name}=VALUE', a line {name} = VALUE in dmsform.dmsvars.hcl, or the environment "
        f"variable {ENVIRONMENT}{name}.",
        subject=declared.block.header.range(),
    )


def _converted(declared: Declared, given: Candidate, constants: Evaluator) -> Value:
    value = _raw(declared, given, constants)
    try:
        return convert(value, declared.type)
    except ConversionError as error:
        got = "" if declared.sensitive else f" It is {shown(value)}."
        raise DiagnosticError(
            codes.UNSUITABLE_VARIABLE.error(
                f"Unsuitable value for var.{declared.name} set by {given.source}: {error}.{got}",
                f"Give it a {described(declared.type)}, as declared at {declared.block.header.range()}.",
                subject=given.subject or declared.block.header.range(),
            )
        ) from None


def _raw(declared: Declared, given: Candidate, constants: Evaluator) -> Value:
    """What was given. Text is text for variables of a primitive type or of none, and an expression for all others."""
    if not isinstance(given.payload, str):
        return constants.evaluate(given.payload, {})
    if given.json:
        return from_plain(json.loads(given.payload, parse_float=Decimal, parse_int=Decimal))
    untyped = _argument(declared.block, "type") is None
    if declared.type in (Primitive.STRING, Primitive.NUMBER, Primitive.BOOL) or untyped:
        return text(given.payload)
    try:
        return constants.evaluate(parse_expression(f"<{given.source}>", given.payload), {})
    except DiagnosticError as error:
        why = "" if declared.sensitive else f" {error.diagnostics[0].detail}"
        raise DiagnosticError(
            codes.INVALID_VALUES_FILE.error(
                f"The value of var.{declared.name} set by {given.source} is no expression.{why}",
                f"Give it a {described(declared.type)} as an expression of the language, texts in quotes: "
                f"""-var '{declared.name}=["a", "b"]'""",
                subject=declared.block.header.range(),
            )
        ) from None


def _warn_if_visible(declared: Declared, candidates: Sequence[Candidate], found: Variables) -> None:
    if declared.sensitive and any(given.visible for given in candidates):
        name = declared.name
        found.problems.append(
            codes.VISIBLE_SECRET.warning(
                f'The sensitive variable "{name}" is given by -var, so its value shows in the process list and in the '
                "shell's history.",
                f"Give it by the environment variable {ENVIRONMENT}{name} or by a -var-file that only you can read.",
                subject=declared.block.header.range(),
            )
        )


def check_validations(
    blocks: Mapping[str, BlockSyntax], settings: Mapping[str, Setting], evaluator: Evaluator
) -> list[Diagnostic]:
    """Apply the validation rules of every variable that has a value; a rule whose outcome is unknown passes."""
    problems: list[Diagnostic] = []
    for name, setting in settings.items():
        if setting.value is None:
            continue
        for rule in (nested for nested in blocks[name].body.blocks if nested.type == "validation"):
            try:
                problems.extend(_broken_rule(name, setting, rule, evaluator))
            except DiagnosticError as error:
                problems.extend(error.diagnostics)
    return problems


def _broken_rule(name: str, setting: Setting, rule: BlockSyntax, evaluator: Evaluator) -> list[Diagnostic]:
    condition, message = _argument(rule, "condition"), _argument(rule, "error_message")
    if condition is None or message is None:
        return []
    outcome = evaluator.condition(condition, {}, "this validation")
    if outcome.is_unknown or outcome.data:
        return []
    told = _message(evaluator.evaluate(message, {}))
    assert setting.value is not None
    return [
        codes.INVALID_VARIABLE.error(
            f"{told}\nvar.{name} is {shown(setting.value)} (from {setting.source}). "
            f"This was checked by the validation rule at {rule.header.range()}.",
            f"Give the variable {name} a value that passes the rule.",
            subject=condition.span.range(),
        )
    ]


def _message(value: Value) -> str:
    """A rule's message as far as it can be told; a useless one is no reason to hide that the rule is broken."""
    if value.holds_secret():
        return "The rule's message holds a secret."
    return value.data if isinstance(value.data, str) else f"The rule's message is {shown(value)}."
