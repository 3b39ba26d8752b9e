"""The tables of `dmsform_control` in a target, and the keys that they are read by.

Names of any length and letter case are hashed into the keys; target tables, which have at most 64 characters, stand in
theirs as they are (see `folded`).
"""

from __future__ import annotations

import hashlib
import json

from dmsform.catalog.model import TableName
from dmsform.provider.values import Owner
from dmsform_mysql.catalog_queries import CONTROL_DATABASE
from dmsform_mysql.connect import Connection, Server

_TARGET = """target_schema varchar(64) NOT NULL, target_table varchar(64) NOT NULL"""
_SOURCE = """source_schema longtext NOT NULL, source_table longtext NOT NULL"""
_OWNER = """owner_key char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL"""
_OPTIONS = "ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"

_STATEMENTS = (
    f"CREATE DATABASE IF NOT EXISTS {CONTROL_DATABASE} DEFAULT CHARACTER SET utf8mb4",
    f"""CREATE TABLE IF NOT EXISTS {CONTROL_DATABASE}.tasks (
  {_OWNER}, lineage longtext NOT NULL, task longtext NOT NULL, holder longtext NOT NULL, epoch bigint NOT NULL,
  claimed_at datetime(6) NOT NULL, PRIMARY KEY (owner_key)
) {_OPTIONS}""",
    f"""CREATE TABLE IF NOT EXISTS {CONTROL_DATABASE}.claims (
  {_TARGET}, {_OWNER}, PRIMARY KEY (target_schema, target_table), KEY (owner_key)
) {_OPTIONS}""",
    f"""CREATE TABLE IF NOT EXISTS {CONTROL_DATABASE}.tables (
  {_OWNER}, source_key char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, {_SOURCE}, {_TARGET},
  run bigint NOT NULL, loaded_rows bigint NOT NULL, cut longtext NOT NULL, completed_at datetime(6) NOT NULL,
  PRIMARY KEY (owner_key, source_key)
) {_OPTIONS}""",
    f"""CREATE TABLE IF NOT EXISTS {CONTROL_DATABASE}.loads (
  id char(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, {_OWNER}, epoch bigint NOT NULL,
  stage varchar(16) NOT NULL, {_SOURCE}, {_TARGET}, run bigint NOT NULL, replaces tinyint(1) NOT NULL DEFAULT 0,
  may_destroy_rows tinyint(1) NOT NULL DEFAULT 0, loaded_rows bigint NOT NULL DEFAULT 0, cut longtext,
  next_value bigint unsigned, begun_at datetime(6) NOT NULL, PRIMARY KEY (id), KEY (owner_key)
) {_OPTIONS}""",
)


def create(connection: Connection) -> None:
    """Create what is missing. `loads` comes last: where it stands, all stand."""
    if not stands(connection):
        for statement in _STATEMENTS:
            connection.execute(statement)


def stands(connection: Connection) -> bool:
    """Whether the control tables exist."""
    query = "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = 'loads'"
    return connection.row(query, [CONTROL_DATABASE]) is not None


def owner_key(owner: Owner) -> str:
    """What a task's rows are found by."""
    return _hashed(owner.lineage, owner.task)


def source_key(source: TableName) -> str:
    """What a source table's row is found by."""
    return _hashed(source.schema, source.name)


def folded(server: Server, table: TableName) -> TableName:
    """A table as the server tells it from others: where names are stored or compared in lower case, so are claims."""
    if server.lower_case_table_names == 0:
        return table
    return TableName(table.schema.lower(), table.name.lower())


def _hashed(*names: str) -> str:
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()
