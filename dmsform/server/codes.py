"""Diagnostics of the replication server."""

from dmsform.diagnostics import Code, ExitCode

SERVER_RUNS_ALREADY = Code(
    "DMS701", "Replication server runs already", "One data directory has one server.", ExitCode.LOCKED
)
DATA_DIRECTORY = Code(
    "DMS702",
    "Data directory cannot be used",
    "The directory belongs to somebody else, or others can read it, or it cannot be written.",
    ExitCode.CONFIGURATION,
)
LISTEN_ADDRESS = Code(
    "DMS703",
    "Listen address refused",
    "The API answers on the Unix socket and, if wanted, on loopback TCP; never on a network.",
    ExitCode.CONFIGURATION,
)
KEY_MISSING = Code(
    "DMS704",
    "Secrets cannot be decrypted",
    "The key file is missing or is not the one that the stored tasks were encrypted with.",
)
STORE_FORMAT = Code(
    "DMS705", "Store was written by another version", "The server's store has a format that this version does not know."
)
DIRECTORY_COPIED = Code(
    "DMS706",
    "Data directory was copied",
    "The store is a copy of another server's: its tasks were stopped, so that two servers do not run them.",
)
UNKNOWN_TASK = Code("DMS711", "Unknown task", "The server has no task of that name for this state.")
STALE_CHECKOUT = Code(
    "DMS712",
    "Checkout lags behind",
    "Somebody applied a newer state of the same configuration to this server.",
    ExitCode.LOCKED,
)
TASK_RUNS = Code("DMS713", "Task is running", "What was asked needs a task that does not run.", ExitCode.REFUSED)
INVALID_REQUEST = Code("DMS714", "Invalid request", "The request does not have the form the API wants.")
UNAUTHORIZED = Code(
    "DMS715", "Token refused", "Over TCP every request needs the server's bearer token.", ExitCode.AUTHENTICATION
)
SERVER_ERROR = Code("DMS716", "Server error", "The server met an error that it does not know.")
TASK_DOES_NOT_STOP = Code("DMS717", "Task does not stop", "The task's process still runs after it was asked to stop.")
CONTROL_NOT_RELEASED = Code(
    "DMS718",
    "Control rows were left on the target",
    "The task was forgotten, but its target could not be reached to remove its control rows.",
)
TASK_PROCESS_DIED = Code(
    "DMS719",
    "Task process keeps dying",
    "The task's process was killed, and killed again each time the server brought it back.",
    ExitCode.TASK_FAILED,
)
TASK_ERROR = Code(
    "DMS720", "Unexpected error in the task", "The task's process met an error it does not know.", ExitCode.TASK_FAILED
)

CODES = (
    SERVER_RUNS_ALREADY, DATA_DIRECTORY, LISTEN_ADDRESS, KEY_MISSING, STORE_FORMAT, DIRECTORY_COPIED, UNKNOWN_TASK,
    STALE_CHECKOUT, TASK_RUNS, INVALID_REQUEST, UNAUTHORIZED, SERVER_ERROR, TASK_DOES_NOT_STOP, CONTROL_NOT_RELEASED,
    TASK_PROCESS_DIED, TASK_ERROR,
)  # fmt: skip
