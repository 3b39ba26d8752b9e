"""`variable`: a value that is given from outside."""

from __future__ import annotations

from dmsform.language.schema import AttributeSchema, BlockSchema, not_built_attributes
from dmsform.language.types import ANY, BOOL, STRING

VARIABLE = BlockSchema(
    "variable",
    "A value given from outside: by -var, a file or the environment.",
    labels=("name",),
    attributes=(
        AttributeSchema(
            "type",
            ANY,
            "What values it takes: string, number, bool, any, list(T), set(T), map(T), tuple([T]), "
            "object({ name = T, other = optional(T, DEFAULT) }).",
            default="any",
        ),
        AttributeSchema("default", ANY, "The value where none is given; without it, one must be given."),
        AttributeSchema("description", STRING, "What it is for."),
        AttributeSchema("sensitive", BOOL, "Never show the value.", default="false"),
        AttributeSchema("nullable", BOOL, "Whether null is a value; if not, null means the default.", default="true"),
        *not_built_attributes("Use sensitive = true: secrets are never stored.", "ephemeral"),
        *not_built_attributes("Leave it out, and say it in the description.", "deprecated", "const"),
    ),
    blocks=(
        BlockSchema(
            "validation",
            "A rule that the value must keep.",
            attributes=(
                AttributeSchema("condition", BOOL, "Whether the value is good.", required=True),
                AttributeSchema("error_message", STRING, "What to say when it is not.", required=True),
            ),
            many=True,
        ),
    ),
)
