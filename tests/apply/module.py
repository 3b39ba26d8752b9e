"""A throw-away module: a directory with a configuration, planned and applied as commands do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dmsform.api.local import stop_server
from dmsform.api.models import TaskView
from dmsform.apply import operations
from dmsform.apply.operations import ApplyResult, Request, Silent
from dmsform.diagnostics import Diagnostic
from dmsform.language.variables import VariableInput
from dmsform.plan.model import Action, Plan, ResourceChange
from dmsform.state.snapshot import Snapshot
from tests.servers import PostgresDatabase

PASSWORD = "target_password"

RUN = """
import os, sys
from pathlib import Path
from dmsform.apply import operations

request = operations.Request(Path(sys.argv[1]), (), dict(os.environ), sys.argv[2] == "destroy", 0.0, sys.argv[2])
plan = operations.make_plan(request, operations.Silent())
result = operations.apply_plan(request, plan, operations.Silent())
operations.wait_for_tasks(request, result, operations.Silent())
"""


@dataclass
class Recorder(Silent):
    """Notes what it is told."""

    started: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    views: list[TaskView] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)

    def change_started(self, change: ResourceChange) -> None:
        self.started.append(str(change.address))

    def change_failed(self, change: ResourceChange, diagnostics: Sequence[Diagnostic]) -> None:
        self.failed.append(str(change.address))

    def task_progress(self, view: TaskView) -> None:
        self.views.append(view)

    def state_lock_waiting(self, holder: str) -> None:
        self.waited.append(holder)


@dataclass
class Module:
    """A directory with `main.dms.hcl`."""

    directory: Path
    environ: dict[str, str] = field(default_factory=dict)

    def write(self, *parts: str) -> None:
        (self.directory / "main.dms.hcl").write_text("\n".join(parts))

    def request(self, command: str = "apply", *variables: VariableInput, **more: float) -> Request:
        return Request(
            self.directory, variables, self.environ, command == "destroy", more.get("lock_timeout", 0.0), command
        )

    def plan(self, command: str = "plan", *variables: VariableInput) -> Plan:
        return operations.make_plan(self.request(command, *variables), Silent())

    def apply(self, command: str = "apply", reporter: Recorder | None = None) -> ApplyResult:
        """Plan, apply and wait; fails when a step failed."""
        result = self.begin(command, reporter)
        assert result.errors == []
        operations.wait_for_tasks(self.request(command), result, reporter or Recorder())
        return result

    def begin(self, command: str = "apply", reporter: Recorder | None = None) -> ApplyResult:
        """Plan and apply, without waiting."""
        plan = self.plan(command)
        return operations.apply_plan(self.request(command), plan, reporter or Recorder())

    def state(self) -> Snapshot:
        return operations.read_state(self.request())

    def run(self, command: str, **environ: str) -> int:
        """Apply in a process of its own; its exit status."""
        passed = {**os.environ, **self.environ, **environ}
        arguments = [sys.executable, "-c", RUN, str(self.directory), command]
        done = subprocess.run(arguments, env=passed, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode

    def assert_nothing_to_do(self) -> None:
        plan = self.plan()
        assert plan.is_empty, [
            (str(c.address), c.reason, c.attributes) for c in plan.changes if c.action is not Action.NO_OP
        ] + [o for o in plan.outputs if o.action is not Action.NO_OP]

    def close(self) -> None:
        """Stop the replication server."""
        data_dir = self.directory / ".dmsform" / "instances" / "main"
        if data_dir.exists():
            stop_server(data_dir)


def actions(plan: Plan) -> dict[str, str]:
    """What happens to each resource that something happens to."""
    return {str(c.address): c.action.value for c in plan.changes if c.action is not Action.NO_OP}


INSTANCE = 'replication_instance "main" {\n  type = "local"\n}\n'
OUTPUT = 'output "status" {\n  value = task.move.status\n}\n'


def endpoint(name: str, database: PostgresDatabase) -> str:
    settings = database.settings()
    return f"""
endpoint "{name}" {{
  engine   = "postgresql"
  host     = "{settings["host"]}"
  port     = {settings["port"]}
  database = "{settings["database"]}"
  username = "{settings["username"]}"
  password = var.{PASSWORD}
}}
"""


VARIABLE = f'variable "{PASSWORD}" {{\n  type      = string\n  sensitive = true\n}}\n'


def task(body: str = "", table: str = "%") -> str:
    return f"""
task "move" {{
  replication_instance = replication_instance.main
  source               = endpoint.here
  target               = endpoint.there
  migration_type       = "full-load"

  selection "everything" {{
    schema = "public"
    table  = "{table}"
  }}
{body}
}}
"""
