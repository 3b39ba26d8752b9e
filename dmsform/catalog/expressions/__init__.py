"""Expressions in SQLite's syntax, as AWS DMS's transformation rules use them: parsed, checked, bound, written back."""
