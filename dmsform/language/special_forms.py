"""What looks like a function and is none: `try` and `can` catch errors, `sensitive` and its kin see marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language import codes
from dmsform.language.syntax import Call, Expression
from dmsform.language.types import BOOL
from dmsform.language.values import Value, boolean, text, unknown

if TYPE_CHECKING:
    from dmsform.language.evaluator import Bindings, Evaluator

# These are mistakes in the text, not in the data: no fallback may hide them.
_NEVER_CAUGHT = {
    codes.UNDECLARED_VARIABLE.id,
    codes.UNDECLARED_LOCAL.id,
    codes.UNDECLARED_RESOURCE.id,
    codes.INVALID_REFERENCE.id,
    codes.UNKNOWN_FUNCTION.id,
    codes.WRONG_ARGUMENTS.id,
    codes.NOT_BUILT.id,
}


def special_form(evaluator: Evaluator, node: Call, bindings: Bindings) -> Value:
    """The result of a special form. Raises DiagnosticError."""
    if node.name == "try":
        return _try(evaluator, node, bindings)
    argument = _only_argument(node)
    match node.name:
        case "can":
            return _can(evaluator, argument, bindings)
        case "sensitive":
            return evaluator.evaluate(argument, bindings).marked()
        case "nonsensitive":
            return evaluator.evaluate(argument, bindings).unmarked()
        case "issensitive":
            return boolean(evaluator.evaluate(argument, bindings).holds_secret())
        case _:
            return text(str(evaluator.evaluate(argument, bindings).type))


def _only_argument(node: Call) -> Expression:
    if len(node.arguments) != 1 or node.expand:
        raise DiagnosticError(
            codes.WRONG_ARGUMENTS.error(
                f'The function "{node.name}" takes 1 argument, but {len(node.arguments)} are given.',
                f"Call it as {node.name}(value).",
                subject=node.span.range(),
            )
        )
    return node.arguments[0]


def _try(evaluator: Evaluator, node: Call, bindings: Bindings) -> Value:
    """The first argument that evaluates without an error."""
    failures: list[Diagnostic] = []
    for argument in node.arguments:
        try:
            return evaluator.evaluate(argument, bindings)
        except DiagnosticError as error:
            _reraise_mistakes(error)
            failures.extend(error.diagnostics)
    if not failures:
        raise DiagnosticError(
            codes.WRONG_ARGUMENTS.error(
                'The function "try" needs at least one argument.',
                "Call it as try(value, fallback).",
                subject=node.span.range(),
            )
        )
    tried = "".join(f"\n- {failure.detail}" for failure in failures)
    raise DiagnosticError(
        codes.INVALID_FUNCTION_ARGUMENT.error(
            f"None of the expressions given to try could be evaluated:{tried}",
            "Add a last argument that always works, such as null.",
            subject=node.span.range(),
        )
    )


def _can(evaluator: Evaluator, argument: Expression, bindings: Bindings) -> Value:
    try:
        value = evaluator.evaluate(argument, bindings)
    except DiagnosticError as error:
        _reraise_mistakes(error)
        return boolean(False)
    return unknown(BOOL, value.sensitive) if value.is_unknown else boolean(True)


def _reraise_mistakes(error: DiagnosticError) -> None:
    if any(diagnostic.code in _NEVER_CAUGHT for diagnostic in error.diagnostics):
        raise error
