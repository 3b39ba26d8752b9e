"""Values as SQLite stores them, turned into the canonical text of a logical type, or refused (docs/row-text.md)."""
