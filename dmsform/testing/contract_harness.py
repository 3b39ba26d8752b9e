"""What a provider author supplies to the contract suite: fresh stores, and a way into them past the provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from dmsform.diagnostics import Code
from dmsform.provider.protocols import Provider
from dmsform.task.definition import EndpointDefinition


class Harness(Protocol):
    """Hand an object like this to the suite as a pytest fixture named `harness`."""

    @property
    def provider(self) -> Provider:
        """The provider under test."""
        ...

    @property
    def schema(self) -> str:
        """A schema that every fresh store has (`public`, `main`)."""
        ...

    def new_endpoint(self) -> EndpointDefinition:
        """A fresh, empty store; as many as a test asks for, none shared with another test."""
        ...

    def broken_endpoints(self) -> Sequence[tuple[Code, EndpointDefinition]]:
        """Endpoints that cannot be connected to, with the code of `dmsform.provider.codes` each must give."""
        ...

    def execute(self, endpoint: EndpointDefinition, *statements: str) -> None:
        """Run statements in the store's own SQL, each committed."""
        ...

    def query(self, endpoint: EndpointDefinition, statement: str) -> list[tuple[Any, ...]]:
        """All rows of a query in the store's own SQL."""
        ...

    def quoted(self, table: str) -> str:
        """The SQL of a table's name in `schema`."""
        ...

    def tables(self, endpoint: EndpointDefinition) -> set[str]:
        """The names of all tables that the store holds, those of the provider's control included."""
        ...
