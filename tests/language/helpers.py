"""Short ways to the language for its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language.bare_names import ConstantNames
from dmsform.language.config import Config
from dmsform.language.evaluate import evaluate
from dmsform.language.evaluator import Evaluator
from dmsform.language.load import parse_directory
from dmsform.language.parse import parse_expression
from dmsform.language.rendering import surroundings
from dmsform.language.values import Value, from_plain, to_plain
from dmsform.language.variables import VariableInput

NOTHING: Mapping[str, Any] = {}


def value(text: str, names: Mapping[str, Any] = NOTHING, directory: Path | None = None) -> Value:
    """An expression's value, with names bound as by a `for`."""
    evaluator = Evaluator(ConstantNames(), surroundings(directory or Path()))
    bindings = {name: found if isinstance(found, Value) else from_plain(found) for name, found in names.items()}
    return evaluator.evaluate(parse_expression("test", text), bindings)


def plain(text: str, names: Mapping[str, Any] = NOTHING, directory: Path | None = None) -> Any:
    """The same as plain Python values."""
    return to_plain(value(text, names, directory))


def failure(text: str, names: Mapping[str, Any] = NOTHING, directory: Path | None = None) -> Diagnostic:
    """The one error of an expression."""
    with pytest.raises(DiagnosticError) as raised:
        value(text, names, directory)
    (found,) = raised.value.diagnostics
    return found


class Directory:
    """A configuration in a folder of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str, name: str = "main.dms.hcl") -> Directory:
        """Write a file."""
        (self.path / name).write_text(text, encoding="utf-8")
        return self

    def config(
        self,
        *inputs: tuple[str, str],
        environ: Mapping[str, str] = NOTHING,
        known: Mapping[Address, Mapping[str, Any]] | None = None,
        offline: bool = False,
    ) -> Config:
        """Evaluate it."""
        given = [VariableInput(kind, text) for kind, text in inputs]
        return evaluate(parse_directory(self.path), given, environ, known or {}, offline=offline)

    def problems(self, *inputs: tuple[str, str], environ: Mapping[str, str] = NOTHING) -> Sequence[Diagnostic]:
        """What its evaluation raises; it must raise."""
        with pytest.raises(DiagnosticError) as raised:
            self.config(*inputs, environ=environ)
        return raised.value.diagnostics

    def problem(self, *inputs: tuple[str, str], environ: Mapping[str, str] = NOTHING) -> Diagnostic:
        """The one error that its evaluation raises."""
        found = self.problems(*inputs, environ=environ)
        assert len(found) == 1, [d.detail for d in found]
        return found[0]

    def output(self, expression: str, *inputs: tuple[str, str], **more: Any) -> Any:
        """The value of an expression at the end of the module."""
        self.write(f'output "tested" {{\n  value = {expression}\n}}\n', "tested.dms.hcl")
        outputs = {found.name: found.value for found in self.config(*inputs, **more).outputs}
        return outputs["tested"]


def told(diagnostic: Diagnostic) -> str:
    """A diagnostic on one line: code, place, detail."""
    place = ""
    if diagnostic.subject:
        start = diagnostic.subject.start
        place = f"{start.line},{start.column}"
    return f"{diagnostic.code} {place}: {diagnostic.detail}"
