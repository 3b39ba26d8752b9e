"""AWS DMS's table-mapping documents: read, checked, and given as frozen values."""

from dmsform.catalog.rules.document import parse_rules
from dmsform.catalog.rules.model import TableMappings

__all__ = ["TableMappings", "parse_rules"]
