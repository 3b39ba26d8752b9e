"""The names of preflight's checks: those of AWS DMS's premigration assessments where they fit, else in their manner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.provider.values import Role

VERSION = "mysql-check-supported-version"
MAX_PACKET = "mysql-check-max-allowed-packet-lob"
SELECTION = "all-check-source-selection-rules"
SELECT_RIGHTS = "mysql-check-select-privileges"
HIDDEN_COLUMNS = "mysql-check-column-privileges"
ROLES = "mysql-check-database-role"
VIEWS = "mysql-check-views"
ENGINE = "mysql-check-table-storage-engine"
DATA_TYPES = "unsupported-data-types-in-source"
READ_ONLY = "all-check-target-read-replica"
LOCAL_INFILE = "mysql-check-target-localinfile-set"
TARGET_RIGHTS = "mysql-check-target-privileges"
FOREIGN_KEYS = "mysql-check-fk-target"
TRIGGERS = "mysql-check-target-triggers"
GENERATED = "mysql-check-generated-columns"
PRIMARY_KEYS = "mysql-check-require-primary-key"
CHARACTER_SETS = "mysql-check-target-character-sets"
LETTER_CASE = "mysql-check-lower-case-table-names"
PAGE_SIZE = "mysql-check-innodb-page-size"

_SOURCE = (VERSION, SELECTION, SELECT_RIGHTS, HIDDEN_COLUMNS, ROLES, VIEWS, ENGINE, DATA_TYPES, MAX_PACKET)
_TARGET = (
    VERSION, READ_ONLY, LOCAL_INFILE, TARGET_RIGHTS, ROLES, ENGINE, FOREIGN_KEYS, TRIGGERS, GENERATED, PRIMARY_KEYS,
    CHARACTER_SETS, LETTER_CASE, PAGE_SIZE, MAX_PACKET,
)  # fmt: skip


def checks(role: Role) -> Sequence[str]:
    """The checks that preflight makes in this role, in their order."""
    match role:
        case Role.SOURCE:
            return _SOURCE
        case Role.TARGET:
            return _TARGET
        case _:
            assert_never(role)
