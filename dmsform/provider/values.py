"""Values that pass between the data plane and providers. Frozen and self-contained: any may go to another process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NewType

from pydantic import BaseModel, ConfigDict

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Table, TableName
from dmsform.task.settings import TargetTablePrepMode

Position = NewType("Position", str)
"""A place in a store's history, opaque to all but the provider that made it (PostgreSQL: `pg_current_snapshot()`)."""

Epoch = NewType("Epoch", int)
"""Rises with every new owner of a task; a target transaction under an older epoch is refused (G11)."""


class EndpointSettings(BaseModel):
    """Base of every provider's endpoint model: validates the HCL block and feeds `schemas/`.

    Give secret fields the type `SecretStr`. `dump()` gives plain JSON values, secrets included.

    files -- fields that name files: relative ones count from the module's directory, also for the server's processes;
    location -- fields that tell stores apart.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    files: ClassVar[frozenset[str]] = frozenset({"path", "ssl_root_cert", "ssl_cert", "ssl_key"})
    location: ClassVar[frozenset[str]] = frozenset({"host", "port", "database", "path"})

    def resolved(self) -> EndpointSettings:
        """The settings with what they refer to (a service file's contents), as it is now. Raises ValueError."""
        return self

    def dump(self) -> dict[str, Any]:
        """The settings as plain values, secrets revealed, to be validated again in another process."""
        from pydantic import SecretStr

        def plain(value: Any) -> Any:
            return value.get_secret_value() if isinstance(value, SecretStr) else value

        return {name: plain(getattr(self, name)) for name in type(self).model_fields}


class Role(StrEnum):
    """Which side of a task an endpoint stands on."""

    SOURCE = "source"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What answered a connection test: `label` for people ("PostgreSQL 18.6"), `version` as numbers.

    store -- the same for two endpoints exactly where they lead to one store, None where that cannot be told;
    encryption -- the protocol of an encrypted connection ("TLSv1.3"), None where nothing is encrypted.
    """

    label: str
    version: tuple[int, ...]
    store: str | None = None
    encryption: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns control rows in a target: the state's lineage and the task's name. `holder` is for people."""

    lineage: str
    task: str
    holder: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A target table that some task's control rows claim."""

    owner: Owner
    table: TableName


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A table that exists on a target. `has_rows` is looked up, never estimated.

    dependents -- what hangs on the table and goes when it is dropped, in words (`index ix`, `grants to ro`).
    """

    table: Table
    has_rows: bool
    claim: Claim | None = None
    dependents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRecord:
    """The control row of a completed table, committed with the rows it vouches for (G2)."""

    source: TableName
    target: TableName
    run: int
    rows: int
    cut: Position


@dataclass(frozen=True, slots=True)
class TableWrite:
    """One table's load, as the target is told of it.

    may_destroy -- the plan named this table: it may be dropped or truncated by the preparation mode;
    may_destroy_rows -- and the reviewer saw that it held rows.
    """

    owner: Owner
    epoch: Epoch
    run: int
    mapped: MappedTable
    design: TableDesign
    preparation: TargetTablePrepMode
    may_destroy: bool = False
    may_destroy_rows: bool = False


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A server that apply started for an endpoint: what its state records. `settings` hold what to connect with."""

    settings: dict[str, Any]
    data_dir: str
    running: bool
