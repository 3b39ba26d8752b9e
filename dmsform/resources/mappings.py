"""A task's rules: `selection` and `transformation` blocks, or an AWS DMS table-mapping document, made one document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dmsform.catalog.rules import TableMappings, parse_rules
from dmsform.catalog.rules_from_blocks import block_path, rules_document
from dmsform.diagnostics import SourceRange
from dmsform.language import codes as language
from dmsform.language.config import Block
from dmsform.plan.differences import contains_unknown
from dmsform.resources import codes
from dmsform.resources.reader import BlockReader


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules as a document, as read values, and where each stands in the configuration."""

    document: dict[str, Any]
    mappings: TableMappings
    subject: SourceRange
    blocks: tuple[Block, ...] = field(default=(), repr=False)

    @property
    def first_selection(self) -> SourceRange:
        """The place to point at when nothing is selected: the first selection's table pattern."""
        for block in self.blocks:
            if block.type == "selection":
                found = block.attributes.get("table")
                return found.subject if found else block.subject
        return self.subject


def read_rules(reader: BlockReader) -> Rules:
    """Read the rules of a task; what is wrong goes to the reader's findings."""
    document = json_argument(reader, "table_mappings")
    selections, transformations = reader.nested("selection"), reader.nested("transformation")
    blocks = (*selections, *transformations)
    subject = reader.place("table_mappings")
    if document is not None and blocks:
        reader.add(
            codes.BOTH_FORMS.error(
                f"{reader.name} has `table_mappings` and the block `{blocks[0].type}`.",
                "Keep one of them: move the document's rules into blocks, or the blocks' rules into the document.",
                subject=blocks[0].subject,
            )
        )
    if document is None and not blocks and reader.attribute("table_mappings") is None:
        reader.add(
            language.MISSING_BLOCK.error(
                f"{reader.name} selects no tables.",
                'Add a block: selection "everything" { schema = "NAME", table = "%" } (each argument on its own '
                "line); or table_mappings = file(...).",
                subject=reader.block.subject,
            )
        )
        return Rules({"rules": []}, parse_rules({"rules": []})[0], subject)
    if _refuse_unknown(reader, blocks) or (document is None and not blocks):
        return Rules({"rules": []}, parse_rules({"rules": []})[0], subject, blocks)
    if document is None:
        pairs = [[(_label(b), _body(b)) for b in kind] for kind in (selections, transformations)]
        document = rules_document(pairs[0], pairs[1])
    document = _normal(document)
    mappings, found = parse_rules(document, subject_of=lambda path: _place(path, blocks) or subject)
    reader.findings.extend(found)
    return Rules(document, mappings, subject, blocks)


def _normal(value: Any) -> Any:
    """The document without nulls and with rule-ids as texts: AWS DMS takes both forms, and adds nulls itself."""
    if isinstance(value, Mapping):
        kept = {key: _normal(each) for key, each in value.items() if each is not None}
        number = kept.get("rule-id")
        return {**kept, "rule-id": str(number)} if isinstance(number, int) and not isinstance(number, bool) else kept
    return [_normal(each) for each in value] if isinstance(value, list) else value


def json_argument(reader: BlockReader, name: str) -> dict[str, Any] | None:
    """An argument that holds a JSON object, as text (`file(...)`) or as a map; None where it is left out or wrong."""
    found = reader.attribute(name)
    if found is None:
        return None
    value = found.value
    if contains_unknown(value):
        reader.text(name)
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            reader.add(_not_json(reader, name, str(error)))
            return None
    if not isinstance(value, dict):
        reader.add(_not_json(reader, name, "it is no object"))
        return None
    return value


def _not_json(reader: BlockReader, name: str, why: str) -> Any:
    return codes.INVALID_DOCUMENT.error(
        f"`{name}` of {reader.name} is not the text of a JSON object: {why}.",
        f'Give it a document of AWS DMS, as in {name} = file("{name.replace("_", "-")}.json").',
        subject=reader.place(name),
    )


def _refuse_unknown(reader: BlockReader, blocks: tuple[Block, ...]) -> bool:
    unknown = [a for b in blocks for a in _all_attributes(b) if contains_unknown(a.value)]
    for found in unknown:
        reader.add(
            language.VALUE_NOT_KNOWN.error(
                f"`{found.name}` in a rule of {reader.name} depends on something that is known only after apply.",
                "Give it a value that is known when planning.",
                subject=found.subject,
            )
        )
    return bool(unknown)


def _all_attributes(block: Block) -> list[Any]:
    return [*block.attributes.values(), *(a for nested in block.blocks for a in _all_attributes(nested))]


def _label(block: Block) -> str:
    return block.labels[0] if block.labels else ""


def _body(block: Block) -> dict[str, Any]:
    body: dict[str, Any] = {name: a.value for name, a in block.attributes.items()}
    for nested in block.blocks:
        body.setdefault(nested.type, []).append(_body(nested))
    return body


def _place(path: str, blocks: tuple[Block, ...]) -> SourceRange | None:
    """Where a part of the document made from blocks stands in the configuration."""
    head, _, rest = path.partition(".")
    number = head.removeprefix("rules[").removesuffix("]")
    if not number.isdigit() or int(number) >= len(blocks):
        return None
    block = blocks[int(number)]
    for step in block_path(rest):
        name, _, index = step.partition("[")
        if name in block.attributes:
            return block.attributes[name].subject
        nested = list(block.nested(name))
        at = int(index.removesuffix("]") or 0)
        if at >= len(nested):
            break
        block = nested[at]
    return block.subject


def without_columns(document: Mapping[str, Any], columns: list[tuple[str, str, str]]) -> dict[str, Any]:
    """The document with a rule more for each column (schema, table, column of the source) that is to be left out."""
    rules = list(document["rules"])
    last = max((int(r["rule-id"]) for r in rules), default=0)
    for number, (schema, table, column) in enumerate(columns, start=1):
        rules.append(
            {
                "rule-type": "transformation",
                "rule-id": str(last + number),
                "rule-name": f"unsupported column {number}",
                "rule-target": "column",
                "object-locator": {
                    "schema-name": _literal(schema),
                    "table-name": _literal(table),
                    "column-name": _literal(column),
                },
                "rule-action": "remove-column",
            }
        )
    return {**document, "rules": rules}


def _literal(name: str) -> str:
    return "".join(f"[{c}]" if c in "%_[" else c for c in name)
