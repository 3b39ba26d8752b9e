"""Diagnostics of the API's client: the server does not answer, or cannot be started."""

from dmsform.diagnostics import Code, ExitCode

SERVER_NOT_RUNNING = Code(
    "DMS751",
    "Replication server is not running",
    "No server answers for the data directory.",
    ExitCode.UNREACHABLE,
)
SERVER_FAILED_TO_START = Code(
    "DMS752",
    "Replication server did not start",
    "The server process was started, but ended or did not answer in time.",
)
SERVER_GONE = Code(
    "DMS753",
    "Replication server stopped answering",
    "The connection to the server broke in the middle of a request.",
    ExitCode.UNREACHABLE,
)
UNEXPECTED_ANSWER = Code(
    "DMS754",
    "Unexpected answer",
    "What answered does not speak this version of the replication server's API.",
)
SERVER_DOES_NOT_STOP = Code(
    "DMS755",
    "Replication server does not stop",
    "The server was asked to stop and still runs.",
)

CODES = (SERVER_NOT_RUNNING, SERVER_FAILED_TO_START, SERVER_GONE, UNEXPECTED_ANSWER, SERVER_DOES_NOT_STOP)
