"""Writes the generated documentation into a checkout, or checks it: `python -m dmsform.cli.reference [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from dmsform.cli.reference.pages import pages


def main(arguments: list[str], root: Path) -> int:
    """Write all pages below `root`; with `--check` write nothing and fail when one of them differs."""
    stale = [path for path, text in pages().items() if _read(root / path) != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path} is out of date; run: make docs\n")
        return 1 if stale else 0
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(pages()[path], encoding="utf-8")
        sys.stderr.write(f"wrote {path}\n")
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
