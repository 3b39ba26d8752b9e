"""The arguments of an endpoint block with `engine = "sqlite"`."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from dmsform.provider.values import EndpointSettings


class SqliteSettings(EndpointSettings):
    """Which file, and how long to wait for others who use it."""

    path: str = Field(
        min_length=1, description="the database file, relative to the configuration; a missing target is created"
    )
    busy_timeout: float = Field(
        default=10.0, ge=0, le=3600, description="seconds that a statement waits for a lock that another program holds"
    )
    load_timeout: float = Field(
        default=600.0,
        ge=0,
        le=86400,
        description="seconds that a table's load waits for its turn: SQLite lets one transaction write at a time",
    )

    @field_validator("path")
    @classmethod
    def _refuse_memory(cls, path: str) -> str:
        if path == ":memory:" or path.startswith("file:"):
            raise ValueError("give the path of a file: a database in memory is seen by one connection only")
        return path

    @model_validator(mode="before")
    @classmethod
    def _refuse_database(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("database") is not None:
            raise ValueError('argument "database" is not used: the file named by "path" is the database')
        return given
