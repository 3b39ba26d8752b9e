"""All commands: where each one is, in the order of a user's work. A new command is a new file and a line here."""

from __future__ import annotations

from typing import Final

_HERE = "dmsform.cli.commands"

COMMANDS: Final = {
    "validate": f"{_HERE}.validate:validate",
    "plan": f"{_HERE}.plan:plan",
    "apply": f"{_HERE}.apply:apply",
    "destroy": f"{_HERE}.destroy:destroy",
    "assess": f"{_HERE}.assess:assess",
    "show": f"{_HERE}.show:show",
    "output": f"{_HERE}.output:output",
    "endpoint": f"{_HERE}.groups:endpoint",
    "task": f"{_HERE}.groups:task",
    "server": f"{_HERE}.groups:server",
    "state": f"{_HERE}.groups:state",
    "force-unlock": f"{_HERE}.force_unlock:force_unlock",
    "version": f"{_HERE}.version:version",
}

UNBUILT: Final = {
    "fmt": "rewrites files in the canonical style",
    "graph": "prints the dependency graph",
    "import": "adopts a running task",
    "console": "evaluates expressions",
    "init": "writes a first configuration",
}

ENDPOINT_COMMANDS: Final = {"test": f"{_HERE}.endpoint_test:check"}

TASK_COMMANDS: Final = {
    "status": f"{_HERE}.task_status:status",
    "start": f"{_HERE}.task_start:start",
    "stop": f"{_HERE}.task_stop:stop",
    "resume": f"{_HERE}.task_resume:resume",
    "reload": f"{_HERE}.task_reload:reload",
    "logs": f"{_HERE}.task_logs:logs",
}

TASK_UNBUILT: Final = {"validate": "compares source and target rows"}

SERVER_COMMANDS: Final = {
    "run": f"{_HERE}.server_run:run",
    "status": f"{_HERE}.server_status:status",
    "stop": f"{_HERE}.server_stop:stop",
}

STATE_COMMANDS: Final = {
    "list": f"{_HERE}.state_list:list_resources",
    "show": f"{_HERE}.state_show:show",
    "push": f"{_HERE}.state_push:push",
}

STATE_UNBUILT: Final = {
    "mv": "renames a resource in the state",
    "rm": "forgets a resource",
    "pull": "prints the whole state",
    "history": "lists the versions of the state",
}
