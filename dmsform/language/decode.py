"""Evaluates a block by its table: arguments converted and checked, each with its place, references and mark.

The form was checked before (`form.py`); arguments and blocks that are not in the table are passed over here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language import codes
from dmsform.language.config import Attribute, Block
from dmsform.language.convert import ConversionError, convert
from dmsform.language.dependencies import KINDS, Dependencies
from dmsform.language.form import missing_argument, not_built
from dmsform.language.names import ModuleNames
from dmsform.language.schema import AttributeSchema, BlockSchema
from dmsform.language.suggest import did_you_mean, listed
from dmsform.language.syntax import Argument, BlockSyntax, Expression, GetAttribute, TupleConstructor, Variable
from dmsform.language.types import RESOURCE
from dmsform.language.values import Value, shown, to_plain


@dataclass(slots=True)
class Decoder:
    """Decodes the blocks of one module. offline -- unknown values are no error anywhere; problems -- what was found."""

    names: ModuleNames
    dependencies: Dependencies
    problems: list[Diagnostic]
    offline: bool = False

    def block(self, syntax: BlockSyntax, schema: BlockSchema) -> Block:
        """The block with all arguments that could be evaluated."""
        attributes = {}
        for argument in syntax.body.arguments:
            known = schema.attribute(argument.name)
            if (known is None and not schema.open) or (known is not None and (not known.built or known.note)):
                continue
            try:
                attributes[argument.name] = self._attribute(syntax, argument, known)
            except DiagnosticError as error:
                self.problems.extend(error.diagnostics)
        blocks = []
        for nested in syntax.body.blocks:
            inner = schema.block(nested.type)
            if inner is not None and inner.built:
                blocks.append(self.block(nested, inner))
        labels = tuple(label.text for label in syntax.labels)
        return Block(syntax.type, labels, syntax.header.range(), attributes, tuple(blocks))

    def _attribute(self, block: BlockSyntax, argument: Argument, known: AttributeSchema | None) -> Attribute:
        subject = argument.expression.span.range()
        if argument.name == "depends_on":
            addresses = self._depends_on(argument.expression)
            return Attribute(argument.name, list(addresses), subject, references=addresses)
        value = self.names.evaluator.evaluate(argument.expression, {})
        if known is not None:
            value = self._checked(block, argument, known, value)
        elif _resources(value):
            raise _whole_resource(argument, value)
        references = tuple(sorted(self.dependencies.resources(argument.expression)))
        return Attribute(argument.name, to_plain(value), subject, value.holds_secret(), references)

    def _checked(self, block: BlockSyntax, argument: Argument, known: AttributeSchema, value: Value) -> Value:
        """The value in the argument's type, if it is one that the argument may have. Raises DiagnosticError."""
        subject = argument.expression.span.range()
        if value.is_null:
            if known.required:
                raise DiagnosticError(missing_argument(block, known))
            return value
        if known.reference is not None:
            return _reference(argument, known, value)
        if _resources(value):
            raise _whole_resource(argument, value)
        try:
            value = convert(value, known.type)
        except ConversionError as error:
            hint = f" It is {shown(value)}."
            raise _unsuitable(argument, f"{error}.{hint}", f"Give it a {known.type}.") from None
        if not value.wholly_known():
            if known.may_be_unknown or self.offline:
                return value
            raise DiagnosticError(
                codes.VALUE_NOT_KNOWN.error(
                    f'The argument "{known.name}" of {block.type} depends on something that is known only after apply, '
                    "but the plan needs it.",
                    "Give it a value that is known when planning, for example in a variable.",
                    subject=subject,
                )
            )
        _check_choice(block, argument, known, value)
        return value

    def _depends_on(self, node: Expression) -> tuple[Address, ...]:
        """The resources in `depends_on`. Raises DiagnosticError."""
        items = node.items if isinstance(node, TupleConstructor) else (node,)
        found = set()
        for item in items:
            match item:
                case GetAttribute(Variable(root), name, span) if root in KINDS:
                    self.names.lookup(root, name, span)
                    found.add(Address(Kind(root), name))
                case _:
                    raise DiagnosticError(
                        codes.INVALID_REFERENCE.error(
                            "depends_on holds references to whole resources and nothing else.",
                            "Write it as depends_on = [task.NAME, endpoint.NAME].",
                            subject=item.span.range(),
                        )
                    )
        return tuple(sorted(found))


def _resources(value: Value) -> list[Address]:
    """The whole resources in a value."""
    if value.type is RESOURCE and isinstance(value.data, Address):
        return [value.data]
    return [address for part in value.parts() for address in _resources(part)]


def _whole_resource(argument: Argument, value: Value) -> DiagnosticError:
    address = _resources(value)[0]
    return _unsuitable(
        argument, f"{address} is a whole resource, where a value is needed.", f"Name an attribute: {address}.NAME."
    )


def _unsuitable(argument: Argument, why: str, remedy: str) -> DiagnosticError:
    return DiagnosticError(
        codes.UNSUITABLE_VALUE.error(
            f'Unsuitable value for the argument "{argument.name}": {why}',
            remedy,
            subject=argument.expression.span.range(),
        )
    )


def _reference(argument: Argument, known: AttributeSchema, value: Value) -> Value:
    assert known.reference is not None
    if isinstance(value.data, Address) and value.data.kind is known.reference:
        return value
    kind = known.reference.value
    got = "text in quotes names no resource" if isinstance(value.data, str) else f"this is {shown(value)}"
    raise _unsuitable(
        argument, f"a reference to a whole {kind} is needed; {got}.", f"Write it as {known.name} = {kind}.NAME."
    )


def _check_choice(block: BlockSyntax, argument: Argument, known: AttributeSchema, value: Value) -> None:
    subject = argument.expression.span.range()
    for refused in known.not_built:
        if value.data == refused.value and isinstance(value.data, type(refused.value)):
            what = f'"{value.data}"' if isinstance(value.data, str) else shown(value)
            raise DiagnosticError(
                not_built(f'The value {what} for "{known.name}" of {block.type}', refused.instead, subject)
            )
    if known.choices and value.data not in known.choices:
        later = [refused.value for refused in known.not_built]
        names = [choice for choice in known.choices if choice not in later]
        raise _unsuitable(
            argument,
            f"{shown(value)} is not among the values it takes.{did_you_mean(str(value.data), names)}",
            f"Use {'one of ' if len(names) > 1 else ''}{listed(names)}.",
        )
    if known.whole and value.data != value.data.to_integral_value():
        raise _unsuitable(argument, f"{shown(value)} is not a whole number.", "Give it a whole number.")
