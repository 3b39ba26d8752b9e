r"""Columns that Hypothesis fills: what each engine declares them as, and values that all engines hold.

Values are SQL's text of them but for bytes, integers and floats; `nasty` is what every text is made of: escapes, what
looks like NULL or an end mark, control characters, characters of two, three and four bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.pairings.matrix.cells import Kind

MARKS = (
    "",
    " ",
    "\\N",
    "\\.",
    "\\",
    "\\\\N",
    "NULL",
    "\t",
    "\n",
    "\r\n",
    "\\t",
    "\\\n",
    "a\\",
    "\x1a",
    "\x0b\\\x0c",
    "?",
)
_EDGES = st.sampled_from("\\\t\n\r\x0b\x0c\b\x1a\x7fN.tfv0x'\"`%?, é\u00a0\u2028\ufeffß日😀\U0010ffff")


def nasty(longest: int, *, nul: bool) -> st.SearchStrategy[str]:
    """Texts of up to so many characters; nul -- U+0000 too."""
    characters = st.characters(codec="utf-8", exclude_characters="" if nul else "\0")
    edges = st.sampled_from([mark for mark in MARKS if len(mark) <= longest])
    return edges | st.text(_EDGES | characters, max_size=longest)


@dataclass(frozen=True)
class Generated:
    """A kind of column; declared -- by engine; an engine that is not there has none such as a source."""

    kind: Kind
    declared: Mapping[str, str]
    values: st.SearchStrategy[Any]


def _everywhere(postgresql: str, family: str, sqlite: str) -> dict[str, str]:
    return {"postgresql": postgresql, "mysql": family, "mariadb": family, "sqlite": sqlite}


def _plain(number: Decimal) -> str:
    # `abs` and `-` would round to the context's 28 digits.
    return format(number.copy_abs() if number == 0 else number, "f")


def _short(moment: str) -> str:
    return moment.rstrip("0") if "." in moment else moment


def _zoned(moment: datetime) -> str:
    return _short(moment.isoformat(" ")) + "+00"


def _decimals(whole: int, places: int) -> st.SearchStrategy[str]:
    largest = Decimal(10**whole - 1)
    return st.integers(-(10 ** (whole + places) - 1), 10 ** (whole + places) - 1).map(
        lambda n: _plain(Decimal(f"{n}e-{places}"))
    ) | st.sampled_from([_plain(largest), _plain(largest.copy_negate()), "0"])


def _floats(width: int, *, negative_zero: bool) -> st.SearchStrategy[float]:
    finite = st.floats(allow_nan=False, allow_infinity=False, width=width)  # type: ignore[arg-type]
    return finite if negative_zero else finite.map(lambda number: number or 0.0)


def _documents(*, nul: bool) -> st.SearchStrategy[str]:
    scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | nasty(12, nul=nul)
    values = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty(6, nul=nul), inner, max_size=3),
        max_leaves=6,
    )
    return values.map(lambda value: json.dumps(value, ensure_ascii=False)) | values.map(json.dumps)


_MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999))  # noqa: DTZ001  none is meant
_UUIDS = st.one_of(st.uuids(version=1), st.uuids(version=3), st.uuids(version=4), st.uuids(version=5)).map(str)
"""Of the versions that MariaDB's uuid takes."""
_UNIX = st.datetimes(datetime(1970, 1, 1, 0, 0, 1), datetime(2038, 1, 19, 3, 14, 7))  # noqa: DTZ001  UTC is meant


