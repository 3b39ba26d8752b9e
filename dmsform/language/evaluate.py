"""From a parsed module and values for its variables to the configuration; all that is wrong is told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic, DiagnosticError, Severity, has_errors
from dmsform.language import codes
from dmsform.language.bare_names import ConstantNames
from dmsform.language.blocks.output import OUTPUT
from dmsform.language.blocks.settings import DEFAULT_STATE_URL, DMSFORM
from dmsform.language.config import UNKNOWN, Block, Config, Output, ResourceBlock, VariableValue
from dmsform.language.declarations import Declarations, declarations
from dmsform.language.decode import Decoder
from dmsform.language.dependencies import Dependencies
from dmsform.language.evaluator import Evaluator
from dmsform.language.load import Module
from dmsform.language.names import SCHEMAS, ModuleNames
from dmsform.language.rendering import surroundings
from dmsform.language.settings import check_version, state_url_of
from dmsform.language.syntax import BlockSyntax
from dmsform.language.values import to_plain
from dmsform.language.variable_blocks import Setting, Variables, check_validations, resolve
from dmsform.language.variables import VariableInput, gather


def evaluate(
    module: Module,
    inputs: Sequence[VariableInput],
    environ: Mapping[str, str],
    known: Mapping[Address, Mapping[str, Any]],
    *,
    offline: bool = False,
) -> Config:
    """The evaluated configuration.

    known -- attributes of resources that are applied; offline -- variables without a value are unknown instead of an
    error, and what depends on them is UNKNOWN. Raises DiagnosticError with all errors, warnings after them.
    """
    with _bounded_depth():
        return _Run(module, inputs, environ, known, offline=offline).config()


def validate(module: Module) -> list[Diagnostic]:
    """All errors and warnings of a configuration by itself, without values for its variables."""
    try:
        return list(evaluate(module, (), {}, {}, offline=True).warnings)
    except DiagnosticError as error:
        return list(error.diagnostics)


def state_url(module: Module, inputs: Sequence[VariableInput], environ: Mapping[str, str]) -> str:
    """Where the state is, without evaluating anything else. Raises DiagnosticError."""
    with _bounded_depth():
        run = _Run(module, inputs, environ, {}, offline=False)
        block = run.settings()
    # Only what concerns the address stops here; evaluate() tells the rest.
    if has_errors(run.decoder.problems):
        raise DiagnosticError(_sorted(run.decoder.problems))
    return state_url_of(block, DEFAULT_STATE_URL)


@contextmanager
def _bounded_depth() -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise DiagnosticError(
            codes.INVALID_EXPRESSION.error(
                "An expression of this configuration, or a chain of values that refer to each other, is nested too "
                "deeply to be evaluated.",
                "Give parts of it names of their own in locals.",
            )
        ) from None


class _Run:
    """One evaluation of one module."""

    def __init__(
        self,
        module: Module,
        inputs: Sequence[VariableInput],
        environ: Mapping[str, str],
        known: Mapping[Address, Mapping[str, Any]],
        *,
        offline: bool,
    ) -> None:
        self.module = module
        self.declared: Declarations = declarations(module)
        self.around = surroundings(module.directory)
        constants = Evaluator(ConstantNames(), self.around)
        gathered = gather(module, self.declared.variables, inputs, environ)
        self.variables: Variables = resolve(self.declared.variables, gathered, constants, offline=offline)
        self.dependencies = Dependencies(self.declared)
        self.names = ModuleNames(self.declared, self.variables.settings, known, self.around)
        self.decoder = Decoder(self.names, self.dependencies, [], offline)
        self.offline = offline

    def config(self) -> Config:
        """Evaluate everything. Raises DiagnosticError."""
        problems = [*self.declared.problems, *self.variables.problems]
        cycles = self.dependencies.cycles()
        if cycles:
            # Values in a circle cannot be evaluated.
            raise DiagnosticError(_sorted([*problems, *cycles]))
        self._evaluate_locals()
        settings = self.settings()
        problems += check_version(settings)
        problems += check_validations(self.declared.variables, self.variables.settings, self.names.evaluator)
        resources = [self._resource(address, block) for address, block in self.declared.resources.items()]
        outputs = [found for name, block in self.declared.outputs.items() if (found := self._output(name, block))]
        problems = _sorted([*problems, *self.decoder.problems])
        if has_errors(problems):
            raise DiagnosticError(problems)
        values = tuple(_value(setting) for setting in self.variables.settings.values())
        return Config(
            directory=self.module.directory,
            state_url=state_url_of(settings, DEFAULT_STATE_URL),
            resources=tuple(sorted(resources, key=lambda resource: resource.address)),
            outputs=tuple(outputs),
            variables=values,
            warnings=tuple(problems),
            digest=self._digest(values),
        )

    def settings(self) -> Block | None:
        """The `dmsform` block."""
        if not self.declared.settings:
            return None
        return self.decoder.block(self.declared.settings[0], DMSFORM)

    def _resource(self, address: Address, syntax: BlockSyntax) -> ResourceBlock:
        block = self.decoder.block(syntax, SCHEMAS[address.kind])
        return ResourceBlock(address, block, tuple(sorted(_references(block) - {address})))

    def _evaluate_locals(self) -> None:
        """All local values, also those that nothing uses; in order, so that long chains are no deep recursion."""
        for name in self.dependencies.locals_in_order():
            try:
                self.dependencies.of_local(name)
                self.names.lookup("local", name, self.declared.locals[name].span)
            except DiagnosticError as error:
                self.decoder.problems.extend(error.diagnostics)

    def _output(self, name: str, syntax: BlockSyntax) -> Output | None:
        block = self.decoder.block(syntax, OUTPUT)
        value = block.attributes.get("value")
        if value is None:
            return None
        sensitive, description = block.attributes.get("sensitive"), block.attributes.get("description")
        hidden = sensitive is not None and sensitive.value is True
        if value.sensitive and not hidden and not (sensitive and sensitive.value is UNKNOWN):
            self.decoder.problems.append(
                codes.SENSITIVE_OUTPUT.error(
                    f'The output "{name}" is made from a value that is marked sensitive, and would show it.',
                    "Add sensitive = true to the output, or wrap the value in nonsensitive() if it is no secret.",
                    subject=value.subject,
                )
            )
        text = description.value if description and isinstance(description.value, str) else ""
        return Output(name, value.value, syntax.header.range(), hidden or value.sensitive, text)

    def _digest(self, values: Sequence[VariableValue]) -> str:
        """SHA-256 over configuration files, files that functions read, and the variables that are no secrets."""
        digest = hashlib.sha256()
        for filename in self.module.bodies:
            _add(digest, "file", filename.rsplit("/", 1)[-1], self.module.files[filename].encode())
        for path, content in sorted(self.around.files_read.items()):
            _add(digest, "read", path, content)
        for value in sorted(values, key=lambda value: value.name):
            if not value.sensitive:
                _add(digest, "variable", value.name, json.dumps(value.value, sort_keys=True, default=str).encode())
        return digest.hexdigest()


def _add(digest: Any, kind: str, name: str, content: bytes) -> None:
    """One part, its length ahead of it so that parts cannot run into each other."""
    head = f"{kind}\0{name}\0{len(content)}\0".encode()
    digest.update(head + content)


def _references(block: Block) -> set[Address]:
    found = {address for attribute in block.attributes.values() for address in attribute.references}
    return found.union(*(_references(nested) for nested in block.blocks))


def _value(setting: Setting) -> VariableValue:
    plain = to_plain(setting.value) if setting.value is not None else None
    sensitive = setting.sensitive or (setting.value is not None and setting.value.holds_secret())
    return VariableValue(setting.name, plain, sensitive, setting.source)


def _sorted(problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Each problem once: errors before warnings, each by place in the files."""

    def place(problem: Diagnostic) -> tuple[bool, bool, Any]:
        subject = problem.subject
        where = (subject.filename, subject.start.line, subject.start.column) if subject else ("", 0, 0)
        return problem.severity is Severity.WARNING, subject is None, where

    return sorted(dict.fromkeys(problems), key=place)
