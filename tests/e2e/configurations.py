"""Configurations that end-to-end tests share."""

from __future__ import annotations

INSTANCE = """
replication_instance "main" {
  type = "local"
}
"""

SQLITE_ENDPOINTS = """
endpoint "shop" {
  engine = "sqlite"
  path   = "shop.db"
}

endpoint "copy" {
  engine = "sqlite"
  path   = "copy.db"
}
"""

SQLITE_TASK = """
task "shop" {
  replication_instance = replication_instance.main
  source               = endpoint.shop
  target               = endpoint.copy
  migration_type       = "full-load"

  selection "everything" {
    schema = "main"
    table  = "%"
  }
}
"""

SQLITE_TO_SQLITE = INSTANCE + SQLITE_ENDPOINTS + SQLITE_TASK


def postgres_endpoint(name: str, settings: dict[str, object], password_variable: str) -> str:
    """An endpoint block for a test database, its password taken from a sensitive variable."""
    return f"""
variable "{password_variable}" {{
  type      = string
  sensitive = true
}}

endpoint "{name}" {{
  engine   = "postgresql"
  host     = "{settings["host"]}"
  port     = {settings["port"]}
  database = "{settings["database"]}"
  username = "{settings["username"]}"
  password = var.{password_variable}
}}
"""


def task(source: str, target: str, schema: str, name: str = "move", body: str = "") -> str:
    """A full-load task over everything in one schema."""
    return f"""
task "{name}" {{
  replication_instance = replication_instance.main
  source               = endpoint.{source}
  target               = endpoint.{target}
  migration_type       = "full-load"

  selection "everything" {{
    schema = "{schema}"
    table  = "%"
  }}
{body}
}}
"""
