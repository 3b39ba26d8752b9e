"""The rules of a table-mapping document as frozen values: one class per rule-type and per transformation action.

Source of the grammar: AWS DMS user guide, "Specifying table selection and transformations rules using JSON".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dmsform.catalog.expressions.syntax import Expression
from dmsform.catalog.mapping import FilterCondition, MaskKind
from dmsform.catalog.types import LogicalType
from dmsform.diagnostics import SourceRange


@dataclass(frozen=True, slots=True)
class RuleHead:
    """What every rule has: its id (AWS DMS orders by the number), its name, its place in the document and the HCL."""

    id: int
    name: str
    path: str
    subject: SourceRange | None = None

    def __str__(self) -> str:
        """The rule as messages name it: `rule 3 "recent"`."""
        return f'rule {self.id} "{self.name}"'


class SelectionAction(StrEnum):
    """What a selection rule does with the tables it matches."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    EXPLICIT = "explicit"


class TableType(StrEnum):
    """Which kinds a selection rule sees."""

    TABLE = "table"
    VIEW = "view"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """One `filters` entry: any of its conditions must hold. `path` is its place in the document."""

    column: str
    conditions: tuple[FilterCondition, ...]
    path: str
    subject: SourceRange | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection rule; `exact`: the names are literal (explicit rules and rules with filters)."""

    head: RuleHead
    schema: str
    table: str
    action: SelectionAction
    table_type: TableType | None = None
    load_order: int | None = None
    filters: tuple[SourceFilter, ...] = ()
    exact: bool = False


class RuleTarget(StrEnum):
    """The kind of object that a transformation changes."""

    SCHEMA = "schema"
    TABLE = "table"
    COLUMN = "column"
    TABLE_TABLESPACE = "table-tablespace"
    INDEX_TABLESPACE = "index-tablespace"


@dataclass(frozen=True, slots=True)
class Locator:
    """An object-locator: patterns, `%` where the document leaves one out; data_type is an AWS DMS type name.

    exact -- schema and table are literal names (define-primary-key).
    """

    schema: str
    table: str = "%"
    column: str = "%"
    tablespace: str = "%"
    data_type: str | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a name of its own, or one computed from metadata (`$AR_M_SOURCE_SCHEMA` ...)."""

    value: str | None = None
    expression: Expression | None = None


class Letters(StrEnum):
    """The two case conversions."""

    LOWERCASE = "convert-lowercase"
    UPPERCASE = "convert-uppercase"


@dataclass(frozen=True, slots=True)
class ConvertCase:
    """Put a name in lower or upper case."""

    letters: Letters


@dataclass(frozen=True, slots=True)
class AddPrefix:
    """Put `value` before a name."""

    value: str


@dataclass(frozen=True, slots=True)
class RemovePrefix:
    """Take `value` off the front of a name that has it."""

    value: str


@dataclass(frozen=True, slots=True)
class ReplacePrefix:
    """Put `value` in the place of `old` at the front of a name that has it."""

    old: str
    value: str


@dataclass(frozen=True, slots=True)
class AddSuffix:
    """Put `value` behind a name."""

    value: str


@dataclass(frozen=True, slots=True)
class RemoveSuffix:
    """Take `value` off the end of a name that has it."""

    value: str


@dataclass(frozen=True, slots=True)
class ReplaceSuffix:
    """Put `value` in the place of `old` at the end of a name that has it."""

    old: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoveColumn:
    """Leave the column out."""


@dataclass(frozen=True, slots=True)
class IncludeColumn:
    """Keep this column and drop all that no include-column rule names."""


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A new target column, computed at the source."""

    name: str
    expression: Expression
    type: LogicalType


@dataclass(frozen=True, slots=True)
class DefinePrimaryKey:
    """Give the target table this key; `columns` in key order."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeDataType:
    """Create the target column with this type and convert values to it."""

    type: LogicalType


@dataclass(frozen=True, slots=True)
class MaskData:
    """Mask the column's values at the source; `character` replaces each digit in DIGITS_MASK."""

    kind: MaskKind
    character: str = ""


NameAction: TypeAlias = (
    Rename | ConvertCase | AddPrefix | RemovePrefix | ReplacePrefix | AddSuffix | RemoveSuffix | ReplaceSuffix
)
Action: TypeAlias = NameAction | RemoveColumn | IncludeColumn | AddColumn | DefinePrimaryKey | ChangeDataType | MaskData


@dataclass(frozen=True, slots=True)
class Transformation:
    """A transformation rule that this version honours."""

    head: RuleHead
    target: RuleTarget
    locator: Locator
    action: Action


class UnhonouredKind(StrEnum):
    """Rules that are read and checked, but not acted on by this version."""

    TABLE_SETTINGS = "table-settings"
    VALIDATION = "validation"
    OBJECT_MAPPING = "object-mapping"
    POST_PROCESSING = "post-processing"
    BEFORE_IMAGE = "add-before-image-columns"


@dataclass(frozen=True, slots=True)
class Unhonoured:
    """A valid rule that this version does not act on; each has given its warning."""

    head: RuleHead
    kind: UnhonouredKind


@dataclass(frozen=True, slots=True)
class TableMappings:
    """A table-mapping document, rules of each kind ordered by rule-id."""

    selections: tuple[Selection, ...] = ()
    transformations: tuple[Transformation, ...] = ()
    unhonoured: tuple[Unhonoured, ...] = ()
