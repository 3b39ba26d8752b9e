"""What hangs on tables as PostgreSQL's statements. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmsform.catalog.changes import CheckDesign, ForeignKeyDesign, IndexDesign, TableDesign
from dmsform.catalog.model import TableName
from dmsform.catalog.objects import ReferentialAction
from dmsform_postgresql.quoting import identifier, identifiers, literal, qualified


def add_objects(design: TableDesign) -> Sequence[str]:
    """Indexes, unique constraints, checks and comments. An index without a name gets one from the server."""
    table = qualified(design.name)
    return (
        *(_index(index, design) for index in design.indexes),
        *(_check(check, table) for check in design.checks),
        *_comments(design),
    )


def add_foreign_key(table: TableName, key: ForeignKeyDesign) -> str:
    """Add the key, unproved: rows that come from now on are held to it. Without a name it gets one from the server."""
    parts = [
        f"ALTER TABLE {qualified(table)} ADD {f'CONSTRAINT {identifier(key.name)} ' if key.name else ''}FOREIGN KEY",
        f"({identifiers(key.columns)})",
        f"REFERENCES {qualified(key.referenced)} ({identifiers(key.referenced_columns)})",
        "MATCH FULL" if key.match_full else "",
        _action("UPDATE", key.on_update, ()),
        _action("DELETE", key.on_delete, key.set_columns),
        ("DEFERRABLE" + (" INITIALLY DEFERRED" if key.deferred else "")) if key.deferrable else "",
        "NOT VALID",
    ]
    return " ".join(filter(None, parts))


def validate_foreign_key(table: TableName, key: ForeignKeyDesign) -> Sequence[str]:
    """Prove the key for the rows that stand, unless the source's is not proved either."""
    if not key.validated:
        return ()
    return (f"ALTER TABLE {qualified(table)} VALIDATE CONSTRAINT {identifier(key.name)}",)


def _action(event: str, action: ReferentialAction, columns: Sequence[str]) -> str:
    if action is ReferentialAction.NO_ACTION:
        return ""
    return f"ON {event} {action.value}" + (f" ({identifiers(columns)})" if columns else "")


def _index(index: IndexDesign, design: TableDesign) -> str:
    table, name = qualified(design.name), identifier(index.name) if index.name else ""
    nulls = "" if index.nulls_distinct else "NULLS NOT DISTINCT"
    include = f"INCLUDE ({identifiers(index.included)})" if index.included else ""
    parts = f"({', '.join(index.parts)})"
    where = f"TABLESPACE {identifier(design.index_tablespace)}" if design.index_tablespace else ""
    if index.constraint:
        # Storage parameters stand in front of the rest, as the words do here.
        constraint = f"CONSTRAINT {name} UNIQUE" if name else "UNIQUE"
        using = f"USING INDEX {where}" if where else ""
        storage, _, deferrable = index.words.partition("DEFERRABLE")
        late = f"DEFERRABLE{deferrable}" if "DEFERRABLE" in index.words else ""
        table = f"ALTER TABLE {table} ADD"
        return " ".join(filter(None, (table, constraint, nulls, parts, include, storage.strip(), using, late)))

    method = f"USING {index.method}" if index.method else ""
    unique = "CREATE UNIQUE INDEX" if index.unique else "CREATE INDEX"
    condition = f"WHERE {index.condition}" if index.condition else ""
    words = (unique, name, f"ON {table}", method, parts, include, nulls, index.words, where, condition)
    return " ".join(filter(None, words))


def _check(check: CheckDesign, table: str) -> str:
    state = "" if check.validated else " NOT VALID"
    state = state if check.enforced else " NOT ENFORCED"
    return f"ALTER TABLE {table} ADD CONSTRAINT {identifier(check.name)} CHECK ({check.condition}){state}"


def _comments(design: TableDesign) -> Iterator[str]:
    table = qualified(design.name)
    if design.comment:
        yield f"COMMENT ON TABLE {table} IS {literal(design.comment)}"
    for column in design.columns:
        if column.comment:
            yield f"COMMENT ON COLUMN {table}.{identifier(column.name)} IS {literal(column.comment)}"
    for index in design.indexes:
        if index.comment and index.name:
            name = f"{identifier(design.name.schema)}.{identifier(index.name)}"
            yield f"COMMENT ON INDEX {name} IS {literal(index.comment)}"
