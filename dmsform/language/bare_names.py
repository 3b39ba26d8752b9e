"""Scopes without a module: constants, where no name means anything, and template files, which know their variables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.suggest import did_you_mean, listed
from dmsform.language.syntax import Span
from dmsform.language.values import Value


class _Nameless(ABC):
    """Names of which none is declared."""

    roots: frozenset[str] = frozenset()

    def lookup(self, root: str, name: str, span: Span) -> NoReturn:
        """Refuse `root.name`."""
        raise self.unbound(root, span)

    def attribute(self, resource: Value, name: str, span: Span) -> NoReturn:
        """Refuse an attribute of a resource."""
        raise self.unbound(name, span)

    @abstractmethod
    def unbound(self, root: str, span: Span) -> DiagnosticError:
        """The error for a name."""

    def origin(self, root: str, name: str) -> str:
        """Nothing comes from anywhere."""
        return ""


class ConstantNames(_Nameless):
    """The values of variables and their defaults refer to nothing."""

    def unbound(self, root: str, span: Span) -> DiagnosticError:
        """The error for any name."""
        return DiagnosticError(
            codes.INVALID_REFERENCE.error(
                f'"{root}" cannot be used here: values and defaults of variables refer to nothing else.',
                "Write the value out, in quotes if it is text; a local value may be made from variables.",
                subject=span.range(),
            )
        )


class TemplateNames(_Nameless):
    """A template file knows only the variables that it is given."""

    def __init__(self, filename: str, variables: tuple[str, ...]) -> None:
        self._filename = filename
        self._variables = variables

    def unbound(self, root: str, span: Span) -> DiagnosticError:
        """The error for a variable that the template was not given."""
        given = f"It was given {listed(self._variables)}." if self._variables else "It was given none."
        return DiagnosticError(
            codes.INVALID_REFERENCE.error(
                f'The template {self._filename} uses the variable "{root}", which it was not given.'
                f"{did_you_mean(root, self._variables)} {given}",
                "Give it in the second argument of templatefile, or correct the name.",
                subject=span.range(),
            )
        )