def columns(engines: frozenset[str]) -> list[Generated]:
    """The columns that may move between these engines."""
    negative_zero = not engines & {"mariadb", "sqlite"}
    nul = engines <= {"mysql", "mariadb"}
    text, document = nasty(40, nul=nul), _documents(nul=False)
    return [
        Generated(Kind.INTEGER, _everywhere("bigint", "bigint", "INTEGER"), st.integers(-(2**63), 2**63 - 1)),
        Generated(Kind.INTEGER, _everywhere("smallint", "smallint", "SMALLINT"), st.integers(-(2**15), 2**15 - 1)),
        Generated(Kind.BOOLEAN, _everywhere("boolean", "bit(1)", "BOOLEAN"), st.sampled_from([0, 1])),
        Generated(Kind.DECIMAL, _everywhere("numeric(20,6)", "decimal(20,6)", "DECIMAL_TEXT"), _decimals(14, 6)),
        Generated(Kind.DECIMAL, _everywhere("numeric(10,2)", "decimal(10,2)", "NUMERIC"), _decimals(8, 2)),
        Generated(Kind.DECIMAL, _everywhere("numeric", "decimal(65,30)", "DECIMAL_TEXT"), _decimals(35, 30)),
        Generated(
            Kind.FLOAT, _everywhere("double precision", "double", "REAL"), _floats(64, negative_zero=negative_zero)
        ),
        Generated(Kind.FLOAT, _everywhere("real", "float", "REAL"), _floats(32, negative_zero=negative_zero)),
        Generated(Kind.TEXT, _everywhere("text", "longtext character set utf8mb4", "TEXT"), text),
        Generated(Kind.TEXT, _everywhere("varchar(40)", "varchar(40) character set utf16", "VARCHAR(40)"), text),
        Generated(Kind.PADDED, _everywhere("char(9)", "char(9) character set utf8mb4", "CHAR(9)"), nasty(9, nul=nul)),
        Generated(
            Kind.TEXT,
            {"mysql": "varchar(20) character set latin1", "mariadb": "varchar(20) character set latin1"},
            st.text(st.characters(max_codepoint=127, exclude_characters="" if nul else "\0") | st.sampled_from("éßÿ€"),
                    max_size=20),
        ),
        Generated(Kind.BYTES, _everywhere("bytea", "varbinary(60)", "BLOB"), st.binary(max_size=60)),
        Generated(Kind.BYTES, _everywhere("bytea", "longblob", "BLOB"), st.binary(max_size=300)),
        Generated(Kind.CLOCK, _everywhere("date", "date", "DATE"), st.dates(date(1, 1, 1)).map(date.isoformat)),
        Generated(
            Kind.CLOCK, _everywhere("timestamp", "datetime(6)", "DATETIME"),
            _MOMENTS.map(lambda moment: _short(moment.isoformat(" "))),
        ),
        Generated(Kind.CLOCK, {"postgresql": "timestamptz", "sqlite": "TIMESTAMPTZ"}, _MOMENTS.map(_zoned)),
        Generated(Kind.CLOCK, {"mysql": "timestamp(6) null", "mariadb": "timestamp(6) null"},
                  _UNIX.map(lambda moment: _short(moment.isoformat(" ")))),
        Generated(Kind.CLOCK, {"postgresql": "time", "sqlite": "TIME"},
                  st.times().map(lambda t: _short(t.isoformat()))),
        Generated(Kind.SPAN, {"mysql": "time(6)", "mariadb": "time(6)"},
                  st.integers(-3_020_399 * 10**6, 3_020_399 * 10**6).map(span)),
        Generated(Kind.DOCUMENT, {"postgresql": "json", "mariadb": "json", "sqlite": "JSON_TEXT"}, document),
        Generated(Kind.STRUCTURE, {"postgresql": "jsonb", "mysql": "json"}, document),
        Generated(Kind.TEXT, {"postgresql": "uuid", "mariadb": "uuid", "sqlite": "UUID"}, _UUIDS),
        Generated(Kind.BITS, {"postgresql": "bit(13)", "mysql": "bit(13)", "mariadb": "bit(13)"},
                  st.integers(0, 2**13 - 1).map(lambda n: f"{n:013b}")),
        Generated(Kind.TEXT, {"postgresql": "text[]"},
                  st.lists(st.none() | nasty(8, nul=False), max_size=4).map(array)),
    ]  # fmt: skip


def span(microseconds: int) -> str:
    """`[-]HH:MM:SS.ffffff`."""
    seconds, fraction = divmod(abs(microseconds), 10**6)
    sign = "-" if microseconds < 0 else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:06}"


def array(members: list[str | None]) -> str:
    """PostgreSQL's text of an array."""
    shown = ("NULL" if m is None else '"' + m.replace("\\", "\\\\").replace('"', '\\"') + '"' for m in members)
    return "{" + ",".join(shown) + "}"
