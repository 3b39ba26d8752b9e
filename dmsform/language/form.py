"""Checks a block's form against its table: names, labels, what must be there, and what is not built yet.

Nothing is evaluated here, so that all of this can be told at once, also where values are wrong.
"""

from __future__ import annotations

from dmsform.diagnostics import Diagnostic, SourceRange
from dmsform.language import codes
from dmsform.language.schema import AttributeSchema, BlockSchema
from dmsform.language.suggest import did_you_mean, listed
from dmsform.language.syntax import Argument, BlockSyntax
from dmsform.language.types import counted


def find_block(block: BlockSyntax, parent: BlockSchema, problems: list[Diagnostic]) -> BlockSchema | None:
    """The table of a nested block; None, with the problem told, where there is none or where it is not built."""
    schema = parent.block(block.type)
    if schema is None:
        problems.append(_unsupported_block(block, parent))
        return None
    if not schema.built:
        problems.append(not_built(f'The block "{block.type}"', schema.instead, block.type_span.range()))
        return None
    return schema


def _unsupported_block(block: BlockSyntax, parent: BlockSchema) -> Diagnostic:
    known = [found.type for found in parent.blocks if found.built]
    hint = _FOREIGN.get(block.type, "") if not parent.labels else ""
    hint = hint or did_you_mean(block.type, known)
    if parent.attribute(block.type):
        remedy = f"Set it as an argument: {block.type} = ..."
    elif known:
        remedy = f"Use one of {listed(known)}."
    else:
        remedy = "Remove it: no block is nested here."
    return codes.UNSUPPORTED_BLOCK.error(
        f'Blocks of the type "{block.type}" are not expected here.{hint}', remedy, subject=block.type_span.range()
    )


_FOREIGN = {
    "terraform": ' Did you mean "dmsform"?',
    "resource": " Resources stand without that word: replication_instance, endpoint and task are blocks themselves.",
}


def not_built(what: str, instead: str, subject: SourceRange) -> Diagnostic:
    """The refusal of something that is known but not built."""
    return codes.NOT_BUILT.error(
        f"{what} is known to dmsform, but it is not built yet in this version.",
        instead,
        subject=subject,
    )


def check_form(block: BlockSyntax, schema: BlockSchema, problems: list[Diagnostic]) -> None:
    """Tell what is wrong with a block's form, nested blocks included."""
    _check_labels(block, schema, problems)
    for argument in block.body.arguments:
        _check_argument(argument, schema, problems)
    _check_required(block, schema, problems)
    for nested in block.body.blocks:
        inner = find_block(nested, schema, problems)
        if inner is not None:
            check_form(nested, inner, problems)
    _check_repeated(block, schema, problems)


def _check_labels(block: BlockSyntax, schema: BlockSchema, problems: list[Diagnostic]) -> None:
    have, want = len(block.labels), len(schema.labels)
    if have == want:
        return
    shape = " ".join([schema.type, *(f'"{label.upper()}"' for label in schema.labels), "{"])
    wanted = counted(want, "label") if want else "no labels"
    problems.append(
        codes.INVALID_LABELS.error(
            f"The block {schema.type} takes {wanted}, but {have or 'none'} {'is' if have <= 1 else 'are'} given.",
            f"Write it as  {shape}",
            subject=block.header.range(),
        )
    )


def _check_argument(argument: Argument, schema: BlockSchema, problems: list[Diagnostic]) -> None:
    found = schema.attribute(argument.name)
    subject = argument.name_span.range()
    if found is not None:
        if not found.built:
            problems.append(not_built(f'The argument "{found.name}" of {schema.type}', found.instead, subject))
        return
    if schema.open:
        return
    nested = schema.block(argument.name)
    names = [known.name for known in schema.attributes if known.built]
    if nested is not None and not nested.built:
        problems.append(not_built(f'"{argument.name}" of {schema.type}', nested.instead, subject))
        return
    if nested is not None:
        detail = f'"{argument.name}" is a block, not an argument of {schema.type}.'
        remedy = f"Write it without the equals sign: {argument.name} {{ ... }}."
    else:
        hint = did_you_mean(argument.name, [*names, *(known.type for known in schema.blocks if known.built)])
        detail = f'An argument named "{argument.name}" is not expected in {schema.type}.{hint}'
        remedy = f"Use one of {listed(names)}." if names else "Remove it: the block takes no arguments."
    problems.append(codes.UNSUPPORTED_ARGUMENT.error(detail, remedy, subject=subject))


def _check_required(block: BlockSyntax, schema: BlockSchema, problems: list[Diagnostic]) -> None:
    given = {argument.name for argument in block.body.arguments}
    for known in schema.attributes:
        if known.required and known.name not in given:
            problems.append(missing_argument(block, known))
    present = {nested.type for nested in block.body.blocks}
    for inner in schema.blocks:
        if inner.required and inner.type not in present:
            problems.append(
                codes.MISSING_BLOCK.error(
                    f'The block "{inner.type}" is missing from this {block.type}: {_lowered(inner.description)}',
                    f"Add a block  {inner.type} {{ ... }}",
                    subject=block.header.range(),
                )
            )


def missing_argument(block: BlockSyntax, known: AttributeSchema) -> Diagnostic:
    """The error for an argument that is left out, or null, and must not be."""
    return codes.MISSING_ARGUMENT.error(
        f'The argument "{known.name}" of this {block.type} is required, but no value is given: '
        f"{_lowered(known.description)}",
        f"Add it: {known.name} = {_example(known)}",
        subject=block.header.range(),
    )


def _example(known: AttributeSchema) -> str:
    if known.reference:
        return f"{known.reference.value}.NAME"
    built = [choice for choice in known.choices if choice not in [value.value for value in known.not_built]]
    return f'"{built[0]}"' if built else "..."


def _lowered(description: str) -> str:
    return description[:1].lower() + description[1:]


def _check_repeated(block: BlockSyntax, schema: BlockSchema, problems: list[Diagnostic]) -> None:
    """A block that may stand once stands twice, or two blocks of a kind have the same label."""
    seen: dict[tuple[str, ...], BlockSyntax] = {}
    for nested in block.body.blocks:
        inner = schema.block(nested.type)
        if inner is None or not inner.built or (inner.many and not inner.labels):
            continue
        key = (nested.type, *(label.text for label in nested.labels)) if inner.many else (nested.type,)
        earlier = seen.setdefault(key, nested)
        if earlier is not nested:
            what = " ".join([nested.type, *(f'"{label.text}"' for label in nested.labels)])
            problems.append(
                codes.DUPLICATE_BLOCK.error(
                    f"This {block.type} already has a block {what} at {earlier.header.range()}.",
                    "Give it another label." if inner.many else "Put all arguments into one block.",
                    subject=nested.header.range(),
                )
            )
