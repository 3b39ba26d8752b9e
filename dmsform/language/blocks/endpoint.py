"""`endpoint`: connection information of a data store. Arguments beside `engine` belong to the engine's provider."""

from __future__ import annotations

from dmsform.language.blocks.common import LIFECYCLE, META_ARGUMENTS, NOT_BUILT_BLOCKS
from dmsform.language.schema import AttributeSchema, BlockSchema
from dmsform.language.types import STRING

ENDPOINT = BlockSchema(
    "endpoint",
    "Connection information of a source or target data store.",
    labels=("name",),
    attributes=(
        AttributeSchema("engine", STRING, 'The provider: "postgresql", "sqlite", ...', required=True),
        *META_ARGUMENTS,
    ),
    blocks=(
        BlockSchema(
            "embedded",
            "A server of the endpoint's own that apply starts, for trials and tests.",
            attributes=(
                AttributeSchema(
                    "data_dir", STRING, "Where the server keeps its data, relative to the configuration.", required=True
                ),
            ),
        ),
        LIFECYCLE,
        *NOT_BUILT_BLOCKS,
    ),
    open=True,
)
