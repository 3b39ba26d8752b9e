"""The groups of commands: `endpoint ...`, `task ...`, `server ...`, `state ...`."""

from dmsform.cli import table
from dmsform.cli.kit import Group

endpoint = Group(
    "endpoint",
    table=table.ENDPOINT_COMMANDS,
    unbuilt={},
    help="Test the endpoints of the configuration.",
    short_help="Test endpoints.",
)
task = Group(
    "task",
    table=table.TASK_COMMANDS,
    unbuilt=table.TASK_UNBUILT,
    help="Watch and steer the tasks on their replication servers.",
    short_help="Watch and steer tasks.",
)
server = Group(
    "server",
    table=table.SERVER_COMMANDS,
    unbuilt={},
    help="Look after the replication servers of type local, or run one.",
    short_help="Look after replication servers.",
)
state = Group(
    "state",
    table=table.STATE_COMMANDS,
    unbuilt=table.STATE_UNBUILT,
    help="Look into the state, or bring back one that could not be saved.",
    short_help="Look into the state.",
)
