"""Chooses the types of texts and bytes, so that the row and the key have room for all their columns. Pure.

A key's columns share its 3,072 bytes: short ones keep their length, the rest is divided evenly. Outside the key the
longest columns become long texts or blobs, which are kept beside the row, until the row has room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dmsform_mysql import sizes
from dmsform_mysql.sql_types import Characters, Held, Octets
from dmsform_mysql.types import parsed

_UTF8MB4 = 4
_MAX_CHAR = 255
_LONG = {Characters: "longtext", Octets: "longblob"}


class TooWideError(Exception):
    """The table cannot be: the text says what has too little room."""


def arrange(
    columns: Mapping[str, Held], key: Sequence[str], prefixes: Mapping[str, int], *, verbatim: bool = False
) -> dict[str, str]:
    """The SQL of each column's type. Raises TooWideError.

    key -- names of the primary key's columns; prefixes -- how many characters of a column the key takes, not all;
    verbatim -- the whole table stands so in a server of the family: the target decides, as MariaDB has room for more.
    """
    if verbatim:
        return {name: _sql(wanted, None) for name, wanted in columns.items()}
    if len(columns) > sizes.MAX_COLUMNS:
        raise TooWideError(f"MySQL's tables have at most {sizes.MAX_COLUMNS} columns, and it would have {len(columns)}")
    if len(key) > sizes.MAX_KEY_COLUMNS:
        raise TooWideError(f"MySQL's keys have at most {sizes.MAX_KEY_COLUMNS} columns, and it would have {len(key)}")
    shares = _shares(columns, key, prefixes)
    made = {name: _sql(wanted, shares.get(name)) for name, wanted in columns.items()}
    row = sizes.row_bytes([sizes.room(parsed(sql)) for sql in made.values()], len(made))
    movable = [name for name, wanted in columns.items() if not isinstance(wanted, str) and name not in key]
    for name in sorted(movable, key=lambda name: -sizes.room(parsed(made[name])).row):
        if row <= sizes.MAX_ROW_BYTES:
            break
        longer = _LONG[type(columns[name])]
        row += sizes.room(parsed(longer)).row - sizes.room(parsed(made[name])).row
        made[name] = longer
    _check(made, row, keyed=bool(key))
    return made


def _check(made: Mapping[str, str], row: int, *, keyed: bool) -> None:
    if row > sizes.MAX_ROW_BYTES:
        raise TooWideError(f"MySQL's rows have {sizes.MAX_ROW_BYTES} bytes, and this one would need {row}")
    page = sizes.page_bytes([sizes.room(parsed(sql)) for sql in made.values()], len(made), keyed=keyed)
    if page >= sizes.MAX_PAGE_BYTES:
        raise TooWideError(
            f"a page of InnoDB has {sizes.MAX_PAGE_BYTES} bytes for a row, and this one would need {page} even with "
            "long values kept beside it"
        )


def _shares(columns: Mapping[str, Held], key: Sequence[str], prefixes: Mapping[str, int]) -> dict[str, int]:
    """How many bytes of the key each of its columns gets that has no type yet."""
    room = sizes.MAX_KEY_BYTES
    wishes: dict[str, int] = {}
    for name in key:
        wanted = columns[name]
        if isinstance(wanted, str):
            room -= _taken(name, wanted, prefixes)
        else:
            wishes[name] = _wish(wanted)
    shares: dict[str, int] = {}
    for left, (name, wish) in zip(range(len(wishes), 0, -1), sorted(wishes.items(), key=lambda w: w[1]), strict=True):
        shares[name] = min(wish, room // left)
        room -= shares[name]
    if room < 0 or any(share < _UTF8MB4 for share in shares.values()):
        raise TooWideError(f"MySQL's keys have {sizes.MAX_KEY_BYTES} bytes, too few for ({', '.join(key)})")
    return shares


def _taken(name: str, sql: str, prefixes: Mapping[str, int]) -> int:
    native = parsed(sql)
    if name in prefixes:
        return prefixes[name] * sizes.character_bytes(native)
    taken = sizes.room(native).key
    if taken is None:
        raise TooWideError(f"MySQL has no keys of {native.name}, which column {name} is")
    return taken


def _wish(wanted: Characters | Octets) -> int:
    if wanted.length is None:
        return sizes.MAX_KEY_BYTES
    # A column of no length still is one.
    return max(wanted.length * (_UTF8MB4 if isinstance(wanted, Characters) else 1), _UTF8MB4)


def _sql(wanted: Held, share: int | None) -> str:
    """The type; `share` is a key column's, in bytes."""
    match wanted:
        case str():
            return wanted
        case Characters(length=length, padded=padded):
            most = sizes.MAX_ROW_BYTES // _UTF8MB4 if share is None else share // _UTF8MB4
            kind = "char" if padded and length is not None and length <= _MAX_CHAR else "varchar"
            return _string(wanted, kind, most, in_key=share is not None)
        case Octets():
            return _string(wanted, "varbinary", sizes.MAX_ROW_BYTES if share is None else share, in_key=bool(share))


def _string(wanted: Characters | Octets, kind: str, most: int, *, in_key: bool) -> str:
    if not in_key:
        fits = wanted.length is not None and wanted.length <= most
        return f"{kind}({wanted.length})" if fits else _LONG[type(wanted)]
    length = most if wanted.length is None else min(wanted.length, most)
    return f"{kind}({max(length, 1)})"  # what holds the empty text alone is no key
