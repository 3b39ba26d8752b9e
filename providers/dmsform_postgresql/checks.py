"""The names of preflight's checks: those of AWS DMS's premigration assessments where they fit, else in their manner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.provider.values import Role

VERSION = "postgres-check-dbversion"
TIMEOUTS = "postgres-check-idle-in-transaction-session-timeout"
SELECT_RIGHTS = "postgres-check-select-object-privileges"
ROW_SECURITY = "postgres-check-row-security"
OTHER_RELATIONS = "postgres-check-materialized-views"
SELECTION = "all-check-source-selection-rules"
DATA_TYPES = "unsupported-data-types-in-source"
READ_ONLY = "all-check-target-read-replica"
ENCODING = "postgres-check-target-encoding"
TARGET_RIGHTS = "postgres-check-target-privileges"
TARGET_TYPES = "postgres-check-target-data-types"
TABLESPACES = "postgres-check-target-tablespaces"

_SOURCE = (VERSION, TIMEOUTS, SELECTION, SELECT_RIGHTS, ROW_SECURITY, OTHER_RELATIONS, DATA_TYPES)
_TARGET = (VERSION, TIMEOUTS, READ_ONLY, ENCODING, TARGET_RIGHTS, TARGET_TYPES, TABLESPACES)


def checks(role: Role) -> Sequence[str]:
    """The checks that preflight makes in this role, in their order."""
    match role:
        case Role.SOURCE:
            return _SOURCE
        case Role.TARGET:
            return _TARGET
        case _:
            assert_never(role)
