"""`replication_instance`: the server that runs the replication software."""

from __future__ import annotations

from dmsform.language.blocks.common import LIFECYCLE, META_ARGUMENTS, NOT_BUILT_BLOCKS
from dmsform.language.schema import AttributeSchema, BlockSchema, NotBuilt
from dmsform.language.types import NUMBER, STRING

_LOCAL = 'Use type = "local": a server process on this machine.'

REPLICATION_INSTANCE = BlockSchema(
    "replication_instance",
    "The server that runs the replication software.",
    labels=("name",),
    attributes=(
        AttributeSchema(
            "type",
            STRING,
            "local: a server process that apply starts on this machine and that outlives apply.",
            choices=("local", "ssh", "remote", "ray"),
            not_built=(NotBuilt("ssh", _LOCAL), NotBuilt("remote", _LOCAL), NotBuilt("ray", _LOCAL)),
            default='"local"',
        ),
        AttributeSchema(
            "data_dir",
            STRING,
            "Where the server keeps its store and logs, relative to the configuration.",
            default='".dmsform/instances/NAME"',
        ),
        AttributeSchema(
            "max_full_load_tasks",
            NUMBER,
            "How many tasks load at the same time.",
            whole=True,
            instead="Leave it out; full_load { parallel_tables } of a task bounds what runs at the same time.",
        ),
        AttributeSchema(
            "allocated_storage",
            STRING,
            "Bound of the change cache.",
            instead="Leave it out: a full load needs no change cache.",
        ),
        *META_ARGUMENTS,
    ),
    blocks=(LIFECYCLE, *NOT_BUILT_BLOCKS),
    exports=(
        ("machine", "The machine that the server runs on."),
        ("host", "That machine's host name."),
        ("server_id", "The server's own id."),
    ),
)
