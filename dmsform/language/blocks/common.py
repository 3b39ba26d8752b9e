"""What the blocks of all resources share."""

from __future__ import annotations

from dmsform.language.schema import AttributeSchema, BlockSchema, not_built_attributes, not_built_block
from dmsform.language.types import ANY, BOOL, STRING, ListType

_WRITE_OUT = "Leave it out, and write a block for each resource."

META_ARGUMENTS = (
    AttributeSchema("description", STRING, "What the resource is for. Means nothing to dmsform.", note=True),
    AttributeSchema(
        "depends_on",
        ListType(ANY),
        "Resources that must be applied before this one although it does not refer to them.",
    ),
    *not_built_attributes(_WRITE_OUT, "count", "for_each"),
    *not_built_attributes("Leave it out: an endpoint's engine names its provider.", "provider"),
)

_LEAVE_OUT = "Leave it out."

LIFECYCLE = BlockSchema(
    "lifecycle",
    "How the resource may change.",
    attributes=(
        AttributeSchema(
            "prevent_destroy", BOOL, "Refuse every plan that would destroy or replace the resource.", default="false"
        ),
        *not_built_attributes(
            _LEAVE_OUT, "create_before_destroy", "ignore_changes", "replace_triggered_by", "destroy", "enabled"
        ),
    ),
    blocks=(
        not_built_block("precondition", "What must hold before apply.", _LEAVE_OUT),
        not_built_block("postcondition", "What must hold after apply.", _LEAVE_OUT),
    ),
)

NOT_BUILT_BLOCKS = (
    not_built_block("dynamic", "Nested blocks made in a loop.", "Write the nested blocks out.", ("type",)),
    not_built_block("timeouts", "How long steps may take.", _LEAVE_OUT),
)
