"""The dependency graph: what must come first, and cycles as diagnostics that name every edge and its place.

networkx does the graph work. It takes 0.2 s of CPU to import, so graphs without an edge do without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeVar

from dmsform.diagnostics import Code, Diagnostic, DiagnosticError, ExitCode, SourceRange

if TYPE_CHECKING:
    import networkx as nx

Node = TypeVar("Node")

DEPENDENCY_CYCLE = Code(
    "DMS150",
    "Dependency cycle",
    "Some values or resources depend on each other in a circle, so that none of them can come first.",
    ExitCode.CONFIGURATION,
)


@dataclass(frozen=True, slots=True)
class Edge(Generic[Node]):
    """`dependent` needs `dependency`; `subject` is the reference that says so."""

    dependent: Node
    dependency: Node
    subject: SourceRange | None = None

    def __str__(self) -> str:
        """`a -> b (file:line,columns)`."""
        place = f" ({self.subject})" if self.subject else ""
        return f"{self.dependent} -> {self.dependency}{place}"


def find_cycles(nodes: Iterable[Node], edges: Iterable[Edge[Node]]) -> list[tuple[Edge[Node], ...]]:
    """One cycle of each group of nodes that depend on each other, its edges in order.

    Of several edges between the same two nodes the first is told. A node that needs itself is a cycle of one edge.
    """
    known = {(edge.dependent, edge.dependency): edge for edge in reversed(tuple(edges))}
    if not known:
        return []
    import networkx as nx

    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(known)
    cycles = []
    for group in sorted(nx.strongly_connected_components(graph), key=lambda group: min(map(str, group))):
        start = min(group, key=str)
        if len(group) > 1 or (start, start) in known:
            ring = _ring(graph, group, start)
            cycles.append(tuple(known[pair] for pair in ring))
    return cycles


def _ring(graph: nx.DiGraph[Node], group: set[Node], start: Node) -> list[tuple[Node, Node]]:
    """A shortest cycle through `start` within its group."""
    import networkx as nx

    part = graph.subgraph(group)
    if part.has_edge(start, start):
        return [(start, start)]
    ways = [nx.shortest_path(part, successor, start) for successor in sorted(part.successors(start), key=str)]
    path = [start, *min(ways, key=len)]
    return list(pairwise(path))


def cycle_diagnostic(cycle: Sequence[Edge[Node]]) -> Diagnostic:
    """The error for one cycle, placed at its first edge that has a place."""
    ring = "\n".join(f"  {edge}" for edge in cycle)
    first = next((edge.subject for edge in cycle if edge.subject), None)
    if len(cycle) == 1:
        return DEPENDENCY_CYCLE.error(
            f"{cycle[0].dependent} refers to itself:\n{ring}",
            "Remove the reference, or give the value in a local that both use.",
            subject=first,
        )
    return DEPENDENCY_CYCLE.error(
        f"Each of these needs the next, and the last needs the first:\n{ring}",
        "Remove one of these references, for example by giving the shared value in a local of its own.",
        subject=first,
    )


def dependency_order(nodes: Iterable[Node], edges: Iterable[Edge[Node]]) -> list[Node]:
    """The nodes with every dependency before its dependents, and otherwise in the order of their names.

    Edges to or from something that is not among the nodes are left out. Raises DiagnosticError with every cycle.
    """
    members = sorted(set(nodes), key=str)
    present = set(members)
    inner = [edge for edge in edges if edge.dependent in present and edge.dependency in present]
    if not inner:
        return members
    if cycles := find_cycles(members, inner):
        raise DiagnosticError(cycle_diagnostic(cycle) for cycle in cycles)
    import networkx as nx

    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(members)
    graph.add_edges_from((edge.dependency, edge.dependent) for edge in inner)
    return list(nx.lexicographical_topological_sort(graph, key=str))


def destruction_order(nodes: Iterable[Node], edges: Iterable[Edge[Node]]) -> list[Node]:
    """The reverse: every dependent before what it needs, as `destroy` goes. Raises as `dependency_order` does."""
    return dependency_order(nodes, edges)[::-1]
