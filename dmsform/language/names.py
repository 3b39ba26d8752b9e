"""What names mean in a module: `var.x`, `local.x`, `path.module`, `endpoint.x` and their attributes.

Local values and the attributes of resources are evaluated when they are first asked for. A value that fails does so
with the same diagnostic for everyone who asks, and is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Code, DiagnosticError
from dmsform.graph import DEPENDENCY_CYCLE
from dmsform.language import codes
from dmsform.language.blocks.table import BLOCKS
from dmsform.language.convert import ConversionError, convert
from dmsform.language.declarations import Declarations
from dmsform.language.evaluator import Evaluator
from dmsform.language.functions.spec import Surroundings
from dmsform.language.schema import BlockSchema
from dmsform.language.suggest import did_you_mean, listed
from dmsform.language.syntax import Argument, Span
from dmsform.language.types import RESOURCE
from dmsform.language.values import NULL, Value, from_plain, text, unknown
from dmsform.language.variable_blocks import PLAIN_SOURCES, Setting

SCHEMAS: Mapping[str, BlockSchema] = {block.type: block for block in BLOCKS}
ROOTS = frozenset(("var", "local", "path", *(kind.value for kind in Kind)))
_PATHS = ("module", "root", "cwd")
_NOT_BUILT = {
    "module": "Copy the module's blocks into this configuration.",
    "data": "Give the value in a local or a variable.",
    "each": "Write a block for each resource.",
    "count": "Write a block for each resource.",
    "self": "Name the resource: task.NAME.attribute.",
    "terraform": "Leave it out: dmsform has no workspaces.",
    "dmsform": "Leave it out: dmsform has no workspaces.",
}


class ModuleNames:
    """The names of one module. Make the evaluator with `evaluator`."""

    roots = ROOTS

    def __init__(
        self,
        declared: Declarations,
        settings: Mapping[str, Setting],
        known: Mapping[Address, Mapping[str, Any]],
        around: Surroundings,
    ) -> None:
        self._declared = declared
        self._settings = settings
        self._known = known
        self._directory = around.directory
        self._kept: dict[object, Value | DiagnosticError] = {}
        self.evaluator = Evaluator(self, around)

    def lookup(self, root: str, name: str, span: Span) -> Value:
        """The value of `root.name`. Raises DiagnosticError."""
        match root:
            case "var":
                return self._variable(name, span)
            case "local":
                argument = self._declared.locals.get(name)
                if argument is None:
                    raise self._undeclared(codes.UNDECLARED_LOCAL, "local value", "local", name, span)
                return self._once(("local", name), span, lambda: self.evaluator.evaluate(argument.expression, {}))
            case "path":
                return self._path(name, span)
            case _:
                address = Address(Kind(root), name)
                if address not in self._declared.resources:
                    raise self._undeclared(codes.UNDECLARED_RESOURCE, root, root, name, span)
                return Value(RESOURCE, address)

    def _once(self, key: object, span: Span, make: Callable[[], Value]) -> Value:
        """The value kept under a key; made, or failed, the first time. Asked for while it is made, it fails."""
        if key not in self._kept:
            self._kept[key] = _going_round(span)
            try:
                self._kept[key] = make()
            except DiagnosticError as error:
                self._kept[key] = error
        kept = self._kept[key]
        if isinstance(kept, DiagnosticError):
            raise kept
        return kept

    def _variable(self, name: str, span: Span) -> Value:
        setting = self._settings.get(name)
        if setting is None:
            raise self._undeclared(codes.UNDECLARED_VARIABLE, "input variable", "variable", name, span)
        if setting.value is None:
            assert setting.failure is not None
            raise setting.failure
        return setting.value

    def _path(self, name: str, span: Span) -> Value:
        if name not in _PATHS:
            raise DiagnosticError(
                codes.INVALID_REFERENCE.error(
                    f"There is no path.{name}.{did_you_mean(name, _PATHS)}",
                    "Use path.module, path.root or path.cwd.",
                    subject=span.range(),
                )
            )
        return text(str(Path.cwd()) if name == "cwd" else str(self._directory))

    def _undeclared(self, code: Code, what: str, root: str, name: str, span: Span) -> DiagnosticError:
        names = {
            "variable": list(self._declared.variables),
            "local": list(self._declared.locals),
        }.get(root) or [address.name for address in self._declared.resources if address.kind == root]
        declare = f"locals {{ {name} = ... }}" if root == "local" else f'{root} "{name}" {{ ... }}'
        there = f" Declared are {listed(sorted(names))}." if names else ""
        return DiagnosticError(
            code.error(
                f'No {what} named "{name}" is declared.{did_you_mean(name, names)}{there}',
                f"Correct the name, or declare it: {declare}",
                subject=span.range(),
            )
        )

    def unbound(self, root: str, span: Span) -> DiagnosticError:
        """The error for a reference that begins with no known word, or has nothing behind it."""
        if root in _NOT_BUILT:
            return DiagnosticError(
                codes.NOT_BUILT.error(
                    f'References to "{root}" are known to dmsform, but not built yet in this version.',
                    _NOT_BUILT[root],
                    subject=span.range(),
                )
            )
        if root in ROOTS:
            return DiagnosticError(
                codes.INVALID_REFERENCE.error(
                    f'The word "{root}" must be followed by a dot and a name.',
                    f"Write it as {root}.NAME.",
                    subject=span.range(),
                )
            )
        return DiagnosticError(
            codes.INVALID_REFERENCE.error(
                f'"{root}" begins no reference and no function call.{did_you_mean(root, ROOTS)}',
                f'Put text in quotes: "{root}". References begin with {", ".join(sorted(ROOTS))}.',
                subject=span.range(),
            )
        )

    def origin(self, root: str, name: str) -> str:
        """Where a variable's value came from."""
        setting = self._settings.get(name) if root == "var" else None
        if setting is None:
            return ""
        return setting.source if setting.source in PLAIN_SOURCES else f"set by {setting.source}"

    def attribute(self, resource: Value, name: str, span: Span) -> Value:
        """An attribute of a resource: as the configuration sets it, else as it is known, else unknown until apply.

        The configuration comes first, because what is known may be from before it was edited.
        """
        address: Address = resource.data
        body = self._declared.resources[address].body
        argument = next((found for found in body.arguments if found.name == name), None)
        if argument is not None:
            return self._once((address, name), span, lambda: self._configured(address, argument)).marked(
                resource.sensitive
            )
        known = self._known.get(address)
        if known is not None and name in known:
            return from_plain(known[name]).marked(resource.sensitive)
        return self._not_there(address, name, span, known)

    def _configured(self, address: Address, argument: Argument) -> Value:
        value = self.evaluator.evaluate(argument.expression, {})
        schema = SCHEMAS[address.kind].attribute(argument.name)
        if schema is None:
            return value
        try:
            return convert(value, schema.type)
        except ConversionError:
            return value  # told where the argument is decoded

    def _not_there(self, address: Address, name: str, span: Span, known: Mapping[str, Any] | None) -> Value:
        schema = SCHEMAS[address.kind]
        exports = [export for export, _ in schema.exports]
        if name in exports or schema.block(name):
            return unknown()
        if schema.attribute(name):
            return NULL if known is not None else unknown()
        if schema.open and known is None:
            return unknown()
        given = [found.name for found in self._declared.resources[address].body.arguments]
        listing = list(schema.attributes) if not schema.open else []
        names = sorted({*given, *exports, *(known or {}), *(found.name for found in listing if found.built)})
        raise DiagnosticError(
            codes.UNSUPPORTED_ATTRIBUTE.error(
                f'{address} has no attribute "{name}".{did_you_mean(name, names)}',
                f"Use one of {listed(names)}.",
                subject=span.range(),
            )
        )


def _going_round(span: Span) -> DiagnosticError:
    """The error for a value that needs itself. `Dependencies.cycles` tells more where it was asked before."""
    return DiagnosticError(
        DEPENDENCY_CYCLE.error(
            "This value needs itself, by way of what it refers to.",
            "Remove one of the references: dmsform validate names all of them.",
            subject=span.range(),
        )
    )
