"""Evaluated blocks as the language hands them on, written as Python values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Diagnostic, Point, SourceRange
from dmsform.language.config import Attribute, Block, ResourceBlock

MAIN = Address(Kind.REPLICATION_INSTANCE, "main")
SHOP = Address(Kind.ENDPOINT, "shop")
COPY = Address(Kind.ENDPOINT, "copy")
TASK = Address(Kind.TASK, "shop")


def place(line: int) -> SourceRange:
    return SourceRange("main.dms.hcl", Point(line, 1, line * 10), Point(line, 9, line * 10 + 8))


class Nested(list[tuple[str, tuple[str, ...], Mapping[str, Any]]]):
    """Nested blocks in order: type, labels, body."""


def block(block_type: str, labels: tuple[str, ...], body: Mapping[str, Any], line: int = 1) -> Block:
    """A block: each argument on a line of its own, below the block's first."""
    attributes, nested = {}, []
    for number, (name, value) in enumerate(body.items(), start=line + 1):
        if isinstance(value, Nested):
            nested = [block(t, names, inner, number + 10 * at) for at, (t, names, inner) in enumerate(value)]
        else:
            sensitive = isinstance(value, Sensitive)
            plain = value.value if isinstance(value, Sensitive) else value
            attributes[name] = Attribute(name, plain, place(number), sensitive)
    return Block(block_type, labels, place(line), attributes, tuple(nested))


class Sensitive:
    """A value that came from a sensitive variable."""

    def __init__(self, value: Any) -> None:
        self.value = value


def resource(address: Address, body: Mapping[str, Any], depends_on: tuple[Address, ...] = ()) -> ResourceBlock:
    return ResourceBlock(address, block(address.kind.value, (address.name,), body), depends_on)


def everything(name: str = "%", schema: str = "main") -> tuple[str, tuple[str, ...], Mapping[str, Any]]:
    """A selection of tables."""
    return ("selection", ("everything",), {"schema": schema, "table": name})


def task_body(*nested: tuple[str, tuple[str, ...], Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """A task's arguments."""
    base = {"replication_instance": MAIN, "source": SHOP, "target": COPY, **more}
    return {**base, "": Nested(nested)} if nested else base


def told(findings: list[Diagnostic]) -> list[tuple[str, int | None, str]]:
    """Code, line and detail of each finding."""
    return [(d.code, d.subject.start.line if d.subject else None, d.detail) for d in findings]
