"""One resource's change as Terraform shows it: the reason, the place in the file, and every argument that differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.cli.views.style import Style
from dmsform.cli.views.values import KNOWN_AFTER_APPLY, SENSITIVE, written
from dmsform.plan.model import Action, AttributeChange, OutputChange, ResourceChange

_ATTRIBUTE_COLUMN = 6


def symbol(action: Action, style: Style) -> str:
    """Terraform's sign of the action, three characters wide."""
    match action:
        case Action.CREATE:
            return style.green("  +")
        case Action.UPDATE:
            return style.yellow("  ~")
        case Action.REPLACE:
            return style.red("-") + "/" + style.green("+")
        case Action.DELETE:
            return style.red("  -")
        case Action.NO_OP:
            return "   "
    assert_never(action)


def _headline(change: ResourceChange, style: Style) -> str:
    match change.action:
        case Action.CREATE:
            words = "will be created"
        case Action.UPDATE:
            words = "will be updated in-place"
        case Action.REPLACE:
            words = f"must be {style.bold_red('replaced')}"
        case Action.DELETE:
            words = f"will be {style.bold_red('destroyed')}"
        case Action.NO_OP:
            words = "stays as it is"
        case _:
            assert_never(change.action)
    return f"  # {style.bold(str(change.address))} {words}"


def _reason(change: ResourceChange) -> list[str]:
    place = f"{change.subject.filename} line {change.subject.start.line}" if change.subject else ""
    said = ": ".join(part for part in (place, change.reason) if part)
    return [f"  # ({said})"] if said else []


def resource_change(change: ResourceChange, style: Style) -> list[str]:
    """The lines of one change, its data left out."""
    kind, name = change.address.kind.value, change.address.name
    sign = symbol(change.action, style)
    head = [*_plain_head(change, style), f'{sign} {kind} "{name}" {{']
    return [*head, *attribute_lines(change.action, change.attributes, style), "    }"]


def _plain_head(change: ResourceChange, style: Style) -> list[str]:
    return [_headline(change, style), *_reason(change)]


def attribute_lines(action: Action, attributes: Sequence[AttributeChange], style: Style) -> list[str]:
    """One line per argument, names padded so that the equals signs stand in line; equal ones are counted only."""
    shown = [a for a in attributes if _differs(a)]
    width = max((len(a.path) for a in shown), default=0)
    lines = [_attribute(action, a, width, style) for a in shown]
    hidden = len(attributes) - len(shown)
    if hidden:
        noun = "argument" if hidden == 1 else "arguments"
        lines.append(" " * _ATTRIBUTE_COLUMN + style.faint(f"# ({hidden} unchanged {noun} hidden)"))
    return lines


def _differs(attribute: AttributeChange) -> bool:
    return attribute.unknown or attribute.sensitive or attribute.before != attribute.after


def _attribute(action: Action, attribute: AttributeChange, width: int, style: Style) -> str:
    after = _after(attribute)
    suffix = style.red(" # forces replacement") if attribute.forces_replacement else ""
    name = attribute.path.ljust(width)
    pad = " " * _ATTRIBUTE_COLUMN
    before = SENSITIVE if attribute.sensitive else written(attribute.before, _ATTRIBUTE_COLUMN + 2)
    arrow = style.yellow(" -> ")
    if action is Action.DELETE:
        return f"{pad}{style.red('-')} {name} = {before}{arrow}{style.faint('null')}"
    if action is Action.CREATE or (attribute.before is None and not attribute.sensitive):
        return f"{pad}{style.green('+')} {name} = {after}{suffix}"
    if attribute.after is None and not attribute.unknown and not attribute.sensitive:
        return f"{pad}{style.red('-')} {name} = {before}{arrow}{style.faint('null')}{suffix}"
    return f"{pad}{style.yellow('~')} {name} = {before}{arrow}{after}{suffix}"


def _after(attribute: AttributeChange) -> str:
    if attribute.sensitive:
        return SENSITIVE
    if attribute.unknown:
        return KNOWN_AFTER_APPLY
    return written(attribute.after, _ATTRIBUTE_COLUMN + 2)


def output_lines(outputs: Sequence[OutputChange], style: Style) -> list[str]:
    """The section `Changes to Outputs:`; empty when none changes."""
    shown = [o for o in outputs if o.action is not Action.NO_OP]
    if not shown:
        return []
    width = max(len(o.name) for o in shown)
    return ["Changes to Outputs:", *(_output(o, width, style) for o in shown)]


def _output(output: OutputChange, width: int, style: Style) -> str:
    before = SENSITIVE if output.sensitive else written(output.before, 4)
    after = SENSITIVE if output.sensitive else KNOWN_AFTER_APPLY if output.unknown else written(output.after, 4)
    line = f"{symbol(output.action, style)} {output.name.ljust(width)} = "
    match output.action:
        case Action.CREATE:
            return line + after
        case Action.DELETE:
            return f"{line}{before}{style.yellow(' -> ')}null"
        case Action.UPDATE | Action.REPLACE | Action.NO_OP:
            return f"{line}{before}{style.yellow(' -> ')}{after}"
    assert_never(output.action)
