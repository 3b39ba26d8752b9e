"""dmsform as its user runs it: a configuration, `dmsform apply`, a replication server, a task."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.full_load.memory import PeakMemory
from benchmarks.full_load.stores import TABLE, Store


@dataclass(frozen=True)
class Run:
    """One load. task -- seconds from the table's start to its end; apply -- of the whole command; pss -- bytes."""

    task: float
    apply: float
    pss: int
    processes: int


def run_task(source: Store, target: Store, folder: Path) -> Run:
    """Apply a configuration that loads the table, and take everything down again but the rows."""
    folder.mkdir()
    (folder / "main.dms.hcl").write_text(_configuration(source, target))
    try:
        started = time.perf_counter()
        with PeakMemory(str(folder)) as memory:
            _dmsform(folder, "apply", "-auto-approve")
        elapsed = time.perf_counter() - started
        (task,) = json.loads(_dmsform(folder, "task", "status", "-json"))["tasks"]
    finally:
        _dmsform(folder, "destroy", "-auto-approve")
    (table,) = task["tables"]
    return Run(table["full_load_end_time"] - table["full_load_start_time"], elapsed, memory.peak, memory.processes)


def _dmsform(folder: Path, *arguments: str) -> str:
    # The replication server hands TMPDIR on: the word by which all processes that come of it are found.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["TMPDIR"] = str(folder)
    done = subprocess.run(
        [sys.executable, "-m", "dmsform", *arguments], cwd=folder, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"dmsform {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _configuration(source: Store, target: Store) -> str:
    from_schema, to_schema = source.schemas[0], target.schemas[1]
    rename = "" if from_schema == to_schema else _rename(from_schema, to_schema)
    return f"""
replication_instance "main" {{
  type = "local"
}}
{_endpoint("origin", source, source.arguments(source=True))}
{_endpoint("goal", target, target.arguments(source=False))}
task "load" {{
  replication_instance = replication_instance.main
  source               = endpoint.origin
  target               = endpoint.goal
  migration_type       = "full-load"

  selection "table" {{
    schema = "{from_schema}"
    table  = "{TABLE}"
  }}
{rename}}}
"""


def _rename(old: str, new: str) -> str:
    return f"""
  transformation "schema" {{
    target = "schema"
    schema = "{old}"
    action = "rename"
    value  = "{new}"
  }}
"""


def _endpoint(name: str, store: Store, arguments: dict[str, Any]) -> str:
    lines = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in arguments.items())
    return f'\nendpoint "{name}" {{\n  engine = "{store.engine}"\n{lines}\n}}\n'
