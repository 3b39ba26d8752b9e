"""Flags that several commands share, and the request they make up."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dmsform.cli.kit import VARIABLE_TOKENS, Switch

if TYPE_CHECKING:
    from dmsform.apply.operations import Request

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|)\Z")
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}


class Duration(click.ParamType[float]):
    """A span of time as Terraform writes it: `10s`, `3m`, `1h`, `500ms`; a bare number is seconds."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        if isinstance(value, int | float):
            return float(value)
        found = _DURATION.match(str(value))
        if not found:
            self.fail(f"{value!r} is no duration: write it like 10s, 3m or 1h", param, ctx)
        return float(found.group(1)) * _SECONDS[found.group(2)]


def _stack(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


variable_options = _stack(
    click.option(
        "-var",
        metavar="NAME=VALUE",
        multiple=True,
        expose_value=False,
        help="Set a variable; may be repeated. Of several settings the last one counts, -var-file included.",
    ),
    click.option(
        "-var-file",
        metavar="FILE",
        multiple=True,
        expose_value=False,
        help="Set variables from a *.dmsvars.hcl file; may be repeated.",
    ),
)

lock_timeout_option = click.option(
    "-lock-timeout",
    type=Duration(),
    default=0.0,
    help="How long to wait for the state's lock while another command holds it, like 10s or 3m. Default: not at all.",
)

input_option = click.option(
    "-input", "ask", cls=Switch, type=bool, default=True, help="Never ask; what would have to be asked is refused."
)

verbose_option = click.option(
    "-verbose", is_flag=True, help="Unfold everything: all tables, all statements, all that is not carried."
)

auto_approve_option = click.option("-auto-approve", is_flag=True, help="Do not ask for approval.")


def make_request(ctx: click.Context, *, destroy: bool = False, lock_timeout: float = 0.0) -> Request:
    """The request of this command line: this directory, its variables in the order they were given."""
    from dmsform.apply.operations import Request
    from dmsform.language.variables import VariableInput

    tokens = (token.split("=", 1) for token in ctx.meta.get(VARIABLE_TOKENS, ()))
    inputs = [VariableInput("file" if flag == "var-file" else "var", text) for flag, text in tokens]
    return Request(
        directory=Path.cwd(),
        variables=tuple(inputs),
        environ=dict(os.environ),
        destroy=destroy,
        lock_timeout=lock_timeout,
        command=ctx.command_path.partition(" ")[2],
    )
