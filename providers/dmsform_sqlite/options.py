"""The words of a table's declaration that SQLite alone knows."""

AUTOINCREMENT = "AUTOINCREMENT"
STRICT = "STRICT"
WITHOUT_ROWID = "WITHOUT ROWID"

KEY_BESIDE_ROWID = "INTEGER PRIMARY KEY DESC"
"""The key is one INTEGER column and yet not the rowid, so that it may hold NULL: declared so and in no other way
(https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key)."""

STRICT_TYPES = frozenset({"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"})
"""The types that columns of a STRICT table may declare (https://sqlite.org/stricttables.html)."""
