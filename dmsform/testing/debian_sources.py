"""Which package archives this machine uses, as its own apt sources say, re-written for another suite of Debian.

Both formats are understood: one line for each source (`*.list`), and paragraphs of fields (`*.sources`). Options, such
as the keyring a source is verified with, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

APT = Path("/etc/apt")
_LINE = re.compile(r"deb\s+(?P<options>\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>[^#]*)")


@dataclass(frozen=True, slots=True)
class Source:
    """One package source. `text` is what apt reads, `{suite}` stands for the suite; `suffix` tells its format."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    text: str
    suffix: str

    def for_suite(self, suite: str) -> str:
        """The same archive's main component of one suite, in apt's format."""
        return self.text.replace("{suite}", suite)


def debian_archives(codename: str, directory: Path = APT) -> list[Source]:
    """Sources that offer main of the release `codename`; those that look like Debian's own archive come first."""
    offered = [s for s in _sources(directory) if "main" in s.components and {codename, "stable", "sid"} & {*s.suites}]
    # Third parties name their suites after Debian's releases too.
    return sorted(offered, key=lambda s: ("debian-archive-keyring" not in s.text, "/debian" not in s.uri))


def _sources(directory: Path) -> Iterator[Source]:
    parts = directory / "sources.list.d"
    for path in [directory / "sources.list", *sorted(parts.glob("*.list")), *sorted(parts.glob("*.sources"))]:
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            yield from _paragraphs(text) if path.suffix == ".sources" else _lines(text)


def _lines(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        if match := _LINE.match(line.strip()):
            uri, suite, components = match["uri"], match["suite"], tuple(match["components"].split())
            options = match["options"] or ""
            yield Source(uri, (suite,), components, f"deb {options}{uri} {{suite}} main\n", ".list")


def _paragraphs(text: str) -> Iterator[Source]:
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.splitlines() if line.strip() and not line.startswith("#")]
        values = _fields(lines)
        if "deb" not in values.get("types", "").split() or values.get("enabled", "").lower() in ("no", "false"):
            continue
        kept = _without(lines, ("types", "suites", "components"))
        written = "\n".join(["Types: deb", "Suites: {suite}", "Components: main", *kept]) + "\n"
        suites, components = tuple(values.get("suites", "").split()), tuple(values.get("components", "").split())
        yield Source(values.get("uris", ""), suites, components, written, ".sources")


def _fields(lines: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[0].isspace():
            values[name] = f"{values.get(name, '')} {line.strip()}"
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            values[name] = value.strip()
    return values


def _without(lines: Sequence[str], dropped: Sequence[str]) -> Iterator[str]:
    keep = True
    for line in lines:
        if not line[0].isspace():
            keep = line.partition(":")[0].strip().lower() not in dropped
        if keep:
            yield line
