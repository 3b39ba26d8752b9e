"""Addresses name what a configuration declares: `task.shop`, `endpoint.warehouse`, `replication_instance.main`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class Kind(StrEnum):
    """The block types that are managed resources."""

    REPLICATION_INSTANCE = "replication_instance"
    ENDPOINT = "endpoint"
    TASK = "task"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A managed resource: its block type and its name. Printed and parsed as `kind.name`."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        """`kind.name`."""
        return f"{self.kind.value}.{self.name}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `kind.name`; raises ValueError when it is not an address."""
        kind, dot, name = text.partition(".")
        if not dot or not _NAME.match(name) or kind not in set(Kind):
            kinds = ", ".join(k.value for k in Kind)
            raise ValueError(f"{text!r} is not an address: expected KIND.NAME with KIND one of {kinds}")
        return cls(Kind(kind), name)
