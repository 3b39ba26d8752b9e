"""All blocks that may stand at the top of a file."""

from __future__ import annotations

from dmsform.language.blocks.endpoint import ENDPOINT
from dmsform.language.blocks.local_values import LOCALS
from dmsform.language.blocks.output import OUTPUT
from dmsform.language.blocks.replication_instance import REPLICATION_INSTANCE
from dmsform.language.blocks.settings import DMSFORM
from dmsform.language.blocks.task import TASK
from dmsform.language.blocks.variable import VARIABLE
from dmsform.language.schema import BlockSchema, not_built_block

BLOCKS = (DMSFORM, VARIABLE, LOCALS, REPLICATION_INSTANCE, ENDPOINT, TASK, OUTPUT)
"""What this version builds, in the order of the documentation."""

_APPLIED = "Leave it out: this version manages what it has applied itself."

NOT_BUILT_BLOCKS = (
    not_built_block(
        "module", "Another directory's configuration.", "Copy that configuration's blocks here.", ("name",)
    ),
    not_built_block(
        "data", "Something read and not managed.", "Give the values in locals or variables.", ("type", "name")
    ),
    not_built_block("moved", "A resource's new name.", _APPLIED),
    not_built_block("import", "A resource taken over.", _APPLIED),
    not_built_block("removed", "A resource forgotten.", _APPLIED),
    not_built_block("check", "A condition that is watched.", "Leave it out.", ("name",)),
    not_built_block("provider", "A provider's settings.", "Leave it out: endpoints hold all settings.", ("name",)),
    not_built_block("ephemeral", "A value never stored.", "Use a sensitive variable.", ("type", "name")),
)

ROOT = BlockSchema("configuration", "The blocks of a configuration.", blocks=(*BLOCKS, *NOT_BUILT_BLOCKS))
