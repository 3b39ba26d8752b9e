"""Reads a task's block: which endpoints, which rules, which settings; what is designed but not built is refused."""

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

_UNBUILT_BLOCKS = {
    "cdc": "Leave the block out: this version runs full loads.",
    "validation": "Leave the block out; compare source and target yourself after the load.",
    "change_processing": "Leave the block out: this version runs full loads.",
    "logging": "Leave the block out; every task writes a log (dmsform task logs NAME).",
}
_UNBUILT_ARGUMENTS = {
    "schedule": "Leave it out, and start the task by your own scheduler: dmsform task start NAME.",
    "cdc_start_position": "Leave it out: this version runs full loads.",
    "cdc_stop_position": "Leave it out: this version runs full loads.",
}


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
    migration_type = _migration_type(reader)
    rules = read_rules(reader)
    settings = read_settings(reader)
    conversion = reader.single("schema_conversion")
    on_unsupported = OnUnsupported.FAIL
    if conversion:
        on_unsupported = OnUnsupported(conversion.choice("on_unsupported", list(OnUnsupported), OnUnsupported.FAIL))
        conversion.finish()
    start = reader.boolean("start", default=True)
    reader.refuse_unbuilt(_UNBUILT_ARGUMENTS, _UNBUILT_BLOCKS)
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


def _migration_type(reader: BlockReader) -> MigrationType:
    found = MigrationType(reader.choice("migration_type", list(MigrationType), MigrationType.FULL_LOAD))
    if found is not MigrationType.FULL_LOAD:
        reader.unbuilt(f'The migration type "{found}"', "migration_type", 'Use migration_type = "full-load".')
    return found


def _same_store(reader: BlockReader, endpoint: Address) -> None:
    reader.add(
        codes.SAME_STORE.error(
            f"{reader.address} has {endpoint} as its source and as its target.",
            "Give it another endpoint as target.",
            subject=reader.place("target"),
        )
    )
