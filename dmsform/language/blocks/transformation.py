"""`transformation` in a task: names, types and contents on the target. AWS DMS's transformation rules."""

from __future__ import annotations

from dmsform.language.schema import AttributeSchema, BlockSchema, NotBuilt, not_built_block
from dmsform.language.types import NUMBER, STRING, ListType

_ONGOING = "It concerns ongoing replication, which this version does not do: leave it out."

ACTIONS = (
    "rename", "remove-column", "include-column", "convert-lowercase", "convert-uppercase", "add-prefix",
    "remove-prefix", "replace-prefix", "add-suffix", "remove-suffix", "replace-suffix", "add-column",
    "define-primary-key", "change-data-type", "add-before-image-columns", "data-masking-digits-mask",
    "data-masking-digits-randomize", "data-masking-hash-mask",
)  # fmt: skip

DATA_TYPE = BlockSchema(
    "data_type",
    "The type of an added or changed column, in AWS DMS's types.",
    attributes=(
        AttributeSchema("type", STRING, "string, int4, numeric, datetime, ...", required=True),
        AttributeSchema("precision", NUMBER, "Digits of a numeric, or of fractions of a second.", whole=True),
        AttributeSchema("scale", NUMBER, "Digits behind the point of a numeric.", whole=True),
        AttributeSchema("length", NUMBER, "Characters or bytes.", whole=True),
    ),
)

PRIMARY_KEY = BlockSchema(
    "primary_key",
    "The key that define-primary-key defines.",
    attributes=(
        AttributeSchema("name", STRING, "The constraint's name.", required=True),
        AttributeSchema(
            "origin", STRING, "What it is.", choices=("primary-key", "unique-index"), default='"primary-key"'
        ),
        AttributeSchema("columns", ListType(STRING), "The key's columns, in order.", required=True),
    ),
)

TRANSFORMATION = BlockSchema(
    "transformation",
    "What changes on the way to the target. Of two rules for the same thing the first wins.",
    labels=("name",),
    attributes=(
        AttributeSchema(
            "target",
            STRING,
            "What is transformed.",
            required=True,
            choices=("schema", "table", "column", "table-tablespace", "index-tablespace"),
        ),
        AttributeSchema("schema", STRING, "Pattern of the source's schema.", required=True),
        AttributeSchema("table", STRING, "Pattern of the source's table."),
        AttributeSchema("column", STRING, "Pattern of the source's column."),
        AttributeSchema("table_tablespace", STRING, "Pattern of the table's tablespace."),
        AttributeSchema("index_tablespace", STRING, "Pattern of the index's tablespace."),
        AttributeSchema("data_type_match", STRING, "Only columns of this type of AWS DMS."),
        AttributeSchema(
            "action",
            STRING,
            "What is done.",
            required=True,
            choices=ACTIONS,
            not_built=(NotBuilt("add-before-image-columns", _ONGOING),),
        ),
        AttributeSchema("value", STRING, "The new name, prefix, suffix or masking character."),
        AttributeSchema("old_value", STRING, "The prefix or suffix that is replaced."),
        AttributeSchema("expression", STRING, "SQLite's expression for the content; columns are written $NAME."),
    ),
    blocks=(DATA_TYPE, PRIMARY_KEY, not_built_block("before_image_def", "Columns for old values.", _ONGOING)),
    many=True,
)
