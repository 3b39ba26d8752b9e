"""`selection` in a task: which tables, which of their rows. AWS DMS's selection rules."""

from __future__ import annotations

from dmsform.language.schema import AttributeSchema, BlockSchema
from dmsform.language.types import NUMBER, STRING

_CONDITION = (
    AttributeSchema(
        "operator",
        STRING,
        "How to compare.",
        choices=("eq", "noteq", "gte", "lte", "ste", "between", "notbetween", "null", "notnull"),
    ),
    AttributeSchema("value", STRING, "The operand of eq, noteq, gte, lte and ste."),
    AttributeSchema("start_value", STRING, "The lower operand of between and notbetween."),
    AttributeSchema("end_value", STRING, "The upper operand of between and notbetween."),
)

FILTER = BlockSchema(
    "filter",
    "Which rows of the table. A row must pass every filter.",
    attributes=(AttributeSchema("column", STRING, "The column compared.", required=True), *_CONDITION),
    blocks=(
        BlockSchema(
            "condition",
            "One of several conditions on the column; a row passes when any holds.",
            (),
            _CONDITION,
            many=True,
        ),
    ),
    many=True,
)

SELECTION = BlockSchema(
    "selection",
    "Tables that the task moves, or leaves out.",
    labels=("name",),
    attributes=(
        AttributeSchema("schema", STRING, "Pattern of the schema: % any text, _ one character.", required=True),
        AttributeSchema("table", STRING, "Pattern of the table.", required=True),
        AttributeSchema(
            "action",
            STRING,
            "include: move the tables; exclude: leave them out; explicit: move the table of exactly this name.",
            choices=("include", "exclude", "explicit"),
            default='"include"',
        ),
        AttributeSchema("table_type", STRING, "What is selected.", choices=("table", "view", "all"), default='"table"'),
        AttributeSchema("load_order", NUMBER, "Higher loads first.", whole=True),
    ),
    blocks=(FILTER,),
    many=True,
)
