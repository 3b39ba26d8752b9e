"""The dependency graph: order, and cycles that can be understood."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.diagnostics import DiagnosticError, Point, SourceRange
from dmsform.graph import DEPENDENCY_CYCLE, Edge, dependency_order, destruction_order, find_cycles


def place(line: int) -> SourceRange:
    return SourceRange("main", Point(line, 1, 0), Point(line, 5, 4))


def test_dependencies_come_first_and_names_decide_the_rest() -> None:
    edges = [Edge("a", "z"), Edge("b", "a"), Edge("c", "z")]
    assert dependency_order("cbaz", edges) == ["z", "a", "b", "c"]
    assert destruction_order("cbaz", edges) == ["c", "b", "a", "z"]


def test_without_edges_names_decide() -> None:
    assert dependency_order(["b", "a", "b"], []) == ["a", "b"]
    assert dependency_order([], []) == []


def test_edges_to_what_is_not_there_are_left_out() -> None:
    assert dependency_order(["a"], [Edge("a", "gone"), Edge("gone", "a")]) == ["a"]


def test_a_cycle_is_told_with_every_edge_and_its_place() -> None:
    edges = [Edge("a", "b", place(1)), Edge("b", "c", place(2)), Edge("c", "a", place(3)), Edge("d", "a", place(4))]
    with pytest.raises(DiagnosticError) as raised:
        dependency_order("abcd", edges)
    (found,) = raised.value.diagnostics
    assert found.code == DEPENDENCY_CYCLE.id
    assert found.subject == place(1)
    assert found.detail.splitlines()[1:] == ["  a -> b (main:1,1-5)", "  b -> c (main:2,1-5)", "  c -> a (main:3,1-5)"]


def test_two_cycles_are_two_errors() -> None:
    edges = [Edge("a", "b"), Edge("b", "a"), Edge("c", "d"), Edge("d", "c"), Edge("a", "c")]
    with pytest.raises(DiagnosticError) as raised:
        dependency_order("abcd", edges)
    assert len(raised.value.diagnostics) == 2


def test_what_needs_itself() -> None:
    (cycle,) = find_cycles("ab", [Edge("a", "b"), Edge("a", "a", place(1))])
    assert [str(edge) for edge in cycle] == ["a -> a (main:1,1-5)"]


def test_a_shortest_way_round_is_told() -> None:
    edges = [Edge("a", "b"), Edge("b", "c"), Edge("c", "a"), Edge("b", "a")]
    (cycle,) = find_cycles("abc", edges)
    assert [str(edge) for edge in cycle] == ["a -> b", "b -> a"]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
def test_an_order_or_a_cycle_that_is_one(pairs: list[tuple[int, int]]) -> None:
    edges = [Edge(a, b) for a, b in pairs]
    cycles = find_cycles(range(9), edges)
    if not cycles:
        order = dependency_order(range(9), edges)
        assert sorted(order) == list(range(9))
        assert all(order.index(edge.dependency) < order.index(edge.dependent) for edge in edges)
    for cycle in cycles:
        assert all(one.dependency == two.dependent for one, two in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        assert all(edge in edges for edge in cycle)


def test_a_graph_without_edges_does_not_import_networkx() -> None:
    code = (
        "import sys\nfrom dmsform.graph import dependency_order\ndependency_order(['a', 'b'], [])\n"
        "assert 'networkx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
