"""The form of blocks as data: which arguments and nested blocks there are, their types, and what is not built yet.

Checks, messages and the reference documentation are all made from these tables (`blocks/`, one file per block type).
What is known but not built carries in `instead` what to do until then, and is refused by name, never ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dmsform.addresses import Kind
from dmsform.language.types import ANY, Type


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A value that is known but not built, and what to do instead."""

    value: Any
    instead: str


@dataclass(frozen=True, slots=True)
class AttributeSchema:
    """An argument.

    choices -- the values it may take, those not built among them; reference -- it names a whole resource of that kind;
    whole -- a number without fraction; may_be_unknown -- its value may be known only after apply; note -- for the
    reader alone, not handed on; default -- what holds without it, in words.
    """

    name: str
    type: Type
    description: str
    required: bool = False
    choices: tuple[str, ...] = ()
    not_built: tuple[NotBuilt, ...] = ()
    reference: Kind | None = None
    whole: bool = False
    may_be_unknown: bool = False
    note: bool = False
    default: str = ""
    instead: str = ""

    @property
    def built(self) -> bool:
        """Whether this version does what the argument asks for."""
        return not self.instead


@dataclass(frozen=True, slots=True)
class BlockSchema:
    """A block.

    labels -- what its labels name; many -- it may stand several times in its parent; required -- it must stand at least
    once; open -- takes arguments that are not listed: someone else checks them; exports -- attributes that apply
    finds out and that references may use, with their descriptions; instead -- as for arguments.
    """

    type: str
    description: str
    labels: tuple[str, ...] = ()
    attributes: tuple[AttributeSchema, ...] = ()
    blocks: tuple[BlockSchema, ...] = ()
    many: bool = False
    required: bool = False
    open: bool = False
    exports: tuple[tuple[str, str], ...] = ()
    instead: str = ""

    @property
    def built(self) -> bool:
        """Whether this version does what the block asks for."""
        return not self.instead

    def attribute(self, name: str) -> AttributeSchema | None:
        """The argument of that name."""
        return next((found for found in self.attributes if found.name == name), None)

    def block(self, block_type: str) -> BlockSchema | None:
        """The nested block of that type."""
        return next((found for found in self.blocks if found.type == block_type), None)


def not_built_attributes(instead: str, *names: str) -> tuple[AttributeSchema, ...]:
    """Arguments that are known by name only, refused with the same advice."""
    return tuple(AttributeSchema(name, ANY, "Not built yet.", instead=instead) for name in names)


def not_built_block(block_type: str, description: str, instead: str, labels: tuple[str, ...] = ()) -> BlockSchema:
    """A block that is known by name only; what is in it is not looked at."""
    return BlockSchema(block_type, description, labels=labels, many=True, open=True, instead=instead)
