"""`output`: a value shown after apply and by `dmsform output`."""

from __future__ import annotations

from dmsform.language.blocks.common import NOT_BUILT_BLOCKS
from dmsform.language.schema import AttributeSchema, BlockSchema, not_built_attributes, not_built_block
from dmsform.language.types import ANY, BOOL, STRING

OUTPUT = BlockSchema(
    "output",
    "A value shown after apply and by dmsform output.",
    labels=("name",),
    attributes=(
        AttributeSchema("value", ANY, "The value.", required=True, may_be_unknown=True),
        AttributeSchema("description", STRING, "What it is."),
        AttributeSchema("sensitive", BOOL, "Never show the value.", default="false"),
        *not_built_attributes("Leave it out: what the value refers to comes first anyway.", "depends_on"),
        *not_built_attributes("Use sensitive = true.", "ephemeral"),
    ),
    blocks=(not_built_block("precondition", "What must hold.", "Leave it out."), *NOT_BUILT_BLOCKS),
)
