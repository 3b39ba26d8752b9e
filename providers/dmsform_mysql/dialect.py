"""Designs the table of MySQL or MariaDB for a mapped table. Pure."""


class MysqlDialect:
    """Renders a target's schema."""
