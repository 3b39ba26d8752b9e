"""The words of a table's declaration that SQLite alone knows."""

AUTOINCREMENT = "AUTOINCREMENT"
STRICT = "STRICT"
WITHOUT_ROWID = "WITHOUT ROWID"

STRICT_TYPES = frozenset({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"})
"""The types that columns of a STRICT table may declare (https://sqlite.org/stricttables.html)."""
