"""Configurations that several tests start from."""

from __future__ import annotations

INSTANCE = 'replication_instance "main" {\n  type = "local"\n}\n'

ENDPOINTS = """
endpoint "shop" {
  engine = "postgresql"
  host   = "db1"
  port   = 5000 + 432
}
endpoint "copy" {
  engine = "sqlite"
  path   = "copy.db"
}
"""

TASK = """
task "shop" {
  replication_instance = replication_instance.main
  source               = endpoint.shop
  target               = endpoint.copy
  migration_type       = "full-load"

  selection "everything" {
    schema = "public"
    table  = "%"
  }
}
"""

COMPLETE = INSTANCE + ENDPOINTS + TASK


def with_task(body: str) -> str:
    """The complete configuration with more in its task."""
    return COMPLETE.rstrip().removesuffix("}") + body + "}\n"
