"""PostgreSQL's types as logical types. Types that only PostgreSQL knows are carried by name, as `Native`.

The encodings of `pg_attribute.atttypmod` are those of the type's own input functions (src/backend/utils/adt).
"""

from __future__ import annotations

from dataclasses import dataclass

from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Enumeration,
    Float,
    Integer,
    Interval,
    Json,
    LogicalType,
    Native,
    Text,
    Time,
    Timestamp,
    Unsupported,
    Uuid,
)

ENGINE = "postgresql"
MONEY = "money"

_FIXED: dict[str, LogicalType] = {
    "bool": Boolean(),
    "int2": Integer(16),
    "int4": Integer(32),
    "int8": Integer(64),
    "float4": Float(32),
    "float8": Float(64),
    "text": Text(),
    "bytea": Binary(),
    "date": Date(),
    "json": Json(),
    "jsonb": Json(binary=True),
    "uuid": Uuid(),
    "money": Decimal(19, 2),
}
_OBJECT_NUMBERS = frozenset({
    "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc",
    "regprocedure", "regrole", "regtype", "aclitem", "refcursor", "pg_node_tree",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NativeType:
    """A column's type in the catalogue's terms, domains already resolved to what they are made of.

    declared -- `format_type`'s words, schema-qualified unless in pg_catalog; name, schema -- of `pg_type`;
    labels -- of an enumeration, None for other types.
    """

    declared: str
    name: str
    schema: str
    modifier: int
    labels: tuple[str, ...] | None = None


def logical(native: NativeType) -> LogicalType:
    """The logical type of a PostgreSQL type."""
    if native.labels is not None:
        return Enumeration(native.labels, f"{native.schema}.{native.name}")
    element = native.name.removeprefix("_")
    if native.schema != "pg_catalog":
        return Native(ENGINE, native.declared)
    if element in _OBJECT_NUMBERS:
        return Unsupported(native.declared, "its values name objects of the source database, or have no text form")
    return _FIXED.get(native.name) or _modified(native)


def _modified(native: NativeType) -> LogicalType:
    """The types whose declaration has parameters."""
    modifier = native.modifier
    length = modifier - 4 if modifier >= 4 else None
    precision = modifier if modifier >= 0 else 6
    match native.name:
        case "varchar":
            return Text(length)
        case "bpchar" if length is not None:
            return Text(length, padded=True)
        case "numeric":
            return _numeric(modifier)
        case "bit":
            return Bits(modifier if modifier > 0 else 1)
        case "varbit":
            return Bits(modifier if modifier > 0 else None, varying=True)
        case "time" | "timetz":
            return Time(precision, zoned=native.name == "timetz")
        case "timestamp" | "timestamptz":
            return Timestamp(precision, zoned=native.name == "timestamptz")
        case "interval":
            return Interval(native.declared.removeprefix("interval").strip())
        case _:
            return Native(ENGINE, native.declared)


def _numeric(modifier: int) -> Decimal:
    if modifier < 4:
        return Decimal()
    packed = modifier - 4
    # The scale is a signed number of 11 bits since PostgreSQL 15: numeric(3,-2) counts in hundreds.
    return Decimal((packed >> 16) & 0xFFFF, ((packed & 0x7FF) ^ 0x400) - 0x400)
