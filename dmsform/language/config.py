"""What the language hands on: evaluated blocks, each value with its place in the files. No HCL beyond this point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic, SourceRange


class _Unknown(Enum):
    UNKNOWN = "(known after apply)"

    def __repr__(self) -> str:
        return self.value


UNKNOWN: Final = _Unknown.UNKNOWN
"""Stands where a value is known only after apply; may stand inside lists and maps."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An evaluated argument.

    value -- None, bool, int, float, str, list, dict, UNKNOWN, or an `Address` where a whole resource is meant
    (`source = endpoint.shop`); sensitive -- never to be shown; references -- the resources it was made from.
    """

    name: str
    value: Any
    subject: SourceRange
    sensitive: bool = False
    references: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """An evaluated block: its type, labels, arguments by name, nested blocks in the order of the file."""

    type: str
    labels: tuple[str, ...]
    subject: SourceRange
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def nested(self, block_type: str) -> Iterator[Block]:
        """The nested blocks of that type."""
        return (b for b in self.blocks if b.type == block_type)


@dataclass(frozen=True, slots=True)
class ResourceBlock:
    """A managed resource as declared. depends_on -- explicit and implied dependencies, sorted."""

    address: Address
    block: Block
    depends_on: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """An output block's value."""

    name: str
    value: Any
    subject: SourceRange
    sensitive: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class VariableValue:
    """A variable as set. source -- where the value came from, in words (`-var="port=1"`, `DMS_VAR_port`)."""

    name: str
    value: Any
    sensitive: bool
    source: str


@dataclass(frozen=True, slots=True)
class Config:
    """A whole evaluated configuration.

    digest -- SHA-256 over the files' contents and the non-sensitive variables, not over results of references.
    """

    directory: Path
    state_url: str
    resources: tuple[ResourceBlock, ...]
    outputs: tuple[Output, ...] = ()
    variables: tuple[VariableValue, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    digest: str = ""

    def resource(self, address: Address) -> ResourceBlock | None:
        """The resource of that address, or None."""
        return next((r for r in self.resources if r.address == address), None)
