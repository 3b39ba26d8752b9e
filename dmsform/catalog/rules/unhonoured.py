"""Reads the rules that this version checks but does not act on: table-settings, validation, object-mapping,
post-processing and add-before-image-columns. Each gives a warning that names its key path (G5: nothing in silence).

Sources: AWS DMS user guide, "Table and collection settings rules and operations", "AWS DMS data validation",
"Before image" settings and the target chapters of Kinesis, Kafka and Amazon S3.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dmsform.catalog import codes
from dmsform.catalog.rules.model import RuleHead, Unhonoured, UnhonouredKind
from dmsform.catalog.rules.reading import Reader

_EXACT = "table settings need exact names"


class ParallelLoadType(StrEnum):
    """How a table is split for its load."""

    PARTITIONS_AUTO = "partitions-auto"
    SUBPARTITIONS_AUTO = "subpartitions-auto"
    PARTITIONS_LIST = "partitions-list"
    RANGES = "ranges"
    NONE = "none"


class LobMode(StrEnum):
    """How large objects of a table are moved."""

    LIMITED = "limited"
    UNLIMITED = "unlimited"
    NONE = "none"


class ObjectMappingAction(StrEnum):
    """What a record becomes."""

    MAP_RECORD_TO_RECORD = "map-record-to-record"
    MAP_RECORD_TO_DOCUMENT = "map-record-to-document"


class ColumnFilter(StrEnum):
    """Which columns get a before image."""

    PK_ONLY = "pk-only"
    NON_LOB = "non-lob"
    ALL = "all"


class _Columns(StrEnum):
    COLUMN = "column"


class _Tables(StrEnum):
    TABLE = "table"


class _OverrideValidation(StrEnum):
    OVERRIDE = "override-validation-function"


class _AddTag(StrEnum):
    ADD_TAG = "add-tag"


def read_table_settings(reader: Reader, head: RuleHead) -> Unhonoured:
    """A table-settings rule: parallel-load and lob-settings of one table."""
    if locator := reader.child("object-locator", required=True):
        locator.exact("schema-name", _EXACT)
        locator.exact("table-name", _EXACT)
        locator.end()
    if load := reader.child("parallel-load"):
        _read_parallel_load(load)
    if lobs := reader.child("lob-settings"):
        lobs.choice("mode", LobMode, required=False)
        lobs.number("bulk-max-size", 0, 2147483647)
        lobs.end()
        _warn(lobs, "large objects are moved in full, whatever their size")
    return Unhonoured(head, UnhonouredKind.TABLE_SETTINGS)


def _read_parallel_load(reader: Reader) -> None:
    kind = reader.choice("type", ParallelLoadType)
    for key in ("partitions", "subpartitions"):
        reader.texts(key)
    columns = reader.texts("columns", required=kind is ParallelLoadType.RANGES)
    boundaries = reader.items("boundaries", required=kind is ParallelLoadType.RANGES)
    for key in ("number-of-partitions", "max-records-skip-per-page", "batch-size"):
        reader.number(key, 0, 2147483647)
    reader.also("collection-count-from-metadata")
    if len(columns) > 10:
        reader.findings.error(
            codes.INVALID_VALUE, reader.at("columns"), "more than 10 columns.", "Name at most 10 columns."
        )
    for at, boundary in enumerate(boundaries):
        _check_boundary(reader, f"boundaries[{at}]", boundary, len(columns))
    reader.end()
    if kind is not ParallelLoadType.NONE:
        _warn(reader, "the table is loaded in one piece")


def _check_boundary(reader: Reader, key: str, boundary: Any, columns: int) -> None:
    if not isinstance(boundary, list) or len(boundary) != columns:
        reader.findings.error(
            codes.INVALID_VALUE,
            reader.at(key),
            "a boundary is a list with one value for each of the columns.",
            f"Give {columns} values.",
        )


def read_validation(reader: Reader, head: RuleHead) -> Unhonoured:
    """A validation override rule."""
    reader.choice("rule-target", _Columns)
    reader.choice("rule-action", _OverrideValidation)
    if locator := reader.child("object-locator", required=True):
        for key in ("schema-name", "table-name", "column-name"):
            locator.pattern(key)
        locator.text("data-type", required=False)
        locator.end()
    reader.text("source-function")
    reader.text("target-function")
    _warn(reader, "the column is not validated by functions of its own")
    return Unhonoured(head, UnhonouredKind.VALIDATION)


def read_object_mapping(reader: Reader, head: RuleHead) -> Unhonoured:
    """An object-mapping rule (targets that hold documents or streams)."""
    reader.choice("rule-action", ObjectMappingAction)
    _read_patterns(reader)
    reader.text("target-table-name", required=False)
    reader.child("mapping-parameters")
    _warn(reader, "records keep the columns of their table")
    return Unhonoured(head, UnhonouredKind.OBJECT_MAPPING)


def read_post_processing(reader: Reader, head: RuleHead) -> Unhonoured:
    """A post-processing rule (tags of objects in Amazon S3)."""
    reader.choice("rule-action", _AddTag)
    reader.choice("rule-target", _Tables, required=False)
    _read_patterns(reader)
    for tag in reader.children("tag-set", required=True):
        tag.text("key")
        tag.text("value", required=False)
        tag.end()
    _warn(reader, "no tag is set")
    return Unhonoured(head, UnhonouredKind.POST_PROCESSING)


def read_before_image(reader: Reader, head: RuleHead) -> Unhonoured:
    """An add-before-image-columns transformation."""
    if definition := reader.child("before-image-def"):
        for key in ("column-prefix", "column-suffix"):
            definition.text(key, required=False)
        definition.choice("column-filter", ColumnFilter, required=False)
        if definition.record.get("column-prefix") == "" and not definition.record.get("column-suffix"):
            definition.findings.error(
                codes.CONTRADICTORY_RULE,
                definition.at("column-prefix"),
                "prefix and suffix are both empty, so a before image would have its column's own name.",
                "Give a prefix or a suffix.",
            )
        definition.end()
    _warn(reader, "no before-image columns are added")
    return Unhonoured(head, UnhonouredKind.BEFORE_IMAGE)


def _read_patterns(reader: Reader) -> None:
    if locator := reader.child("object-locator", required=True):
        locator.pattern("schema-name")
        locator.pattern("table-name")
        locator.choice("table-type", _AnyKind, required=False)
        locator.end()


class _AnyKind(StrEnum):
    TABLE = "table"
    VIEW = "view"
    ALL = "all"


def _warn(reader: Reader, instead: str) -> None:
    reader.findings.warning(
        codes.NOT_HONOURED,
        reader.path,
        f"this version does not act on it: {instead}.",
        "Remove it if that is not needed.",
    )
