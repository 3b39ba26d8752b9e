"""click, taught Terraform's manners: flags with one dash or two, commands loaded when called, close names suggested."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

import click

from dmsform.cli import codes
from dmsform.cli.flags import FlagError, FlagKind, Flags
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import Diagnostic, DiagnosticError

HELP_FLAGS = ["-help", "-h"]
VARIABLE_TOKENS = "dmsform.variables"
_SETTINGS: dict[str, Any] = {"help_option_names": HELP_FLAGS, "max_content_width": 120}

CommandTable: TypeAlias = Mapping[str, str]
"""Commands by name: where each one is, as `module:attribute`."""


class Switch(click.Option):
    """A flag that is switched off by `-name=false`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Shown as it is typed."""
        return f"{self.opts[0]}=false", self.help or ""


def _kind(option: click.Option) -> FlagKind:
    if isinstance(option, Switch):
        return FlagKind.SWITCH
    return FlagKind.PLAIN if option.is_flag or option.count else FlagKind.VALUED


def flags_of(command: click.Command, ctx: click.Context, *, interspersed: bool = True) -> Flags:
    """The flags that a command declares."""
    options = [p for p in command.get_params(ctx) if isinstance(p, click.Option)]
    return Flags({name.lstrip("-"): _kind(o) for o in options for name in o.opts}, interspersed)


def _normalise(command: click.Command, ctx: click.Context, arguments: list[str], *, interspersed: bool) -> list[str]:
    try:
        return flags_of(command, ctx, interspersed=interspersed).normalise(arguments)
    except FlagError as error:
        raise DiagnosticError(_flag_diagnostic(error, ctx)) from None


def _flag_diagnostic(error: FlagError, ctx: click.Context) -> Diagnostic:
    if error.name == "chdir":
        return codes.UNKNOWN_FLAG.error(
            "The flag -chdir stands before the command.", f"Type: dmsform -chdir=DIR {ctx.info_name}"
        )
    hint = f' Did you mean "-{error.suggestion}"?' if error.suggestion else ""
    code = codes.UNKNOWN_FLAG if error.unknown else codes.BAD_ARGUMENT
    return code.error(f"{error.problem}{hint}", f"For the flags of this command run: {ctx.command_path} -help")


class Command(click.Command):
    """One command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", _SETTINGS)
        super().__init__(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Bring the flags into one form; keep the order of `-var` and `-var-file` in the context's meta."""
        ctx.ensure_object(Session).command = ctx.command_path.partition(" ")[2]
        normal = _normalise(self, ctx, args, interspersed=True)
        ctx.meta[VARIABLE_TOKENS] = [t[1:] for t in normal if t.startswith(("-var=", "-var-file="))]
        return super().parse_args(ctx, normal)


class Group(click.Group):
    """Commands by name, each imported when it is called; names that are designed but not built are refused as such."""

    def __init__(self, *args: Any, table: CommandTable, unbuilt: Mapping[str, str], **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", _SETTINGS)
        super().__init__(*args, **kwargs)
        self.table, self.unbuilt = table, unbuilt

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table, which is the order of a user's work."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it. Raises DiagnosticError for names unknown or not built yet."""
        found = self.table.get(cmd_name)
        if found is None:
            raise DiagnosticError(self._unknown(cmd_name, ctx))
        module, _, attribute = found.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def _unknown(self, name: str, ctx: click.Context) -> Diagnostic:
        path = ctx.command_path
        if name in self.unbuilt:
            return codes.NOT_BUILT.error(
                f"`{path} {name}` ({self.unbuilt[name]}) is not built yet in this version.",
                f"For the commands that are, run: {path} -help",
            )
        known = (*self.table, *self.unbuilt)
        close = next(iter(difflib.get_close_matches(name, known, n=1)), None)
        hint = f' Did you mean "{close}"?' if close else ""
        return codes.UNKNOWN_COMMAND.error(
            f'`{path}` has no command named "{name}".{hint}', f"For all commands run: {path} -help"
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Flags before the command are the group's own."""
        return super().parse_args(ctx, _normalise(self, ctx, args, interspersed=False))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name what is designed but not built."""
        if self.unbuilt:
            with formatter.section("Not built yet"):
                formatter.write_text(", ".join(self.unbuilt))
        super().format_epilog(ctx, formatter)


def _set_no_color(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Session).no_color = True


def no_color_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`-no-color`."""
    option = click.option(
        "-no-color", is_flag=True, is_eager=True, expose_value=False, callback=_set_no_color, help="Print no colours."
    )
    return option(function)


def json_option(form: Form = Form.DOCUMENT) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`-json`: results, errors too, as one document or as a stream of events."""

    def set_form(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            ctx.ensure_object(Session).form = form

    words = "one JSON document" if form is Form.DOCUMENT else "JSON events, one a line"
    return click.option(
        "-json", is_flag=True, is_eager=True, expose_value=False, callback=set_form, help=f"Print {words}."
    )


def command(name: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command; every command knows `-no-color`."""

    def declare(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, **kwargs)(no_color_option(function))

    return declare
