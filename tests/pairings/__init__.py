"""Sixteen pairings: every engine as the source of every engine, with MySQL and MariaDB as two."""
