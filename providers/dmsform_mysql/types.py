"""The types of MySQL and MariaDB as logical types."""

ENGINE = "mysql"
"""Stands for both servers: what they store in common is carried verbatim between them."""
