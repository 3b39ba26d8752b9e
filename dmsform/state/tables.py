"""The tables of the state store: one row per resource, and one row per resource and serial for the history.

A save writes only the rows of what changed, so that recording n resources costs n rows, not n squared. The state at an
earlier serial is, for every address, the newest history row up to it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, String, Table, Text

_LONG = Text().with_variant(Text(length=2**32 - 1), "mysql", "mariadb")
# Addresses differ by case; MySQL's default collations do not see that.
_KEY = String(255).with_variant(String(255, collation="utf8mb4_bin"), "mysql", "mariadb")

METADATA = MetaData()

STATE = Table(
    "dmsform_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("format", Integer, nullable=False),
    Column("lineage", String(36), nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("salt", String(64), nullable=False),
)

RESOURCE = Table(
    "dmsform_resource",
    METADATA,
    Column("address", _KEY, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("attributes", _LONG, nullable=False),
    Column("secrets", _LONG, nullable=False),
    Column("dependencies", _LONG, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("prevent_destroy", Boolean, nullable=False),
)

OUTPUT = Table(
    "dmsform_output",
    METADATA,
    Column("name", _KEY, primary_key=True),
    Column("value", _LONG, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("fingerprint", String(255), nullable=False),
)

VERSION = Table(
    "dmsform_version",
    METADATA,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("saved_at", Float(53), nullable=False),
    Column("holder", String(255), nullable=False),
    Column("command", String(255), nullable=False),
)

ENTRY = Table(
    "dmsform_version_entry",
    METADATA,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("address", _KEY, primary_key=True),
    Column(
        "body", _LONG, nullable=True, doc="JSON of the record at that serial; NULL: removed; `outputs`: all of them"
    ),
)

LOCK = Table(
    "dmsform_lock",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lock_id", String(36), nullable=False),
    Column("heartbeat_at", Float(53), nullable=False),
    Column("body", _LONG, nullable=False),
)
