"""What a function is: names and types of its parameters for checks and messages, and the work itself.

The machinery in `calling.py` converts the arguments, and keeps null, the unknown and secrets away from the work,
so that a function sees plain data of the types it declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from dmsform.language.types import Type
from dmsform.language.values import Value


class FunctionError(Exception):
    """A function cannot work with an argument. `argument` is its position, None when it is none in particular."""

    def __init__(self, message: str, argument: int | None = 0) -> None:
        self.message = message
        self.argument = argument
        super().__init__(message)


class RenderTemplate(Protocol):
    """Evaluates the text of a template file with variables of its own."""

    def __call__(self, filename: str, template: str, variables: Mapping[str, Value]) -> Value:
        """The text it makes. Raises DiagnosticError."""


@dataclass(slots=True)
class Surroundings:
    """What functions know of the world.

    directory -- what relative paths start from; render -- evaluates templates; files_read -- path to content of every
    file read, which is part of the configuration and of its digest.
    """

    directory: Path
    render: RenderTemplate
    files_read: dict[str, bytes] = field(default_factory=dict)


Work: TypeAlias = Callable[[Surroundings, Sequence[Value]], Value]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; `nullable` ones may be null."""

    name: str
    type: Type
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    variadic -- takes the arguments behind the parameters; structural -- hands values through, so that the unknown and
    the secret inside the arguments stay where they are; others become unknown or secret as a whole; takes_unknown -- a
    structural function that also works with arguments that are unknown as a whole.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: Type
    work: Work
    description: str
    variadic: Parameter | None = None
    structural: bool = False
    takes_unknown: bool = False

    @property
    def signature(self) -> str:
        """`join(separator, lists...)`."""
        names = [parameter.name for parameter in self.parameters]
        if self.variadic:
            names.append(f"{self.variadic.name}...")
        return f"{self.name}({', '.join(names)})"


def parameters(types: Mapping[str, Type]) -> tuple[Parameter, ...]:
    """Parameters that must not be null, in order."""
    return tuple(Parameter(name, kind) for name, kind in types.items())


def scalar(name: str, types: Mapping[str, Type], returns: Type, work: Callable[..., Any], description: str) -> Function:
    """A function over plain data: strings, decimals, booleans in, the same out."""
    return Function(
        name, parameters(types), returns, lambda _, values: Value(returns, work(*(v.data for v in values))), description
    )
