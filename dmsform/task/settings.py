"""The task settings that dmsform honours, under the names and defaults of AWS DMS in snake case.

Source: AWS DMS user guide, "Specifying task settings"; `dmsform/task/document.py` reads DMS's JSON documents.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class TargetTablePrepMode(StrEnum):
    """What happens to a target table before it loads. `do-nothing` refuses a table that holds rows."""

    DO_NOTHING = "do-nothing"
    DROP_AND_CREATE = "drop-and-create"
    TRUNCATE_BEFORE_LOAD = "truncate-before-load"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FullLoadSettings(_Frozen):
    """FullLoadSettings of AWS DMS."""

    target_table_prep_mode: TargetTablePrepMode = Field(
        default=TargetTablePrepMode.DO_NOTHING, description="what happens to a target table that exists before its load"
    )
    parallel_tables: int = Field(
        default=4, ge=1, le=49, description="tables loaded at the same time (MaxFullLoadSubTasks)"
    )


class ErrorBehavior(_Frozen):
    """ErrorBehavior of AWS DMS, as far as a full load meets it."""

    recoverable_error_count: int = Field(
        default=-1, ge=-1, description="retries after a lost connection; -1 without end, 0 never"
    )
    recoverable_error_interval: int = Field(
        default=5, ge=0, description="seconds before the first retry; doubles each time"
    )
    recoverable_error_throttling_max: int = Field(
        default=1800, ge=1, description="longest wait between retries, in seconds"
    )
    fail_on_no_tables_captured: bool = Field(default=True, description="refuse a mapping that matches no table")


class TaskSettings(_Frozen):
    """What of a task's settings this version honours."""

    target_schema: str = Field(default="", description="schema of the target tables; empty: the source's own")
    full_load: FullLoadSettings = FullLoadSettings()
    error_behavior: ErrorBehavior = ErrorBehavior()
