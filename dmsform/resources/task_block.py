"""Reads a task's block: which endpoints, which rules, which settings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dmsform.addresses import Address, Kind
from dmsform.catalog.rules import TableMappings
from dmsform.diagnostics import Diagnostic
from dmsform.language.config import ResourceBlock
from dmsform.plan.values import Desired
from dmsform.resources import codes
from dmsform.resources.mappings import Rules, read_rules
from dmsform.resources.reader import BlockReader
from dmsform.resources.replication_instance import read_lifecycle
from dmsform.resources.task_settings import read_settings
from dmsform.task.definition import MigrationType
from dmsform.task.settings import TaskSettings


class OnUnsupported(StrEnum):
    """What to do with a column whose type cannot be carried: refuse, leave it out with a warning, leave it out."""

    FAIL = "fail"
    WARN = "warn"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Task:
    """A task as declared. document -- its rules as an AWS DMS document; mappings -- the same, read."""

    desired: Desired
    instance: Address
    source: Address
    target: Address
    migration_type: MigrationType
    document: dict[str, Any]
    mappings: TableMappings
    settings: TaskSettings
    on_unsupported: OnUnsupported
    start: bool
    rules: Rules

    @property
    def name(self) -> str:
        """The task's name."""
        return self.desired.address.name


def decode_task(block: ResourceBlock, findings: list[Diagnostic]) -> Task | None:
    """Read the block; what is wrong goes to `findings`. None when endpoints or instance are missing."""
    reader = BlockReader(block.block, block.address, findings)
    instance = reader.reference("replication_instance", Kind.REPLICATION_INSTANCE)
    source = reader.reference("source", Kind.ENDPOINT)
    target = reader.reference("target", Kind.ENDPOINT)
    migration_type = MigrationType(reader.choice("migration_type", (MigrationType.FULL_LOAD,), MigrationType.FULL_LOAD))
    rules = read_rules(reader)
    settings = read_settings(reader)
    conversion = reader.single("schema_conversion")
    on_unsupported = OnUnsupported.FAIL
    if conversion:
        on_unsupported = OnUnsupported(conversion.choice("on_unsupported", list(OnUnsupported), OnUnsupported.FAIL))
        conversion.finish()
    start = reader.boolean("start", default=True)
    # The language lets it through with `enabled = false` alone.
    reader.nested("validation")
    protected = read_lifecycle(reader)
    reader.finish()
    if instance is None or source is None or target is None:
        return None
    if source == target:
        _same_store(reader, source)
    attributes = {
        "replication_instance": str(instance),
        "source": str(source),
        "target": str(target),
        "migration_type": migration_type.value,
        "table_mappings": rules.document,
        "settings": settings.model_dump(mode="json"),
        "schema_conversion": {"on_unsupported": on_unsupported.value},
        "start": start,
    }
    desired = Desired(
        block.address,
        attributes,
        block.block.subject,
        defaults={
            "settings": TaskSettings().model_dump(mode="json"),
            "schema_conversion": {"on_unsupported": OnUnsupported.FAIL.value},
            "start": True,
        },
        depends_on=tuple(sorted({*block.depends_on, instance, source, target})),
        prevent_destroy=protected,
    )
    return Task(
        desired,
        instance,
        source,
        target,
        migration_type,
        rules.document,
        rules.mappings,
        settings,
        on_unsupported,
        start,
        rules,
    )


def _same_store(reader: BlockReader, endpoint: Address) -> None:
    reader.add(
        codes.SAME_STORE.error(
            f"{reader.address} has {endpoint} as its source and as its target.",
            "Give it another endpoint as target.",
            subject=reader.place("target"),
        )
    )
