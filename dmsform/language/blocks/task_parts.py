"""The nested blocks of a task that set how it runs. Names are AWS DMS's in snake case."""

from __future__ import annotations

from dmsform.language.schema import AttributeSchema, BlockSchema, NotBuilt, not_built_attributes, not_built_block
from dmsform.language.types import BOOL, NUMBER, STRING

_FULL_LOAD_ONLY = "Leave it out: this version runs full loads."
_LEAVE_OUT = "Leave it out."

SCHEMA_CONVERSION = BlockSchema(
    "schema_conversion",
    "How the source's schema becomes the target's.",
    attributes=(
        AttributeSchema(
            "on_unsupported",
            STRING,
            "A column whose type cannot be carried: fail refuses the task, warn and skip leave the column out.",
            choices=("fail", "warn", "skip"),
            default='"fail"',
        ),
    ),
)

FULL_LOAD = BlockSchema(
    "full_load",
    "How existing rows are moved.",
    attributes=(
        AttributeSchema(
            "target_table_prep_mode",
            STRING,
            "What happens to a target table that exists. do-nothing refuses one that holds rows.",
            choices=("do-nothing", "drop-and-create", "truncate-before-load"),
            default='"do-nothing"',
        ),
        AttributeSchema("parallel_tables", NUMBER, "Tables loaded at the same time, 1 to 49.", whole=True, default="4"),
        *not_built_attributes(
            _LEAVE_OUT,
            "create_pk_after_full_load",
            "commit_rate",
            "max_full_load_sub_tasks",
            "transaction_consistency_timeout",
            "stop_task_cached_changes_applied",
            "stop_task_cached_changes_not_applied",
        ),
    ),
)

CDC = BlockSchema(
    "cdc",
    "How ongoing changes are captured and applied.",
    attributes=(AttributeSchema("apply_mode", STRING, "transactional, or batch.", choices=("transactional", "batch")),),
    open=True,
    instead=_FULL_LOAD_ONLY,
)

VALIDATION = BlockSchema(
    "validation",
    "Comparison of source and target after the load.",
    attributes=(
        AttributeSchema(
            "enabled",
            BOOL,
            "Whether the rows are compared.",
            required=True,
            not_built=(NotBuilt(True, "Set enabled = false, and compare source and target yourself after the load."),),
        ),
        *not_built_attributes(
            _LEAVE_OUT,
            "failure_max_count",
            "thread_count",
            "table_failure_max_count",
            "validation_only",
            "partition_size",
            "handle_collation_diff",
            "max_key_column_size",
            "record_failure_delay_in_minutes",
            "skip_lob_columns",
            "validation_partial_lob_size",
        ),
    ),
)

ERROR_BEHAVIOR = BlockSchema(
    "error_behavior",
    "What happens when something fails.",
    attributes=(
        AttributeSchema(
            "recoverable_error_count",
            NUMBER,
            "Retries after a lost connection; -1 without end, 0 never.",
            whole=True,
            default="-1",
        ),
        AttributeSchema(
            "recoverable_error_interval",
            NUMBER,
            "Seconds before the first retry; doubles each time.",
            whole=True,
            default="5",
        ),
        AttributeSchema(
            "recoverable_error_throttling_max",
            NUMBER,
            "Longest wait between retries, in seconds.",
            whole=True,
            default="1800",
        ),
        AttributeSchema("fail_on_no_tables_captured", BOOL, "Refuse a mapping that matches no table.", default="true"),
        *not_built_attributes(
            "Leave it out: a value that the target cannot hold stops its table with the row named.",
            "data_error_policy",
            "data_truncation_error_policy",
            "data_masking_error_policy",
            "data_error_escalation_policy",
            "data_error_escalation_count",
            "event_error_policy",
            "table_error_policy",
            "table_error_escalation_policy",
            "table_error_escalation_count",
        ),
        *not_built_attributes(_LEAVE_OUT, "recoverable_error_throttling"),
        *not_built_attributes(_LEAVE_OUT, "recoverable_error_stop_retry_after_throttling_max"),
        *not_built_attributes(
            _FULL_LOAD_ONLY,
            "apply_error_delete_policy",
            "apply_error_insert_policy",
            "apply_error_update_policy",
            "apply_error_escalation_policy",
            "apply_error_escalation_count",
            "apply_error_fail_on_truncation_ddl",
            "fail_on_transaction_consistency_breached",
            "full_load_ignore_conflicts",
        ),
    ),
)

NOT_BUILT_PARTS = (
    not_built_block("change_processing", "How changes are applied.", _FULL_LOAD_ONLY),
    not_built_block("logging", "What the task logs.", "Leave it out; every task writes a log: dmsform task logs NAME."),
    not_built_block("control_tables", "AWS DMS's control tables.", _LEAVE_OUT),
    not_built_block("table_settings", "Parallel load and LOB settings of a table.", _LEAVE_OUT, ("name",)),
    not_built_block("target_metadata", "AWS DMS's target metadata.", "Leave it out; target_schema is an argument."),
    not_built_block("stream_buffer", "Buffers of the stream.", _FULL_LOAD_ONLY),
)
