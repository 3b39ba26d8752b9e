"""What depends on what, read off the syntax trees: implied dependencies of resources, and cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Diagnostic
from dmsform.graph import Edge, cycle_diagnostic, dependency_order, find_cycles
from dmsform.language.declarations import Declarations
from dmsform.language.references import Reference, free_references
from dmsform.language.syntax import Body, Expression

Node = TypeVar("Node")

KINDS = frozenset(kind.value for kind in Kind)


def expressions(body: Body) -> Iterator[Expression]:
    """All expressions of a block's body, nested blocks included."""
    for argument in body.arguments:
        yield argument.expression
    for block in body.blocks:
        yield from expressions(block.body)


def target(reference: Reference) -> str | Address | None:
    """What a reference leads to: `local.x` as text, a resource's address, None for what depends on nothing."""
    if reference.name is None:
        return None
    if reference.root == "local":
        return f"local.{reference.name}"
    return Address(Kind(reference.root), reference.name) if reference.root in KINDS else None


class Dependencies:
    """The dependencies of one module."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._through_locals: dict[str, frozenset[Address]] = {}

    def resources(self, node: Expression) -> frozenset[Address]:
        """The declared resources that an expression refers to, through local values too."""
        found: set[Address] = set()
        for reference in free_references(node):
            leads = target(reference)
            if isinstance(leads, Address):
                if leads in self._declared.resources:
                    found.add(leads)
            elif leads is not None and reference.name is not None:
                found |= self.of_local(reference.name)
        return frozenset(found)

    def locals_in_order(self) -> list[str]:
        """The local values, those first that others need. There must be no cycle."""
        nodes = {f"local.{name}": [argument.expression] for name, argument in self._declared.locals.items()}
        return [node.removeprefix("local.") for node in dependency_order(nodes, _edges(nodes))]

    def of_local(self, name: str) -> frozenset[Address]:
        """The resources that a local value is made from."""
        if name not in self._through_locals:
            self._through_locals[name] = frozenset()  # a cycle, told elsewhere, ends here
            argument = self._declared.locals.get(name)
            if argument is not None:
                self._through_locals[name] = self.resources(argument.expression)
        return self._through_locals[name]

    def cycles(self) -> list[Diagnostic]:
        """An error for every cycle among locals and resources, with all its edges and their places."""
        nodes: dict[str | Address, list[Expression]] = {
            f"local.{name}": [argument.expression] for name, argument in self._declared.locals.items()
        }
        nodes |= {address: list(expressions(block.body)) for address, block in self._declared.resources.items()}
        return [cycle_diagnostic(cycle) for cycle in find_cycles(nodes, _edges(nodes))]


def _edges(nodes: Mapping[Node, list[Expression]]) -> list[Edge[Node]]:
    edges: list[Edge[Node]] = []
    for node, parts in nodes.items():
        for reference in (found for part in parts for found in free_references(part)):
            leads = target(reference)
            if leads in nodes:
                edges.append(Edge(node, leads, reference.span.range()))  # type: ignore[arg-type]
    return edges
