"""The task's definition, as `apply` sends it to the replication server and the task process runs it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dmsform.task.settings import TaskSettings


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MigrationType(StrEnum):
    """AWS DMS's migration types. This version runs `full-load`."""

    FULL_LOAD = "full-load"
    CDC = "cdc"
    FULL_LOAD_AND_CDC = "full-load-and-cdc"


class EndpointDefinition(_Frozen):
    """A data store: its address for messages, its engine, and the settings its provider's model validated.

    Secrets are among the settings: the definition is never logged nor answered by the API, and is stored encrypted.
    """

    name: str = Field(description="the endpoint's name in the configuration")
    engine: str = Field(description="the provider's name")
    settings: dict[str, Any] = Field(default_factory=dict, description="what the provider's endpoint model dumps")


class PlannedTable(_Frozen):
    """A table as the plan showed it to the reviewer: the task refuses to go beyond it (G6).

    source, target -- (schema, name); source_digest -- `Table.digest()` of the source table at plan time;
    target_exists, target_has_rows -- what the reviewer saw on the target.
    """

    source: tuple[str, str]
    target: tuple[str, str]
    source_digest: str
    target_exists: bool
    target_has_rows: bool


class TaskDefinition(_Frozen):
    """Everything a task process needs.

    lineage, name -- who it belongs to: the state's lineage and the task's name key its control rows in the target.
    run -- raised by a reload: tables completed in an earlier run load again.
    holder -- who declared it (`user@host:directory`), shown to whoever collides with it.
    planned -- None when the plan could not see the endpoints yet; then nothing that exists may be destroyed.
    """

    lineage: str
    name: str
    holder: str
    run: int = 1
    migration_type: MigrationType = MigrationType.FULL_LOAD
    source: EndpointDefinition
    target: EndpointDefinition
    table_mappings: dict[str, Any] = Field(description="an AWS DMS table-mapping document: {'rules': [...]}")
    settings: TaskSettings = TaskSettings()
    planned: tuple[PlannedTable, ...] | None = None
