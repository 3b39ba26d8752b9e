"""Diagnostics of the state store."""

from dmsform.diagnostics import Code, ExitCode

STATE_URL = Code(
    "DMS201",
    "Invalid state URL",
    "The `url` of the state block is not a URL that dmsform can keep state at.",
    ExitCode.CONFIGURATION,
)
STATE_DRIVER = Code(
    "DMS202", "Missing state driver", "The driver of the state's database is not installed.", ExitCode.CONFIGURATION
)
STATE_UNREACHABLE = Code(
    "DMS203", "State is unreachable", "The database that holds the state did not answer.", ExitCode.UNREACHABLE
)
STATE_AUTHENTICATION = Code(
    "DMS204",
    "State refused the login",
    "The database that holds the state refused the user name or password of its URL.",
    ExitCode.AUTHENTICATION,
)
STATE_BROKEN = Code("DMS205", "State is damaged", "What stands at the state's URL is no state that can be read.")
STATE_FOREIGN = Code(
    "DMS206", "Not a dmsform state", "The file at the state's URL is a database of something else.", ExitCode.REFUSED
)
STATE_NEWER = Code(
    "DMS207",
    "State is from a newer dmsform",
    "The state was written in a format that this version does not know.",
    ExitCode.REFUSED,
)
STATE_LOCKED = Code(
    "DMS208", "State is locked", "Another command holds the state, so this one must not change anything.",
    ExitCode.LOCKED,
)  # fmt: skip
LOCK_TAKEN_OVER = Code(
    "DMS209",
    "Lock of a dead process taken over",
    "The process that held the state's lock died on this machine without releasing it.",
)
LOCK_LOST = Code(
    "DMS210",
    "State lock was lost",
    "Somebody removed this command's lock (`dmsform force-unlock`), so it must not write any more.",
    ExitCode.LOCKED,
)
NO_SUCH_LOCK = Code("DMS211", "No such lock", "The state is not locked, or another lock holds it.")
STATE_MOVED = Code(
    "DMS212",
    "State was changed by another command",
    "The state's serial or lineage is not what this command read.",
    ExitCode.STALE_PLAN,
)
STATE_NOT_SAVED = Code(
    "DMS213",
    "State could not be saved",
    "What was applied is not recorded in the state; it was written to a file beside the configuration.",
)
ERRORED_FILE = Code(
    "DMS214", "Cannot push this state", "The file is no saved state, or belongs to another state, or is older."
)
STATE_STATEMENT = Code("DMS215", "State database failed", "The state's database refused a statement.")

CODES = (
    STATE_URL, STATE_DRIVER, STATE_UNREACHABLE, STATE_AUTHENTICATION, STATE_BROKEN, STATE_FOREIGN, STATE_NEWER,
    STATE_LOCKED, LOCK_TAKEN_OVER, LOCK_LOST, NO_SUCH_LOCK, STATE_MOVED, STATE_NOT_SAVED, ERRORED_FILE,
    STATE_STATEMENT,
)  # fmt: skip
