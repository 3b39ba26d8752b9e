"""The page of the language: blocks and arguments from their schemas, endpoints from their providers, functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from dmsform.cli.reference.schemas import BUILT_IN_ENGINES
from dmsform.language.blocks.table import BLOCKS, NOT_BUILT_BLOCKS
from dmsform.language.functions.table import FUNCTIONS, SPECIAL_FORMS
from dmsform.language.schema import AttributeSchema, BlockSchema
from dmsform.provider import registry
from dmsform.task.known_settings import SETTINGS, Block, Choice, Flag, Number, Records, Setting, Words

_INTRODUCTION = """# Language

Configurations are the files `*.dms.hcl` of one directory. Values of variables come, the later ones winning, from
defaults, `DMS_VAR_name` in the environment, `dmsform.dmsvars.hcl`, `*.auto.dmsvars.hcl`, and `-var` and `-var-file` in
the order given. What is marked as not built yet is refused by name, never ignored.
"""


def language_page() -> str:
    """`docs/language.md`."""
    lines = [_INTRODUCTION]
    for block in BLOCKS:
        lines += _block(block, block.type, depth=2)
    lines += _engines()
    lines += _settings()
    lines += _functions()
    lines += ["## Blocks not built yet", ""]
    lines += [f"- `{b.type}`: {b.description} {b.instead}" for b in NOT_BUILT_BLOCKS]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: BlockSchema, path: str, depth: int) -> list[str]:
    labels = "".join(f' "{label.upper()}"' for label in block.labels)
    stands = " It may stand several times." if block.many and depth > 2 else ""
    lines = [f"{'#' * depth} {path}", "", f"`{block.type}{labels} {{ ... }}`", "", f"{block.description}{stands}", ""]
    lines += _arguments(block)
    if block.exports:
        lines += ["Known after apply, for references:", ""]
        lines += [*(f"- `{name}`: {description}" for name, description in block.exports), ""]
    unbuilt = [f"`{b.type}`" for b in block.blocks if not b.built]
    if unbuilt:
        lines += [f"Blocks not built yet: {', '.join(unbuilt)}.", ""]
    for nested in block.blocks:
        if nested.built:
            lines += _block(nested, f"{path}.{nested.type}", min(depth + 1, 5))
    return lines


def _arguments(block: BlockSchema) -> list[str]:
    built = [a for a in block.attributes if a.built]
    lines = []
    if built:
        lines += ["| argument | type | meaning |", "|---|---|---|"]
        lines += [f"| `{a.name}` | {_type(a)} | {_meaning(a)} |" for a in built]
        lines.append("")
    unbuilt = [f"`{a.name}`" for a in block.attributes if not a.built]
    return [*lines, f"Not built yet: {', '.join(unbuilt)}.", ""] if unbuilt else lines


def _type(argument: AttributeSchema) -> str:
    return argument.reference.value if argument.reference else str(argument.type)


def _meaning(argument: AttributeSchema) -> str:
    parts = [_sentence(argument.description)]
    unbuilt = {n.value for n in argument.not_built}
    if argument.choices:
        choices = ", ".join(f"`{c}`{' (not built yet)' if c in unbuilt else ''}" for c in argument.choices)
        parts.append(f"One of {choices}.")
    if argument.required:
        parts.append("Required.")
    if argument.default:
        parts.append(f"Default: {argument.default}.")
    return _cell(" ".join(parts))


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _engines() -> list[str]:
    lines: list[str] = []
    for name in BUILT_IN_ENGINES:
        found = registry.provider(name)
        lines += [f'## endpoint with engine = "{name}"', "", f"{(found.endpoint_model.__doc__ or '').strip()}", ""]
        lines += ["| argument | type | meaning |", "|---|---|---|"]
        lines += [_field_row(n, field) for n, field in found.endpoint_model.model_fields.items()]
        lines += ["", f"Has servers of its own (`embedded`): {'yes' if found.embedded else 'no'}.", ""]
    return lines


def _field_row(name: str, field: FieldInfo) -> str:
    shown = str(field.annotation).replace("typing.", "").replace("pydantic.types.", "")
    if isinstance(field.annotation, type):
        shown = field.annotation.__name__
    shown = shown.replace(" | None", "")
    secret = " Secret." if SecretStr.__name__ in shown else ""
    default = "Required." if field.is_required() else "" if field.default is None else f"Default: {field.default!r}."
    meaning = f"{_sentence(field.description or '')} {default}{secret}"
    return f"| `{name}` | {_cell(shown.replace(SecretStr.__name__, 'str'))} | {_cell(meaning).strip()} |"


def _settings() -> list[str]:
    return [
        "## AWS DMS documents",
        "",
        "`table_mappings` and `settings` of a task take AWS DMS's JSON documents, for example by `file(...)`. Of the",
        "task settings these are honoured; every other one that asks for something else than its default is told by a",
        "warning that names its key path.",
        "",
        *(f"- `{path}`" for path in _honoured(SETTINGS, "")),
        "",
    ]


def _honoured(setting: Setting, path: str) -> Iterator[str]:
    match setting:
        case Block(settings=nested):
            for name, each in nested.items():
                yield from _honoured(each, f"{path}.{name}" if path else name)
        case Flag() | Number() | Choice() | Words():
            if setting.honoured:
                yield path
        case Records():
            return
        case _:
            assert_never(setting)


def _functions() -> list[str]:
    rows = [f"| `{f.signature}` | {_cell(f.description)} |" for _, f in sorted(FUNCTIONS.items())]
    special = ", ".join(f"`{name}`" for name in SPECIAL_FORMS)
    return ["## Functions", "", "| function | result |", "|---|---|", *rows, "", f"Also: {special}.", ""]
