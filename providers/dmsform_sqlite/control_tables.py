"""The control tables that dmsform keeps in a target file."""

TASKS = "dmsform_control_tasks"
CLAIMS = "dmsform_control_claims"
TABLES = "dmsform_control_tables"
CONTROL_TABLES = frozenset({TASKS, CLAIMS, TABLES})
