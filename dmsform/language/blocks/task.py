"""`task`: what moves, from where to where, and how."""

from __future__ import annotations

from dmsform.addresses import Kind
from dmsform.language.blocks.common import LIFECYCLE, META_ARGUMENTS, NOT_BUILT_BLOCKS
from dmsform.language.blocks.selection import SELECTION
from dmsform.language.blocks.task_parts import (
    CDC,
    ERROR_BEHAVIOR,
    FULL_LOAD,
    NOT_BUILT_PARTS,
    SCHEMA_CONVERSION,
    VALIDATION,
)
from dmsform.language.blocks.transformation import TRANSFORMATION
from dmsform.language.schema import AttributeSchema, BlockSchema, NotBuilt, not_built_attributes
from dmsform.language.types import ANY, BOOL, RESOURCE, STRING

_FULL_LOAD = 'Use migration_type = "full-load".'

TASK = BlockSchema(
    "task",
    "A migration: which tables move from a source to a target, and how.",
    labels=("name",),
    attributes=(
        AttributeSchema(
            "replication_instance",
            RESOURCE,
            "The server that runs the task.",
            required=True,
            reference=Kind.REPLICATION_INSTANCE,
        ),
        AttributeSchema("source", RESOURCE, "Where rows come from.", required=True, reference=Kind.ENDPOINT),
        AttributeSchema("target", RESOURCE, "Where rows go to.", required=True, reference=Kind.ENDPOINT),
        AttributeSchema(
            "migration_type",
            STRING,
            "full-load: move the rows that exist.",
            required=True,
            choices=("full-load", "cdc", "full-load-and-cdc"),
            not_built=(NotBuilt("cdc", _FULL_LOAD), NotBuilt("full-load-and-cdc", _FULL_LOAD)),
        ),
        AttributeSchema(
            "table_mappings", ANY, "AWS DMS's table-mapping document, instead of selection and transformation blocks."
        ),
        AttributeSchema("settings", ANY, "AWS DMS's task-settings document, beside or instead of the blocks."),
        AttributeSchema("target_schema", STRING, "Schema of the target tables.", default="the source's own"),
        AttributeSchema("start", BOOL, "Whether apply starts the task; if not, it is only declared.", default="true"),
        AttributeSchema(
            "schedule",
            STRING,
            "When the task runs, as in a crontab.",
            instead="Leave it out, and start the task by a scheduler of your own: dmsform task start NAME.",
        ),
        *not_built_attributes(
            "Leave it out: this version runs full loads.", "cdc_start_position", "cdc_start_time", "cdc_stop_position"
        ),
        *META_ARGUMENTS,
    ),
    blocks=(
        SELECTION,
        TRANSFORMATION,
        SCHEMA_CONVERSION,
        FULL_LOAD,
        CDC,
        VALIDATION,
        ERROR_BEHAVIOR,
        LIFECYCLE,
        *NOT_BUILT_PARTS,
        *NOT_BUILT_BLOCKS,
    ),
    exports=(("status", "AWS DMS's task status: ready, running, stopped, failed ..."),),
)
