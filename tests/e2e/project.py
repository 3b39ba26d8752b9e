"""A throw-away project: a folder with a configuration, run through the real command line in real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.prefork import HungError, preloaded

TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """What a finished command left behind."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams, for messages and for searching."""
        return self.stdout + self.stderr


@dataclass
class Project:
    """A folder with `*.dms.hcl` files. Stops its replication servers when closed.

    fresh -- whether every command starts Python anew, as users do, instead of coming from a preloaded process.
    """

    directory: Path
    environ: dict[str, str] = field(default_factory=dict)
    fresh: bool = False

    def write(self, text: str, name: str = "main.dms.hcl") -> None:
        """Replace a file of the configuration."""
        (self.directory / name).write_text(text)

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        base = {k: v for k, v in os.environ.items() if not k.startswith(("DMS_VAR_", "DMSFORM_"))}
        return {**base, **self.environ, **extra}

    def spawn(self, *arguments: str, extra: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "dmsform", *arguments],
            cwd=self.directory,
            env=self._environment(extra or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, extra: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end; with an environment of its own it starts Python anew."""
        if not self.fresh and extra is None:
            try:
                return Ran(*preloaded().run(arguments, self.directory, self._environment({}), TIMEOUT_SECONDS))
            except HungError as error:
                raise AssertionError(f"dmsform {' '.join(arguments)} hangs:\n{error}") from None
        process = self.spawn(*arguments, extra=extra)
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"dmsform {' '.join(arguments)} hangs:\n{stdout}\n{stderr}") from None
        return Ran(process.returncode, stdout, stderr)

    def ok(self, *arguments: str, extra: Mapping[str, str] | None = None) -> Ran:
        """Run a command that must succeed."""
        ran = self.run(*arguments, extra=extra)
        assert ran.exit_code == 0, f"dmsform {' '.join(arguments)} exits {ran.exit_code}:\n{ran.output}"
        return ran

    def apply(self, *arguments: str, extra: Mapping[str, str] | None = None) -> Ran:
        """`apply -auto-approve` that must succeed."""
        return self.ok("apply", "-auto-approve", *arguments, extra=extra)

    def plan_is_empty(self) -> Ran:
        """`plan -detailed-exitcode` must exit 0 (G8)."""
        return self.ok("plan", "-detailed-exitcode")

    def json(self, *arguments: str) -> Any:
        """The JSON document that a command prints."""
        return json.loads(self.ok(*arguments).stdout)

    def close(self) -> None:
        """Kill whatever this project's folder still runs: replication servers and embedded databases."""
        for pid in processes_mentioning([str(self.directory)]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def processes_mentioning(words: Sequence[str]) -> list[int]:
    """The processes whose command line or working directory holds one of the words; never this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            text = (entry / "cmdline").read_bytes().decode(errors="replace") + str((entry / "cwd").readlink())
        except OSError:
            continue
        if any(word in text for word in words):
            found.append(int(entry.name))
    return found
