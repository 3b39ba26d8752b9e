"""Function calls: arguments counted and converted; null, the unknown and secrets kept away from the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language import codes
from dmsform.language.convert import ConversionError, convert
from dmsform.language.functions.spec import Function, FunctionError, Parameter
from dmsform.language.functions.table import FUNCTIONS, SPECIAL_FORMS
from dmsform.language.special_forms import special_form
from dmsform.language.suggest import did_you_mean
from dmsform.language.syntax import Call, Expression
from dmsform.language.types import counted
from dmsform.language.values import Value, shown, unknown

if TYPE_CHECKING:
    from dmsform.language.evaluator import Bindings, Evaluator


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument's value and the expression that messages point to."""

    value: Value
    node: Expression


def call(evaluator: Evaluator, node: Call, bindings: Bindings) -> Value:
    """The result of a call. Raises DiagnosticError."""
    if node.name in SPECIAL_FORMS:
        return special_form(evaluator, node, bindings)
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise DiagnosticError(_unknown_function(node))
    arguments = _arguments(evaluator, node, bindings)
    if arguments is None:
        return unknown(function.returns)
    _check_count(function, node, len(arguments))
    values = [_prepared(evaluator, function, n, argument, bindings) for n, argument in enumerate(arguments)]
    try:
        return _result(evaluator, function, values)
    except FunctionError as error:
        place = arguments[error.argument].node if error.argument is not None and arguments else node
        if any(value.holds_secret() for value in values):
            error = FunctionError(
                "it does not work with this value, which is not shown because it is sensitive", error.argument
            )
        raise _failure(evaluator, function, error, place, bindings) from None


def _arguments(evaluator: Evaluator, node: Call, bindings: Bindings) -> list[_Argument] | None:
    """The arguments, `...` expanded; None when the list to be expanded is not known."""
    made = [_Argument(evaluator.evaluate(argument, bindings), argument) for argument in node.arguments]
    if not node.expand:
        return made
    last = made.pop()
    if last.value.is_unknown:
        return None
    if not isinstance(last.value.data, tuple):
        raise evaluator.failure(
            codes.WRONG_ARGUMENTS,
            f"Only a list, set or tuple can be expanded with ..., but this value is {shown(last.value)}.",
            "Remove the ..., or give a list.",
            last.node.span,
            [last.node],
            bindings,
        )
    return made + [_Argument(part.marked(last.value.sensitive), last.node) for part in last.value.data]


def _check_count(function: Function, node: Call, count: int) -> None:
    least = len(function.parameters)
    if count == least or (count > least and function.variadic):
        return
    if count < least:
        missing = function.parameters[count].name
        detail = f'The function "{function.name}" misses a value for its parameter "{missing}".'
    else:
        detail = f'The function "{function.name}" takes {counted(least, "argument")}, but {count} are given.'
    raise DiagnosticError(
        codes.WRONG_ARGUMENTS.error(detail, f"Call it as {function.signature}.", subject=node.span.range())
    )


def _parameter(function: Function, position: int) -> Parameter:
    if position < len(function.parameters):
        return function.parameters[position]
    assert function.variadic is not None
    return function.variadic


def _prepared(
    evaluator: Evaluator, function: Function, position: int, argument: _Argument, bindings: Bindings
) -> Value:
    """The argument converted to its parameter's type. Raises DiagnosticError."""
    parameter = _parameter(function, position)
    problem = "must not be null"
    if not argument.value.is_null or parameter.nullable:
        try:
            return convert(argument.value, parameter.type)
        except ConversionError as error:
            problem = str(error)
    raise _failure(evaluator, function, FunctionError(problem, position), argument.node, bindings)


def _result(evaluator: Evaluator, function: Function, values: Sequence[Value]) -> Value:
    if function.structural:
        sensitive = any(value.sensitive for value in values)
        if not function.takes_unknown and any(value.is_unknown for value in values):
            return unknown(function.returns, sensitive)
        return function.work(evaluator.surroundings, values).marked(sensitive)
    sensitive = any(value.holds_secret() for value in values)
    if not all(value.wholly_known() for value in values):
        return unknown(function.returns, sensitive)
    return function.work(evaluator.surroundings, [value.unmarked() for value in values]).marked(sensitive)


def _failure(
    evaluator: Evaluator, function: Function, error: FunctionError, place: Expression, bindings: Bindings
) -> DiagnosticError:
    if error.argument is None:
        detail = f"Error while calling {function.signature}: {error.message}."
    else:
        name = _parameter(function, error.argument).name
        detail = f'Invalid value for the parameter "{name}" while calling {function.signature}: {error.message}.'
    return evaluator.failure(
        codes.INVALID_FUNCTION_ARGUMENT,
        detail,
        f"Correct the value; {function.name} gives: {function.description}",
        place.span,
        [place],
        bindings,
    )


def _unknown_function(node: Call) -> Diagnostic:
    names = [*FUNCTIONS, *SPECIAL_FORMS]
    hint = did_you_mean(node.name, names)
    return codes.UNKNOWN_FUNCTION.error(
        f'There is no function named "{node.name}".{hint}',
        "Use one of the functions of this version: " + ", ".join(sorted(names)) + ".",
        subject=node.span.range(),
    )
