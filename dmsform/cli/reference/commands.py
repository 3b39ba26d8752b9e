"""The page of all commands, from click's own description of them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dmsform.cli.kit import Group, Switch
from dmsform.cli.main import root

_INTRODUCTION = """# Commands

Every flag works with one dash and with two, and with its value behind `=` or a blank: `-out=FILE`, `-out FILE`,
`--out=FILE`. A flag that takes nothing can be switched off: `-json=false`. Results go to stdout, diagnostics and
progress to stderr; nothing is coloured in a pipe or where `NO_COLOR` is set. Every command explains itself with
`-help`. Exit codes: [exit-codes.md](exit-codes.md).
"""
_COMMON = frozenset({"help", "no_color"})


def commands_page() -> str:
    """`docs/commands.md`."""
    lines = [_INTRODUCTION, "Before the command:", "", *_options(root, common=frozenset({"help"})), ""]
    lines += (
        [f"Not built yet: {', '.join(f'`{name}`' for name in root.unbuilt)}.", ""] if isinstance(root, Group) else []
    )
    for path, command in walk(root, "dmsform"):
        lines += _section(path, command)
    return "\n".join(lines).rstrip() + "\n"


def walk(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be run, with the words to type."""
    if not isinstance(group, click.Group):
        yield path, group
        return
    ctx = click.Context(group, info_name=path)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield from walk(command, f"{path} {name}")


def _section(path: str, command: click.Command) -> list[str]:
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    words = [a.metavar or (a.name or "").upper() if a.required else _optional(a) for a in arguments]
    usage = " ".join([path, "[FLAGS]", *words])
    text = " ".join((command.help or "").split("\n\n")[0].split())
    more = ["\n".join(p.split("\n")) for p in (command.help or "").split("\n\n")[1:]]
    paragraphs = [line for part in [text, *(" ".join(m.split()) for m in more)] for line in (part, "")]
    return [f"## {path}", "", f"`{usage}`", "", *paragraphs, *_options(command), ""]


def _optional(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    return name if name.startswith("[") else f"[{name}]"


def _options(command: click.Command, common: frozenset[str] = _COMMON) -> list[str]:
    options = [p for p in command.params if isinstance(p, click.Option) and p.name not in common]
    if not options:
        return []
    return ["| flag | meaning |", "|---|---|", *(f"| `{_flag(o)}` | {_meaning(o)} |" for o in options)]


def _flag(option: click.Option) -> str:
    name = option.opts[0]
    if isinstance(option, Switch):
        return f"{name}=false"
    if option.is_flag:
        return name
    return f"{name}={option.metavar or option.type.name.upper()}"


def _meaning(option: click.Option) -> str:
    default = option.show_default
    said = f" Default: {default if isinstance(default, str) else option.default}." if default else ""
    return f"{option.help or ''}{said}"
