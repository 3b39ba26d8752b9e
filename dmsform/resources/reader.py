"""Reads an evaluated block argument by argument; what nobody asked for is refused by name, with the nearest one.

The language has checked names and types against its schema already, and refused what is not built. What it lets
through and nobody here reads would be ignored in silence: `finish` refuses that too.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Diagnostic, SourceRange
from dmsform.language import codes as language
from dmsform.language.config import UNKNOWN, Attribute, Block
from dmsform.resources import codes


@dataclass
class BlockReader:
    """One block being read. `findings` is shared by the readers of a resource's nested blocks."""

    block: Block
    address: Address
    findings: list[Diagnostic]
    _asked: set[str] = field(default_factory=set)
    _asked_blocks: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The block as messages name it."""
        return f"`{self.block.type}` of {self.address}" if self._nested else str(self.address)

    @property
    def _nested(self) -> bool:
        return self.block.type != self.address.kind.value

    def attribute(self, name: str) -> Attribute | None:
        """An argument as it is; None where it is left out or null."""
        self._asked.add(name)
        found = self.block.attributes.get(name)
        return None if found is None or found.value is None else found

    def text(self, name: str, *, default: str | None = None, required: bool = False) -> str | None:
        """A text that must be known."""
        value = self._known(name, required=required)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        self.unsuitable(name, f"a text is needed, not {_kind_of(value)}")
        return default

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """One of a few texts."""
        value = self.text(name, default=default) or default
        if value in allowed:
            return value
        self.unsuitable(name, f'"{value}" is none of {", ".join(sorted(allowed))}.{_close(value, allowed)}')
        return default

    def boolean(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._known(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.unsuitable(name, f"true or false is needed, not {_kind_of(value)}")
        return default

    def reference(self, name: str, kind: Kind) -> Address | None:
        """A resource of one kind, as a whole; required."""
        found = self.attribute(name)
        if found is None:
            self._missing(name, f"{name} = {kind.value}.NAME")
            return None
        if isinstance(found.value, Address) and found.value.kind is kind:
            return found.value
        self.add(
            codes.ADDRESS_EXPECTED.error(
                f"`{name}` of {self.name} takes a whole {kind.value}.",
                f"Write it like this: {name} = {kind.value}.NAME",
                subject=found.subject,
            )
        )
        return None

    def nested(self, block_type: str) -> list[Block]:
        """All nested blocks of a type."""
        self._asked_blocks.add(block_type)
        return list(self.block.nested(block_type))

    def single(self, block_type: str) -> BlockReader | None:
        """The nested block of a type that may stand once."""
        found = self.nested(block_type)
        for extra in found[1:]:
            self.add(
                language.DUPLICATE_BLOCK.error(
                    f"{self.name} has more than one `{block_type}` block.",
                    "Put all of its arguments into one block.",
                    subject=extra.subject,
                )
            )
        return BlockReader(found[0], self.address, self.findings) if found else None

    def finish(self) -> None:
        """Refuse every argument and block that was not asked for."""
        for name, found in self.block.attributes.items():
            if name not in self._asked:
                self.add(
                    language.UNSUPPORTED_ARGUMENT.error(
                        f'{self.name} has no argument "{name}".{_close(name, self._asked)}',
                        f"Remove it, or use one of: {', '.join(sorted(self._asked))}.",
                        subject=found.subject,
                    )
                )
        for block in self.block.blocks:
            if block.type not in self._asked_blocks:
                known = ", ".join(sorted(self._asked_blocks)) or "none"
                self.add(
                    language.UNSUPPORTED_BLOCK.error(
                        f'{self.name} takes no block "{block.type}".{_close(block.type, self._asked_blocks)}',
                        f"Remove it, or use one of these blocks: {known}.",
                        subject=block.subject,
                    )
                )

    def unsuitable(self, name: str, why: str) -> None:
        """Refuse an argument's value."""
        self.add(
            language.UNSUITABLE_VALUE.error(
                f"`{name}` of {self.name}: {why}",
                f"Give `{name}` a value of the right kind.",
                subject=self.place(name),
            )
        )

    def place(self, name: str) -> SourceRange:
        """Where an argument stands; the block's own place where it is left out."""
        found = self.block.attributes.get(name)
        return found.subject if found else self.block.subject

    def add(self, diagnostic: Diagnostic) -> None:
        """Note a finding."""
        self.findings.append(diagnostic)

    def _known(self, name: str, *, required: bool = False) -> Any:
        found = self.attribute(name)
        if found is None:
            if required:
                self._missing(name, f"{name} = ...")
            return None
        if found.value is UNKNOWN:
            self.add(
                language.VALUE_NOT_KNOWN.error(
                    f"`{name}` of {self.name} depends on something that is known only after apply.",
                    "Give it a value that is known when planning.",
                    subject=found.subject,
                )
            )
            return None
        return found.value

    def _missing(self, name: str, example: str) -> None:
        self.add(
            language.MISSING_ARGUMENT.error(
                f"{self.name} lacks the argument `{name}`.", f"Add it: {example}", subject=self.block.subject
            )
        )


def _close(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def did_you_mean(name: str, known: Collection[str]) -> str:
    """` Did you mean "..."?` where a known name is near, else nothing."""
    return _close(name, known)


def _kind_of(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case Address():
            return "a whole resource"
        case list() | tuple():
            return "a list"
        case _:
            return "a map"
