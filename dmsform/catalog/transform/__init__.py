"""Transformation rules applied to one table: one file per kind of action, put in order by `pipeline`."""
